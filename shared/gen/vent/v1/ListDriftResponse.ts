// Original file: proto/vent/v1/operator.proto

import type { DriftView as _vent_v1_DriftView, DriftView__Output as _vent_v1_DriftView__Output } from '../../vent/v1/DriftView.ts';

export interface ListDriftResponse {
  'entries'?: (_vent_v1_DriftView)[];
}

export interface ListDriftResponse__Output {
  'entries': (_vent_v1_DriftView__Output)[];
}
