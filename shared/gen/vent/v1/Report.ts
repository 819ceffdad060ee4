// Original file: proto/vent/v1/node.proto

import type { ResourceReport as _vent_v1_ResourceReport, ResourceReport__Output as _vent_v1_ResourceReport__Output } from '../../vent/v1/ResourceReport.ts';
import type { Condition as _vent_v1_Condition, Condition__Output as _vent_v1_Condition__Output } from '../../vent/v1/Condition.ts';
import type { Quarantine as _vent_v1_Quarantine, Quarantine__Output as _vent_v1_Quarantine__Output } from '../../vent/v1/Quarantine.ts';
import type { DriftEntry as _vent_v1_DriftEntry, DriftEntry__Output as _vent_v1_DriftEntry__Output } from '../../vent/v1/DriftEntry.ts';
import type { Done as _vent_v1_Done, Done__Output as _vent_v1_Done__Output } from '../../vent/v1/Done.ts';
import type { Long } from '@grpc/proto-loader';

export interface Report {
  'generation'?: (number | string | Long);
  'document_digest'?: (string);
  'converged'?: (boolean);
  'resources'?: (_vent_v1_ResourceReport)[];
  'converged_count'?: (number);
  'conditions'?: (_vent_v1_Condition)[];
  'committed_generation'?: (number | string | Long);
  'quarantine'?: (_vent_v1_Quarantine | null);
  'drift'?: (_vent_v1_DriftEntry)[];
  'done'?: (_vent_v1_Done | null);
}

export interface Report__Output {
  'generation': (string);
  'document_digest': (string);
  'converged': (boolean);
  'resources': (_vent_v1_ResourceReport__Output)[];
  'converged_count': (number);
  'conditions': (_vent_v1_Condition__Output)[];
  'committed_generation': (string);
  'quarantine': (_vent_v1_Quarantine__Output | null);
  'drift': (_vent_v1_DriftEntry__Output)[];
  'done': (_vent_v1_Done__Output | null);
}
