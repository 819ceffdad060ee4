// Original file: proto/vent/v1/operator.proto

import type { PlannedResource as _vent_v1_PlannedResource, PlannedResource__Output as _vent_v1_PlannedResource__Output } from '../../vent/v1/PlannedResource.ts';
import type { FileChange as _vent_v1_FileChange, FileChange__Output as _vent_v1_FileChange__Output } from '../../vent/v1/FileChange.ts';

export interface MachinePlan {
  'machine'?: (string);
  'resources'?: (_vent_v1_PlannedResource)[];
  'files'?: (_vent_v1_FileChange)[];
  'error'?: (string);
  'quorum'?: (string);
  'drain'?: (string);
  'form'?: (number);
}

export interface MachinePlan__Output {
  'machine': (string);
  'resources': (_vent_v1_PlannedResource__Output)[];
  'files': (_vent_v1_FileChange__Output)[];
  'error': (string);
  'quorum': (string);
  'drain': (string);
  'form': (number);
}
