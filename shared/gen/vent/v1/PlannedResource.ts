// Original file: proto/vent/v1/node.proto

import type { PlannedChange as _vent_v1_PlannedChange, PlannedChange__Output as _vent_v1_PlannedChange__Output } from '../../vent/v1/PlannedChange.ts';

export interface PlannedResource {
  'id'?: (string);
  'component'?: (string);
  'sentences'?: (string)[];
  'left'?: (string)[];
  'is_removal'?: (boolean);
  'error'?: (string);
  'changes'?: (_vent_v1_PlannedChange)[];
}

export interface PlannedResource__Output {
  'id': (string);
  'component': (string);
  'sentences': (string)[];
  'left': (string)[];
  'is_removal': (boolean);
  'error': (string);
  'changes': (_vent_v1_PlannedChange__Output)[];
}
