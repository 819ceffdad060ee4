// Original file: proto/vent/v1/node.proto

import type { Welcome as _vent_v1_Welcome, Welcome__Output as _vent_v1_Welcome__Output } from '../../vent/v1/Welcome.ts';
import type { SignedDocument as _vent_v1_SignedDocument, SignedDocument__Output as _vent_v1_SignedDocument__Output } from '../../vent/v1/SignedDocument.ts';
import type { TrustBundle as _vent_v1_TrustBundle, TrustBundle__Output as _vent_v1_TrustBundle__Output } from '../../vent/v1/TrustBundle.ts';
import type { PlanQuestion as _vent_v1_PlanQuestion, PlanQuestion__Output as _vent_v1_PlanQuestion__Output } from '../../vent/v1/PlanQuestion.ts';
import type { SignedOperation as _vent_v1_SignedOperation, SignedOperation__Output as _vent_v1_SignedOperation__Output } from '../../vent/v1/SignedOperation.ts';
import type { ResetOrder as _vent_v1_ResetOrder, ResetOrder__Output as _vent_v1_ResetOrder__Output } from '../../vent/v1/ResetOrder.ts';

export interface ConnectResponse {
  'welcome'?: (_vent_v1_Welcome | null);
  'document'?: (_vent_v1_SignedDocument | null);
  'trust'?: (_vent_v1_TrustBundle | null);
  'plan'?: (_vent_v1_PlanQuestion | null);
  'operation'?: (_vent_v1_SignedOperation | null);
  'reset'?: (_vent_v1_ResetOrder | null);
  'message'?: "welcome"|"document"|"trust"|"plan"|"operation"|"reset";
}

export interface ConnectResponse__Output {
  'welcome'?: (_vent_v1_Welcome__Output | null);
  'document'?: (_vent_v1_SignedDocument__Output | null);
  'trust'?: (_vent_v1_TrustBundle__Output | null);
  'plan'?: (_vent_v1_PlanQuestion__Output | null);
  'operation'?: (_vent_v1_SignedOperation__Output | null);
  'reset'?: (_vent_v1_ResetOrder__Output | null);
  'message'?: "welcome"|"document"|"trust"|"plan"|"operation"|"reset";
}
