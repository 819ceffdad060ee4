// Original file: proto/vent/v1/operator.proto


export interface DeprovisionRequest {
  'machine'?: (string);
}

export interface DeprovisionRequest__Output {
  'machine': (string);
}
