// Original file: proto/vent/v1/operator.proto


export interface DefragmentEtcdResponse {
  'machine'?: (string);
}

export interface DefragmentEtcdResponse__Output {
  'machine': (string);
}
