// Original file: proto/vent/v1/enrol.proto

import type { Long } from '@grpc/proto-loader';

export interface BeginRequest {
  'token_id'?: (string);
  'device_id'?: (string);
  'spki'?: (Buffer | Uint8Array | string);
  'client_nonce'?: (Buffer | Uint8Array | string);
  'agent_version'?: (string);
  'clock_unix_milliseconds'?: (number | string | Long);
}

export interface BeginRequest__Output {
  'token_id': (string);
  'device_id': (string);
  'spki': (Buffer);
  'client_nonce': (Buffer);
  'agent_version': (string);
  'clock_unix_milliseconds': (string);
}
