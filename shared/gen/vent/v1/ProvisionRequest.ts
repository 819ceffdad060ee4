// Original file: proto/vent/v1/operator.proto


export interface ProvisionRequest {
  'pool'?: (string);
}

export interface ProvisionRequest__Output {
  'pool': (string);
}
