// Original file: proto/vent/v1/node.proto

import type { DoneChange as _vent_v1_DoneChange, DoneChange__Output as _vent_v1_DoneChange__Output } from '../../vent/v1/DoneChange.ts';
import type { Long } from '@grpc/proto-loader';

export interface Done {
  'generation'?: (number | string | Long);
  'form'?: (number);
  'changes'?: (_vent_v1_DoneChange)[];
  'is_cut'?: (boolean);
  'has_rebooted'?: (boolean);
}

export interface Done__Output {
  'generation': (string);
  'form': (number);
  'changes': (_vent_v1_DoneChange__Output)[];
  'is_cut': (boolean);
  'has_rebooted': (boolean);
}
