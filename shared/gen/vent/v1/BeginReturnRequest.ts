// Original file: proto/vent/v1/enrol.proto

import type { Long } from '@grpc/proto-loader';

export interface BeginReturnRequest {
  'node_id'?: (string);
  'spki'?: (Buffer | Uint8Array | string);
  'known_spki'?: (Buffer | Uint8Array | string);
  'client_nonce'?: (Buffer | Uint8Array | string);
  'clock_unix_milliseconds'?: (number | string | Long);
}

export interface BeginReturnRequest__Output {
  'node_id': (string);
  'spki': (Buffer);
  'known_spki': (Buffer);
  'client_nonce': (Buffer);
  'clock_unix_milliseconds': (string);
}
