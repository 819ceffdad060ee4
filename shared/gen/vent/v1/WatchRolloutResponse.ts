// Original file: proto/vent/v1/operator.proto

import type { GetRolloutResponse as _vent_v1_GetRolloutResponse, GetRolloutResponse__Output as _vent_v1_GetRolloutResponse__Output } from '../../vent/v1/GetRolloutResponse.ts';

export interface WatchRolloutResponse {
  'rollout'?: (_vent_v1_GetRolloutResponse | null);
}

export interface WatchRolloutResponse__Output {
  'rollout': (_vent_v1_GetRolloutResponse__Output | null);
}
