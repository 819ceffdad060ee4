// Original file: proto/vent/v1/node.proto


export interface RenewRequest {
  'spki'?: (Buffer | Uint8Array | string);
  'signature'?: (Buffer | Uint8Array | string);
}

export interface RenewRequest__Output {
  'spki': (Buffer);
  'signature': (Buffer);
}
