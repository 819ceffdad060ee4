// Original file: proto/vent/v1/node.proto


export interface GetSecretRequest {
  'name'?: (string);
  'version'?: (number);
}

export interface GetSecretRequest__Output {
  'name': (string);
  'version': (number);
}
