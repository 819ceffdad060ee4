import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Condition as _vent_v1_Condition, Condition__Output as _vent_v1_Condition__Output } from './vent/v1/Condition.ts';
import type { ConfirmRequest as _vent_v1_ConfirmRequest, ConfirmRequest__Output as _vent_v1_ConfirmRequest__Output } from './vent/v1/ConfirmRequest.ts';
import type { ConfirmResponse as _vent_v1_ConfirmResponse, ConfirmResponse__Output as _vent_v1_ConfirmResponse__Output } from './vent/v1/ConfirmResponse.ts';
import type { ConnectRequest as _vent_v1_ConnectRequest, ConnectRequest__Output as _vent_v1_ConnectRequest__Output } from './vent/v1/ConnectRequest.ts';
import type { ConnectResponse as _vent_v1_ConnectResponse, ConnectResponse__Output as _vent_v1_ConnectResponse__Output } from './vent/v1/ConnectResponse.ts';
import type { Done as _vent_v1_Done, Done__Output as _vent_v1_Done__Output } from './vent/v1/Done.ts';
import type { DoneChange as _vent_v1_DoneChange, DoneChange__Output as _vent_v1_DoneChange__Output } from './vent/v1/DoneChange.ts';
import type { DriftEntry as _vent_v1_DriftEntry, DriftEntry__Output as _vent_v1_DriftEntry__Output } from './vent/v1/DriftEntry.ts';
import type { FactAddress as _vent_v1_FactAddress, FactAddress__Output as _vent_v1_FactAddress__Output } from './vent/v1/FactAddress.ts';
import type { FactLink as _vent_v1_FactLink, FactLink__Output as _vent_v1_FactLink__Output } from './vent/v1/FactLink.ts';
import type { Facts as _vent_v1_Facts, Facts__Output as _vent_v1_Facts__Output } from './vent/v1/Facts.ts';
import type { GetSecretRequest as _vent_v1_GetSecretRequest, GetSecretRequest__Output as _vent_v1_GetSecretRequest__Output } from './vent/v1/GetSecretRequest.ts';
import type { GetSecretResponse as _vent_v1_GetSecretResponse, GetSecretResponse__Output as _vent_v1_GetSecretResponse__Output } from './vent/v1/GetSecretResponse.ts';
import type { Heartbeat as _vent_v1_Heartbeat, Heartbeat__Output as _vent_v1_Heartbeat__Output } from './vent/v1/Heartbeat.ts';
import type { Hello as _vent_v1_Hello, Hello__Output as _vent_v1_Hello__Output } from './vent/v1/Hello.ts';
import type { IssueBundleRequest as _vent_v1_IssueBundleRequest, IssueBundleRequest__Output as _vent_v1_IssueBundleRequest__Output } from './vent/v1/IssueBundleRequest.ts';
import type { IssueBundleResponse as _vent_v1_IssueBundleResponse, IssueBundleResponse__Output as _vent_v1_IssueBundleResponse__Output } from './vent/v1/IssueBundleResponse.ts';
import type { LeaveRequest as _vent_v1_LeaveRequest, LeaveRequest__Output as _vent_v1_LeaveRequest__Output } from './vent/v1/LeaveRequest.ts';
import type { LeaveResponse as _vent_v1_LeaveResponse, LeaveResponse__Output as _vent_v1_LeaveResponse__Output } from './vent/v1/LeaveResponse.ts';
import type { NodeServiceClient as _vent_v1_NodeServiceClient, NodeServiceDefinition as _vent_v1_NodeServiceDefinition } from './vent/v1/NodeService.ts';
import type { OperationResult as _vent_v1_OperationResult, OperationResult__Output as _vent_v1_OperationResult__Output } from './vent/v1/OperationResult.ts';
import type { PlanQuestion as _vent_v1_PlanQuestion, PlanQuestion__Output as _vent_v1_PlanQuestion__Output } from './vent/v1/PlanQuestion.ts';
import type { PlanResult as _vent_v1_PlanResult, PlanResult__Output as _vent_v1_PlanResult__Output } from './vent/v1/PlanResult.ts';
import type { PlannedChange as _vent_v1_PlannedChange, PlannedChange__Output as _vent_v1_PlannedChange__Output } from './vent/v1/PlannedChange.ts';
import type { PlannedResource as _vent_v1_PlannedResource, PlannedResource__Output as _vent_v1_PlannedResource__Output } from './vent/v1/PlannedResource.ts';
import type { Quarantine as _vent_v1_Quarantine, Quarantine__Output as _vent_v1_Quarantine__Output } from './vent/v1/Quarantine.ts';
import type { RenewRequest as _vent_v1_RenewRequest, RenewRequest__Output as _vent_v1_RenewRequest__Output } from './vent/v1/RenewRequest.ts';
import type { RenewResponse as _vent_v1_RenewResponse, RenewResponse__Output as _vent_v1_RenewResponse__Output } from './vent/v1/RenewResponse.ts';
import type { Report as _vent_v1_Report, Report__Output as _vent_v1_Report__Output } from './vent/v1/Report.ts';
import type { ResetOrder as _vent_v1_ResetOrder, ResetOrder__Output as _vent_v1_ResetOrder__Output } from './vent/v1/ResetOrder.ts';
import type { ResourceReport as _vent_v1_ResourceReport, ResourceReport__Output as _vent_v1_ResourceReport__Output } from './vent/v1/ResourceReport.ts';
import type { SendSnapshotRequest as _vent_v1_SendSnapshotRequest, SendSnapshotRequest__Output as _vent_v1_SendSnapshotRequest__Output } from './vent/v1/SendSnapshotRequest.ts';
import type { SendSnapshotResponse as _vent_v1_SendSnapshotResponse, SendSnapshotResponse__Output as _vent_v1_SendSnapshotResponse__Output } from './vent/v1/SendSnapshotResponse.ts';
import type { SignedDocument as _vent_v1_SignedDocument, SignedDocument__Output as _vent_v1_SignedDocument__Output } from './vent/v1/SignedDocument.ts';
import type { SignedOperation as _vent_v1_SignedOperation, SignedOperation__Output as _vent_v1_SignedOperation__Output } from './vent/v1/SignedOperation.ts';
import type { SnapshotBegin as _vent_v1_SnapshotBegin, SnapshotBegin__Output as _vent_v1_SnapshotBegin__Output } from './vent/v1/SnapshotBegin.ts';
import type { SnapshotEnd as _vent_v1_SnapshotEnd, SnapshotEnd__Output as _vent_v1_SnapshotEnd__Output } from './vent/v1/SnapshotEnd.ts';
import type { TrustBundle as _vent_v1_TrustBundle, TrustBundle__Output as _vent_v1_TrustBundle__Output } from './vent/v1/TrustBundle.ts';
import type { Welcome as _vent_v1_Welcome, Welcome__Output as _vent_v1_Welcome__Output } from './vent/v1/Welcome.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  vent: {
    v1: {
      Condition: MessageTypeDefinition<_vent_v1_Condition, _vent_v1_Condition__Output>
      ConfirmRequest: MessageTypeDefinition<_vent_v1_ConfirmRequest, _vent_v1_ConfirmRequest__Output>
      ConfirmResponse: MessageTypeDefinition<_vent_v1_ConfirmResponse, _vent_v1_ConfirmResponse__Output>
      ConnectRequest: MessageTypeDefinition<_vent_v1_ConnectRequest, _vent_v1_ConnectRequest__Output>
      ConnectResponse: MessageTypeDefinition<_vent_v1_ConnectResponse, _vent_v1_ConnectResponse__Output>
      Done: MessageTypeDefinition<_vent_v1_Done, _vent_v1_Done__Output>
      DoneChange: MessageTypeDefinition<_vent_v1_DoneChange, _vent_v1_DoneChange__Output>
      DriftEntry: MessageTypeDefinition<_vent_v1_DriftEntry, _vent_v1_DriftEntry__Output>
      FactAddress: MessageTypeDefinition<_vent_v1_FactAddress, _vent_v1_FactAddress__Output>
      FactLink: MessageTypeDefinition<_vent_v1_FactLink, _vent_v1_FactLink__Output>
      Facts: MessageTypeDefinition<_vent_v1_Facts, _vent_v1_Facts__Output>
      GetSecretRequest: MessageTypeDefinition<_vent_v1_GetSecretRequest, _vent_v1_GetSecretRequest__Output>
      GetSecretResponse: MessageTypeDefinition<_vent_v1_GetSecretResponse, _vent_v1_GetSecretResponse__Output>
      Heartbeat: MessageTypeDefinition<_vent_v1_Heartbeat, _vent_v1_Heartbeat__Output>
      Hello: MessageTypeDefinition<_vent_v1_Hello, _vent_v1_Hello__Output>
      IssueBundleRequest: MessageTypeDefinition<_vent_v1_IssueBundleRequest, _vent_v1_IssueBundleRequest__Output>
      IssueBundleResponse: MessageTypeDefinition<_vent_v1_IssueBundleResponse, _vent_v1_IssueBundleResponse__Output>
      LeaveRequest: MessageTypeDefinition<_vent_v1_LeaveRequest, _vent_v1_LeaveRequest__Output>
      LeaveResponse: MessageTypeDefinition<_vent_v1_LeaveResponse, _vent_v1_LeaveResponse__Output>
      NodeService: SubtypeConstructor<typeof grpc.Client, _vent_v1_NodeServiceClient> & { service: _vent_v1_NodeServiceDefinition }
      OperationResult: MessageTypeDefinition<_vent_v1_OperationResult, _vent_v1_OperationResult__Output>
      PlanQuestion: MessageTypeDefinition<_vent_v1_PlanQuestion, _vent_v1_PlanQuestion__Output>
      PlanResult: MessageTypeDefinition<_vent_v1_PlanResult, _vent_v1_PlanResult__Output>
      PlannedChange: MessageTypeDefinition<_vent_v1_PlannedChange, _vent_v1_PlannedChange__Output>
      PlannedResource: MessageTypeDefinition<_vent_v1_PlannedResource, _vent_v1_PlannedResource__Output>
      Quarantine: MessageTypeDefinition<_vent_v1_Quarantine, _vent_v1_Quarantine__Output>
      RenewRequest: MessageTypeDefinition<_vent_v1_RenewRequest, _vent_v1_RenewRequest__Output>
      RenewResponse: MessageTypeDefinition<_vent_v1_RenewResponse, _vent_v1_RenewResponse__Output>
      Report: MessageTypeDefinition<_vent_v1_Report, _vent_v1_Report__Output>
      ResetOrder: MessageTypeDefinition<_vent_v1_ResetOrder, _vent_v1_ResetOrder__Output>
      ResourceReport: MessageTypeDefinition<_vent_v1_ResourceReport, _vent_v1_ResourceReport__Output>
      SendSnapshotRequest: MessageTypeDefinition<_vent_v1_SendSnapshotRequest, _vent_v1_SendSnapshotRequest__Output>
      SendSnapshotResponse: MessageTypeDefinition<_vent_v1_SendSnapshotResponse, _vent_v1_SendSnapshotResponse__Output>
      SignedDocument: MessageTypeDefinition<_vent_v1_SignedDocument, _vent_v1_SignedDocument__Output>
      SignedOperation: MessageTypeDefinition<_vent_v1_SignedOperation, _vent_v1_SignedOperation__Output>
      SnapshotBegin: MessageTypeDefinition<_vent_v1_SnapshotBegin, _vent_v1_SnapshotBegin__Output>
      SnapshotEnd: MessageTypeDefinition<_vent_v1_SnapshotEnd, _vent_v1_SnapshotEnd__Output>
      TrustBundle: MessageTypeDefinition<_vent_v1_TrustBundle, _vent_v1_TrustBundle__Output>
      Welcome: MessageTypeDefinition<_vent_v1_Welcome, _vent_v1_Welcome__Output>
    }
  }
}

