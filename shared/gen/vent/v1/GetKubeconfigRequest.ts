// Original file: proto/vent/v1/operator.proto


export interface GetKubeconfigRequest {
  'spki'?: (Buffer | Uint8Array | string);
  'signature'?: (Buffer | Uint8Array | string);
}

export interface GetKubeconfigRequest__Output {
  'spki': (Buffer);
  'signature': (Buffer);
}
