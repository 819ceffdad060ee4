// Original file: proto/vent/v1/operator.proto


export interface ProvisionResponse {
  'machine'?: (string);
  'message'?: (string);
  'failed'?: (boolean);
}

export interface ProvisionResponse__Output {
  'machine': (string);
  'message': (string);
  'failed': (boolean);
}
