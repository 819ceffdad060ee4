// Original file: proto/vent/v1/node.proto


export interface IssueBundleRequest {
  'certificate'?: (string);
  'spki'?: (Buffer | Uint8Array | string);
  'signature'?: (Buffer | Uint8Array | string);
}

export interface IssueBundleRequest__Output {
  'certificate': (string);
  'spki': (Buffer);
  'signature': (Buffer);
}
