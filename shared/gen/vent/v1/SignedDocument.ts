// Original file: proto/vent/v1/document.proto


export interface SignedDocument {
  'payload'?: (Buffer | Uint8Array | string);
  'signature'?: (Buffer | Uint8Array | string);
  'key_id'?: (string);
}

export interface SignedDocument__Output {
  'payload': (Buffer);
  'signature': (Buffer);
  'key_id': (string);
}
