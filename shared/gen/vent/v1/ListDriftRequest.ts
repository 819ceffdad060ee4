// Original file: proto/vent/v1/operator.proto


export interface ListDriftRequest {
  'machine'?: (string);
}

export interface ListDriftRequest__Output {
  'machine': (string);
}
