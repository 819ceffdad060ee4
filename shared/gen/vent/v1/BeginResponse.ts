// Original file: proto/vent/v1/enrol.proto


export interface BeginResponse {
  'challenge_id'?: (string);
  'server_nonce'?: (Buffer | Uint8Array | string);
}

export interface BeginResponse__Output {
  'challenge_id': (string);
  'server_nonce': (Buffer);
}
