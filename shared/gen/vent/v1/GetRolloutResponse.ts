// Original file: proto/vent/v1/operator.proto

import type { RolloutMachineView as _vent_v1_RolloutMachineView, RolloutMachineView__Output as _vent_v1_RolloutMachineView__Output } from '../../vent/v1/RolloutMachineView.ts';
import type { WaitingGate as _vent_v1_WaitingGate, WaitingGate__Output as _vent_v1_WaitingGate__Output } from '../../vent/v1/WaitingGate.ts';
import type { Long } from '@grpc/proto-loader';

export interface GetRolloutResponse {
  'revision'?: (number | string | Long);
  'state'?: (string);
  'message'?: (string);
  'started_at'?: (string);
  'ended_at'?: (string);
  'machines'?: (_vent_v1_RolloutMachineView)[];
  'previous_revision'?: (number | string | Long);
  'gates'?: (_vent_v1_WaitingGate)[];
}

export interface GetRolloutResponse__Output {
  'revision': (string);
  'state': (string);
  'message': (string);
  'started_at': (string);
  'ended_at': (string);
  'machines': (_vent_v1_RolloutMachineView__Output)[];
  'previous_revision': (string);
  'gates': (_vent_v1_WaitingGate__Output)[];
}
