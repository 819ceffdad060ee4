// Original file: proto/vent/v1/operator.proto


export interface DefragmentEtcdRequest {
  'machine'?: (string);
}

export interface DefragmentEtcdRequest__Output {
  'machine': (string);
}
