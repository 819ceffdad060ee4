// Original file: proto/vent/v1/operator.proto


export interface DeprovisionResponse {
  'machine'?: (string);
}

export interface DeprovisionResponse__Output {
  'machine': (string);
}
