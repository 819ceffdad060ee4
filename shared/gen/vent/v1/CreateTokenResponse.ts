// Original file: proto/vent/v1/operator.proto

import type { TokenView as _vent_v1_TokenView, TokenView__Output as _vent_v1_TokenView__Output } from '../../vent/v1/TokenView.ts';

export interface CreateTokenResponse {
  'token'?: (_vent_v1_TokenView | null);
  'secret'?: (string);
}

export interface CreateTokenResponse__Output {
  'token': (_vent_v1_TokenView__Output | null);
  'secret': (string);
}
