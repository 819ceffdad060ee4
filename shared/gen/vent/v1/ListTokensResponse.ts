// Original file: proto/vent/v1/operator.proto

import type { TokenView as _vent_v1_TokenView, TokenView__Output as _vent_v1_TokenView__Output } from '../../vent/v1/TokenView.ts';

export interface ListTokensResponse {
  'tokens'?: (_vent_v1_TokenView)[];
}

export interface ListTokensResponse__Output {
  'tokens': (_vent_v1_TokenView__Output)[];
}
