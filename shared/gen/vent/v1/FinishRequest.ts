// Original file: proto/vent/v1/enrol.proto


export interface FinishRequest {
  'challenge_id'?: (string);
  'proof'?: (Buffer | Uint8Array | string);
  'signature'?: (Buffer | Uint8Array | string);
}

export interface FinishRequest__Output {
  'challenge_id': (string);
  'proof': (Buffer);
  'signature': (Buffer);
}
