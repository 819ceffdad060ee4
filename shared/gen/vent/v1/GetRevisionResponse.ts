// Original file: proto/vent/v1/operator.proto

import type { RevisionView as _vent_v1_RevisionView, RevisionView__Output as _vent_v1_RevisionView__Output } from '../../vent/v1/RevisionView.ts';

export interface GetRevisionResponse {
  'revision'?: (_vent_v1_RevisionView | null);
  'content'?: (string);
}

export interface GetRevisionResponse__Output {
  'revision': (_vent_v1_RevisionView__Output | null);
  'content': (string);
}
