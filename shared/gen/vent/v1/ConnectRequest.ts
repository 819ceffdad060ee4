// Original file: proto/vent/v1/node.proto

import type { Hello as _vent_v1_Hello, Hello__Output as _vent_v1_Hello__Output } from '../../vent/v1/Hello.ts';
import type { Report as _vent_v1_Report, Report__Output as _vent_v1_Report__Output } from '../../vent/v1/Report.ts';
import type { Heartbeat as _vent_v1_Heartbeat, Heartbeat__Output as _vent_v1_Heartbeat__Output } from '../../vent/v1/Heartbeat.ts';
import type { PlanResult as _vent_v1_PlanResult, PlanResult__Output as _vent_v1_PlanResult__Output } from '../../vent/v1/PlanResult.ts';
import type { OperationResult as _vent_v1_OperationResult, OperationResult__Output as _vent_v1_OperationResult__Output } from '../../vent/v1/OperationResult.ts';

export interface ConnectRequest {
  'hello'?: (_vent_v1_Hello | null);
  'report'?: (_vent_v1_Report | null);
  'heartbeat'?: (_vent_v1_Heartbeat | null);
  'plan'?: (_vent_v1_PlanResult | null);
  'operation'?: (_vent_v1_OperationResult | null);
  'message'?: "hello"|"report"|"heartbeat"|"plan"|"operation";
}

export interface ConnectRequest__Output {
  'hello'?: (_vent_v1_Hello__Output | null);
  'report'?: (_vent_v1_Report__Output | null);
  'heartbeat'?: (_vent_v1_Heartbeat__Output | null);
  'plan'?: (_vent_v1_PlanResult__Output | null);
  'operation'?: (_vent_v1_OperationResult__Output | null);
  'message'?: "hello"|"report"|"heartbeat"|"plan"|"operation";
}
