// Original file: proto/vent/v1/node.proto

import type { TrustBundle as _vent_v1_TrustBundle, TrustBundle__Output as _vent_v1_TrustBundle__Output } from '../../vent/v1/TrustBundle.ts';
import type { Long } from '@grpc/proto-loader';

export interface Welcome {
  'node_name'?: (string);
  'trust'?: (_vent_v1_TrustBundle | null);
  'clock_unix_milliseconds'?: (number | string | Long);
  'heartbeat_seconds'?: (number);
}

export interface Welcome__Output {
  'node_name': (string);
  'trust': (_vent_v1_TrustBundle__Output | null);
  'clock_unix_milliseconds': (string);
  'heartbeat_seconds': (number);
}
