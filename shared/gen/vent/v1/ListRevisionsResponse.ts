// Original file: proto/vent/v1/operator.proto

import type { RevisionView as _vent_v1_RevisionView, RevisionView__Output as _vent_v1_RevisionView__Output } from '../../vent/v1/RevisionView.ts';

export interface ListRevisionsResponse {
  'revisions'?: (_vent_v1_RevisionView)[];
}

export interface ListRevisionsResponse__Output {
  'revisions': (_vent_v1_RevisionView__Output)[];
}
