// Original file: proto/vent/v1/node.proto

import type { PlannedResource as _vent_v1_PlannedResource, PlannedResource__Output as _vent_v1_PlannedResource__Output } from '../../vent/v1/PlannedResource.ts';

export interface PlanResult {
  'id'?: (string);
  'resources'?: (_vent_v1_PlannedResource)[];
  'error'?: (string);
  'form'?: (number);
}

export interface PlanResult__Output {
  'id': (string);
  'resources': (_vent_v1_PlannedResource__Output)[];
  'error': (string);
  'form': (number);
}
