// Original file: proto/vent/v1/node.proto


export interface GetSecretResponse {
  'value'?: (Buffer | Uint8Array | string);
}

export interface GetSecretResponse__Output {
  'value': (Buffer);
}
