// Original file: proto/vent/v1/enrol.proto


export interface BeginReturnResponse {
  'challenge_id'?: (string);
  'server_nonce'?: (Buffer | Uint8Array | string);
}

export interface BeginReturnResponse__Output {
  'challenge_id': (string);
  'server_nonce': (Buffer);
}
