// Original file: proto/vent/v1/node.proto


export interface SignedOperation {
  'payload'?: (Buffer | Uint8Array | string);
  'signature'?: (Buffer | Uint8Array | string);
  'key_id'?: (string);
  'id'?: (string);
}

export interface SignedOperation__Output {
  'payload': (Buffer);
  'signature': (Buffer);
  'key_id': (string);
  'id': (string);
}
