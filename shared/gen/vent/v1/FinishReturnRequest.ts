// Original file: proto/vent/v1/enrol.proto


export interface FinishReturnRequest {
  'challenge_id'?: (string);
  'signature'?: (Buffer | Uint8Array | string);
  'known_signature'?: (Buffer | Uint8Array | string);
}

export interface FinishReturnRequest__Output {
  'challenge_id': (string);
  'signature': (Buffer);
  'known_signature': (Buffer);
}
