// Original file: proto/vent/v1/operator.proto

import type { MachineView as _vent_v1_MachineView, MachineView__Output as _vent_v1_MachineView__Output } from '../../vent/v1/MachineView.ts';

export interface WatchMachinesResponse {
  'machines'?: (_vent_v1_MachineView)[];
}

export interface WatchMachinesResponse__Output {
  'machines': (_vent_v1_MachineView__Output)[];
}
