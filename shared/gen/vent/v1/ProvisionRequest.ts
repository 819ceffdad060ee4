// Original file: /work/main/proto/vent/v1/operator.proto


export interface ProvisionRequest {
  'pool'?: (string);
}

export interface ProvisionRequest__Output {
  'pool': (string);
}
