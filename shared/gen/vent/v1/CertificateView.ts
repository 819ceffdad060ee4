// Original file: proto/vent/v1/operator.proto


export interface CertificateView {
  'holder'?: (string);
  'name'?: (string);
  'authority'?: (string);
  'subject'?: (string);
  'serial'?: (string);
  'not_after'?: (string);
}

export interface CertificateView__Output {
  'holder': (string);
  'name': (string);
  'authority': (string);
  'subject': (string);
  'serial': (string);
  'not_after': (string);
}
