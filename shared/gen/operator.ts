import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { ApplyRequest as _vent_v1_ApplyRequest, ApplyRequest__Output as _vent_v1_ApplyRequest__Output } from './vent/v1/ApplyRequest.ts';
import type { ApplyResponse as _vent_v1_ApplyResponse, ApplyResponse__Output as _vent_v1_ApplyResponse__Output } from './vent/v1/ApplyResponse.ts';
import type { CertificateView as _vent_v1_CertificateView, CertificateView__Output as _vent_v1_CertificateView__Output } from './vent/v1/CertificateView.ts';
import type { Condition as _vent_v1_Condition, Condition__Output as _vent_v1_Condition__Output } from './vent/v1/Condition.ts';
import type { ConfirmRequest as _vent_v1_ConfirmRequest, ConfirmRequest__Output as _vent_v1_ConfirmRequest__Output } from './vent/v1/ConfirmRequest.ts';
import type { ConfirmResponse as _vent_v1_ConfirmResponse, ConfirmResponse__Output as _vent_v1_ConfirmResponse__Output } from './vent/v1/ConfirmResponse.ts';
import type { ConnectRequest as _vent_v1_ConnectRequest, ConnectRequest__Output as _vent_v1_ConnectRequest__Output } from './vent/v1/ConnectRequest.ts';
import type { ConnectResponse as _vent_v1_ConnectResponse, ConnectResponse__Output as _vent_v1_ConnectResponse__Output } from './vent/v1/ConnectResponse.ts';
import type { ControlRolloutRequest as _vent_v1_ControlRolloutRequest, ControlRolloutRequest__Output as _vent_v1_ControlRolloutRequest__Output } from './vent/v1/ControlRolloutRequest.ts';
import type { ControlRolloutResponse as _vent_v1_ControlRolloutResponse, ControlRolloutResponse__Output as _vent_v1_ControlRolloutResponse__Output } from './vent/v1/ControlRolloutResponse.ts';
import type { CordonMachineRequest as _vent_v1_CordonMachineRequest, CordonMachineRequest__Output as _vent_v1_CordonMachineRequest__Output } from './vent/v1/CordonMachineRequest.ts';
import type { CordonMachineResponse as _vent_v1_CordonMachineResponse, CordonMachineResponse__Output as _vent_v1_CordonMachineResponse__Output } from './vent/v1/CordonMachineResponse.ts';
import type { CreateTokenRequest as _vent_v1_CreateTokenRequest, CreateTokenRequest__Output as _vent_v1_CreateTokenRequest__Output } from './vent/v1/CreateTokenRequest.ts';
import type { CreateTokenResponse as _vent_v1_CreateTokenResponse, CreateTokenResponse__Output as _vent_v1_CreateTokenResponse__Output } from './vent/v1/CreateTokenResponse.ts';
import type { DefragmentEtcdRequest as _vent_v1_DefragmentEtcdRequest, DefragmentEtcdRequest__Output as _vent_v1_DefragmentEtcdRequest__Output } from './vent/v1/DefragmentEtcdRequest.ts';
import type { DefragmentEtcdResponse as _vent_v1_DefragmentEtcdResponse, DefragmentEtcdResponse__Output as _vent_v1_DefragmentEtcdResponse__Output } from './vent/v1/DefragmentEtcdResponse.ts';
import type { DeprovisionRequest as _vent_v1_DeprovisionRequest, DeprovisionRequest__Output as _vent_v1_DeprovisionRequest__Output } from './vent/v1/DeprovisionRequest.ts';
import type { DeprovisionResponse as _vent_v1_DeprovisionResponse, DeprovisionResponse__Output as _vent_v1_DeprovisionResponse__Output } from './vent/v1/DeprovisionResponse.ts';
import type { Done as _vent_v1_Done, Done__Output as _vent_v1_Done__Output } from './vent/v1/Done.ts';
import type { DoneChange as _vent_v1_DoneChange, DoneChange__Output as _vent_v1_DoneChange__Output } from './vent/v1/DoneChange.ts';
import type { DrainMachineRequest as _vent_v1_DrainMachineRequest, DrainMachineRequest__Output as _vent_v1_DrainMachineRequest__Output } from './vent/v1/DrainMachineRequest.ts';
import type { DrainMachineResponse as _vent_v1_DrainMachineResponse, DrainMachineResponse__Output as _vent_v1_DrainMachineResponse__Output } from './vent/v1/DrainMachineResponse.ts';
import type { DriftEntry as _vent_v1_DriftEntry, DriftEntry__Output as _vent_v1_DriftEntry__Output } from './vent/v1/DriftEntry.ts';
import type { DriftView as _vent_v1_DriftView, DriftView__Output as _vent_v1_DriftView__Output } from './vent/v1/DriftView.ts';
import type { EtcdMemberView as _vent_v1_EtcdMemberView, EtcdMemberView__Output as _vent_v1_EtcdMemberView__Output } from './vent/v1/EtcdMemberView.ts';
import type { EtcdSnapshotView as _vent_v1_EtcdSnapshotView, EtcdSnapshotView__Output as _vent_v1_EtcdSnapshotView__Output } from './vent/v1/EtcdSnapshotView.ts';
import type { FactAddress as _vent_v1_FactAddress, FactAddress__Output as _vent_v1_FactAddress__Output } from './vent/v1/FactAddress.ts';
import type { FactLink as _vent_v1_FactLink, FactLink__Output as _vent_v1_FactLink__Output } from './vent/v1/FactLink.ts';
import type { Facts as _vent_v1_Facts, Facts__Output as _vent_v1_Facts__Output } from './vent/v1/Facts.ts';
import type { FileChange as _vent_v1_FileChange, FileChange__Output as _vent_v1_FileChange__Output } from './vent/v1/FileChange.ts';
import type { GetClusterRequest as _vent_v1_GetClusterRequest, GetClusterRequest__Output as _vent_v1_GetClusterRequest__Output } from './vent/v1/GetClusterRequest.ts';
import type { GetClusterResponse as _vent_v1_GetClusterResponse, GetClusterResponse__Output as _vent_v1_GetClusterResponse__Output } from './vent/v1/GetClusterResponse.ts';
import type { GetKubeconfigRequest as _vent_v1_GetKubeconfigRequest, GetKubeconfigRequest__Output as _vent_v1_GetKubeconfigRequest__Output } from './vent/v1/GetKubeconfigRequest.ts';
import type { GetKubeconfigResponse as _vent_v1_GetKubeconfigResponse, GetKubeconfigResponse__Output as _vent_v1_GetKubeconfigResponse__Output } from './vent/v1/GetKubeconfigResponse.ts';
import type { GetRevisionRequest as _vent_v1_GetRevisionRequest, GetRevisionRequest__Output as _vent_v1_GetRevisionRequest__Output } from './vent/v1/GetRevisionRequest.ts';
import type { GetRevisionResponse as _vent_v1_GetRevisionResponse, GetRevisionResponse__Output as _vent_v1_GetRevisionResponse__Output } from './vent/v1/GetRevisionResponse.ts';
import type { GetRolloutRequest as _vent_v1_GetRolloutRequest, GetRolloutRequest__Output as _vent_v1_GetRolloutRequest__Output } from './vent/v1/GetRolloutRequest.ts';
import type { GetRolloutResponse as _vent_v1_GetRolloutResponse, GetRolloutResponse__Output as _vent_v1_GetRolloutResponse__Output } from './vent/v1/GetRolloutResponse.ts';
import type { GetSecretRequest as _vent_v1_GetSecretRequest, GetSecretRequest__Output as _vent_v1_GetSecretRequest__Output } from './vent/v1/GetSecretRequest.ts';
import type { GetSecretResponse as _vent_v1_GetSecretResponse, GetSecretResponse__Output as _vent_v1_GetSecretResponse__Output } from './vent/v1/GetSecretResponse.ts';
import type { GetUserdataRequest as _vent_v1_GetUserdataRequest, GetUserdataRequest__Output as _vent_v1_GetUserdataRequest__Output } from './vent/v1/GetUserdataRequest.ts';
import type { GetUserdataResponse as _vent_v1_GetUserdataResponse, GetUserdataResponse__Output as _vent_v1_GetUserdataResponse__Output } from './vent/v1/GetUserdataResponse.ts';
import type { GetVersionRequest as _vent_v1_GetVersionRequest, GetVersionRequest__Output as _vent_v1_GetVersionRequest__Output } from './vent/v1/GetVersionRequest.ts';
import type { GetVersionResponse as _vent_v1_GetVersionResponse, GetVersionResponse__Output as _vent_v1_GetVersionResponse__Output } from './vent/v1/GetVersionResponse.ts';
import type { Heartbeat as _vent_v1_Heartbeat, Heartbeat__Output as _vent_v1_Heartbeat__Output } from './vent/v1/Heartbeat.ts';
import type { Hello as _vent_v1_Hello, Hello__Output as _vent_v1_Hello__Output } from './vent/v1/Hello.ts';
import type { HoldMachineRequest as _vent_v1_HoldMachineRequest, HoldMachineRequest__Output as _vent_v1_HoldMachineRequest__Output } from './vent/v1/HoldMachineRequest.ts';
import type { HoldMachineResponse as _vent_v1_HoldMachineResponse, HoldMachineResponse__Output as _vent_v1_HoldMachineResponse__Output } from './vent/v1/HoldMachineResponse.ts';
import type { IssueBundleRequest as _vent_v1_IssueBundleRequest, IssueBundleRequest__Output as _vent_v1_IssueBundleRequest__Output } from './vent/v1/IssueBundleRequest.ts';
import type { IssueBundleResponse as _vent_v1_IssueBundleResponse, IssueBundleResponse__Output as _vent_v1_IssueBundleResponse__Output } from './vent/v1/IssueBundleResponse.ts';
import type { LeaveRequest as _vent_v1_LeaveRequest, LeaveRequest__Output as _vent_v1_LeaveRequest__Output } from './vent/v1/LeaveRequest.ts';
import type { LeaveResponse as _vent_v1_LeaveResponse, LeaveResponse__Output as _vent_v1_LeaveResponse__Output } from './vent/v1/LeaveResponse.ts';
import type { ListCertificatesRequest as _vent_v1_ListCertificatesRequest, ListCertificatesRequest__Output as _vent_v1_ListCertificatesRequest__Output } from './vent/v1/ListCertificatesRequest.ts';
import type { ListCertificatesResponse as _vent_v1_ListCertificatesResponse, ListCertificatesResponse__Output as _vent_v1_ListCertificatesResponse__Output } from './vent/v1/ListCertificatesResponse.ts';
import type { ListDriftRequest as _vent_v1_ListDriftRequest, ListDriftRequest__Output as _vent_v1_ListDriftRequest__Output } from './vent/v1/ListDriftRequest.ts';
import type { ListDriftResponse as _vent_v1_ListDriftResponse, ListDriftResponse__Output as _vent_v1_ListDriftResponse__Output } from './vent/v1/ListDriftResponse.ts';
import type { ListEtcdMembersRequest as _vent_v1_ListEtcdMembersRequest, ListEtcdMembersRequest__Output as _vent_v1_ListEtcdMembersRequest__Output } from './vent/v1/ListEtcdMembersRequest.ts';
import type { ListEtcdMembersResponse as _vent_v1_ListEtcdMembersResponse, ListEtcdMembersResponse__Output as _vent_v1_ListEtcdMembersResponse__Output } from './vent/v1/ListEtcdMembersResponse.ts';
import type { ListEtcdSnapshotsRequest as _vent_v1_ListEtcdSnapshotsRequest, ListEtcdSnapshotsRequest__Output as _vent_v1_ListEtcdSnapshotsRequest__Output } from './vent/v1/ListEtcdSnapshotsRequest.ts';
import type { ListEtcdSnapshotsResponse as _vent_v1_ListEtcdSnapshotsResponse, ListEtcdSnapshotsResponse__Output as _vent_v1_ListEtcdSnapshotsResponse__Output } from './vent/v1/ListEtcdSnapshotsResponse.ts';
import type { ListMachinesRequest as _vent_v1_ListMachinesRequest, ListMachinesRequest__Output as _vent_v1_ListMachinesRequest__Output } from './vent/v1/ListMachinesRequest.ts';
import type { ListMachinesResponse as _vent_v1_ListMachinesResponse, ListMachinesResponse__Output as _vent_v1_ListMachinesResponse__Output } from './vent/v1/ListMachinesResponse.ts';
import type { ListRevisionsRequest as _vent_v1_ListRevisionsRequest, ListRevisionsRequest__Output as _vent_v1_ListRevisionsRequest__Output } from './vent/v1/ListRevisionsRequest.ts';
import type { ListRevisionsResponse as _vent_v1_ListRevisionsResponse, ListRevisionsResponse__Output as _vent_v1_ListRevisionsResponse__Output } from './vent/v1/ListRevisionsResponse.ts';
import type { ListTokensRequest as _vent_v1_ListTokensRequest, ListTokensRequest__Output as _vent_v1_ListTokensRequest__Output } from './vent/v1/ListTokensRequest.ts';
import type { ListTokensResponse as _vent_v1_ListTokensResponse, ListTokensResponse__Output as _vent_v1_ListTokensResponse__Output } from './vent/v1/ListTokensResponse.ts';
import type { MachinePlan as _vent_v1_MachinePlan, MachinePlan__Output as _vent_v1_MachinePlan__Output } from './vent/v1/MachinePlan.ts';
import type { MachineView as _vent_v1_MachineView, MachineView__Output as _vent_v1_MachineView__Output } from './vent/v1/MachineView.ts';
import type { NodeServiceClient as _vent_v1_NodeServiceClient, NodeServiceDefinition as _vent_v1_NodeServiceDefinition } from './vent/v1/NodeService.ts';
import type { OperationResult as _vent_v1_OperationResult, OperationResult__Output as _vent_v1_OperationResult__Output } from './vent/v1/OperationResult.ts';
import type { OperatorServiceClient as _vent_v1_OperatorServiceClient, OperatorServiceDefinition as _vent_v1_OperatorServiceDefinition } from './vent/v1/OperatorService.ts';
import type { PlanQuestion as _vent_v1_PlanQuestion, PlanQuestion__Output as _vent_v1_PlanQuestion__Output } from './vent/v1/PlanQuestion.ts';
import type { PlanRequest as _vent_v1_PlanRequest, PlanRequest__Output as _vent_v1_PlanRequest__Output } from './vent/v1/PlanRequest.ts';
import type { PlanResponse as _vent_v1_PlanResponse, PlanResponse__Output as _vent_v1_PlanResponse__Output } from './vent/v1/PlanResponse.ts';
import type { PlanResult as _vent_v1_PlanResult, PlanResult__Output as _vent_v1_PlanResult__Output } from './vent/v1/PlanResult.ts';
import type { PlannedChange as _vent_v1_PlannedChange, PlannedChange__Output as _vent_v1_PlannedChange__Output } from './vent/v1/PlannedChange.ts';
import type { PlannedResource as _vent_v1_PlannedResource, PlannedResource__Output as _vent_v1_PlannedResource__Output } from './vent/v1/PlannedResource.ts';
import type { ProvisionRequest as _vent_v1_ProvisionRequest, ProvisionRequest__Output as _vent_v1_ProvisionRequest__Output } from './vent/v1/ProvisionRequest.ts';
import type { ProvisionResponse as _vent_v1_ProvisionResponse, ProvisionResponse__Output as _vent_v1_ProvisionResponse__Output } from './vent/v1/ProvisionResponse.ts';
import type { Quarantine as _vent_v1_Quarantine, Quarantine__Output as _vent_v1_Quarantine__Output } from './vent/v1/Quarantine.ts';
import type { ReadEtcdSnapshotRequest as _vent_v1_ReadEtcdSnapshotRequest, ReadEtcdSnapshotRequest__Output as _vent_v1_ReadEtcdSnapshotRequest__Output } from './vent/v1/ReadEtcdSnapshotRequest.ts';
import type { ReadEtcdSnapshotResponse as _vent_v1_ReadEtcdSnapshotResponse, ReadEtcdSnapshotResponse__Output as _vent_v1_ReadEtcdSnapshotResponse__Output } from './vent/v1/ReadEtcdSnapshotResponse.ts';
import type { RenewRequest as _vent_v1_RenewRequest, RenewRequest__Output as _vent_v1_RenewRequest__Output } from './vent/v1/RenewRequest.ts';
import type { RenewResponse as _vent_v1_RenewResponse, RenewResponse__Output as _vent_v1_RenewResponse__Output } from './vent/v1/RenewResponse.ts';
import type { Report as _vent_v1_Report, Report__Output as _vent_v1_Report__Output } from './vent/v1/Report.ts';
import type { ReportGateRequest as _vent_v1_ReportGateRequest, ReportGateRequest__Output as _vent_v1_ReportGateRequest__Output } from './vent/v1/ReportGateRequest.ts';
import type { ReportGateResponse as _vent_v1_ReportGateResponse, ReportGateResponse__Output as _vent_v1_ReportGateResponse__Output } from './vent/v1/ReportGateResponse.ts';
import type { ResetMachineRequest as _vent_v1_ResetMachineRequest, ResetMachineRequest__Output as _vent_v1_ResetMachineRequest__Output } from './vent/v1/ResetMachineRequest.ts';
import type { ResetMachineResponse as _vent_v1_ResetMachineResponse, ResetMachineResponse__Output as _vent_v1_ResetMachineResponse__Output } from './vent/v1/ResetMachineResponse.ts';
import type { ResetOrder as _vent_v1_ResetOrder, ResetOrder__Output as _vent_v1_ResetOrder__Output } from './vent/v1/ResetOrder.ts';
import type { ResourceReport as _vent_v1_ResourceReport, ResourceReport__Output as _vent_v1_ResourceReport__Output } from './vent/v1/ResourceReport.ts';
import type { RevisionView as _vent_v1_RevisionView, RevisionView__Output as _vent_v1_RevisionView__Output } from './vent/v1/RevisionView.ts';
import type { RevokeTokenRequest as _vent_v1_RevokeTokenRequest, RevokeTokenRequest__Output as _vent_v1_RevokeTokenRequest__Output } from './vent/v1/RevokeTokenRequest.ts';
import type { RevokeTokenResponse as _vent_v1_RevokeTokenResponse, RevokeTokenResponse__Output as _vent_v1_RevokeTokenResponse__Output } from './vent/v1/RevokeTokenResponse.ts';
import type { RollbackRequest as _vent_v1_RollbackRequest, RollbackRequest__Output as _vent_v1_RollbackRequest__Output } from './vent/v1/RollbackRequest.ts';
import type { RollbackResponse as _vent_v1_RollbackResponse, RollbackResponse__Output as _vent_v1_RollbackResponse__Output } from './vent/v1/RollbackResponse.ts';
import type { RolloutMachineView as _vent_v1_RolloutMachineView, RolloutMachineView__Output as _vent_v1_RolloutMachineView__Output } from './vent/v1/RolloutMachineView.ts';
import type { SendSnapshotRequest as _vent_v1_SendSnapshotRequest, SendSnapshotRequest__Output as _vent_v1_SendSnapshotRequest__Output } from './vent/v1/SendSnapshotRequest.ts';
import type { SendSnapshotResponse as _vent_v1_SendSnapshotResponse, SendSnapshotResponse__Output as _vent_v1_SendSnapshotResponse__Output } from './vent/v1/SendSnapshotResponse.ts';
import type { SignedDocument as _vent_v1_SignedDocument, SignedDocument__Output as _vent_v1_SignedDocument__Output } from './vent/v1/SignedDocument.ts';
import type { SignedOperation as _vent_v1_SignedOperation, SignedOperation__Output as _vent_v1_SignedOperation__Output } from './vent/v1/SignedOperation.ts';
import type { SnapshotBegin as _vent_v1_SnapshotBegin, SnapshotBegin__Output as _vent_v1_SnapshotBegin__Output } from './vent/v1/SnapshotBegin.ts';
import type { SnapshotEnd as _vent_v1_SnapshotEnd, SnapshotEnd__Output as _vent_v1_SnapshotEnd__Output } from './vent/v1/SnapshotEnd.ts';
import type { TakeEtcdSnapshotRequest as _vent_v1_TakeEtcdSnapshotRequest, TakeEtcdSnapshotRequest__Output as _vent_v1_TakeEtcdSnapshotRequest__Output } from './vent/v1/TakeEtcdSnapshotRequest.ts';
import type { TakeEtcdSnapshotResponse as _vent_v1_TakeEtcdSnapshotResponse, TakeEtcdSnapshotResponse__Output as _vent_v1_TakeEtcdSnapshotResponse__Output } from './vent/v1/TakeEtcdSnapshotResponse.ts';
import type { TokenView as _vent_v1_TokenView, TokenView__Output as _vent_v1_TokenView__Output } from './vent/v1/TokenView.ts';
import type { TrustBundle as _vent_v1_TrustBundle, TrustBundle__Output as _vent_v1_TrustBundle__Output } from './vent/v1/TrustBundle.ts';
import type { WaitingGate as _vent_v1_WaitingGate, WaitingGate__Output as _vent_v1_WaitingGate__Output } from './vent/v1/WaitingGate.ts';
import type { WatchMachinesRequest as _vent_v1_WatchMachinesRequest, WatchMachinesRequest__Output as _vent_v1_WatchMachinesRequest__Output } from './vent/v1/WatchMachinesRequest.ts';
import type { WatchMachinesResponse as _vent_v1_WatchMachinesResponse, WatchMachinesResponse__Output as _vent_v1_WatchMachinesResponse__Output } from './vent/v1/WatchMachinesResponse.ts';
import type { WatchRolloutRequest as _vent_v1_WatchRolloutRequest, WatchRolloutRequest__Output as _vent_v1_WatchRolloutRequest__Output } from './vent/v1/WatchRolloutRequest.ts';
import type { WatchRolloutResponse as _vent_v1_WatchRolloutResponse, WatchRolloutResponse__Output as _vent_v1_WatchRolloutResponse__Output } from './vent/v1/WatchRolloutResponse.ts';
import type { Welcome as _vent_v1_Welcome, Welcome__Output as _vent_v1_Welcome__Output } from './vent/v1/Welcome.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  vent: {
    v1: {
      ApplyRequest: MessageTypeDefinition<_vent_v1_ApplyRequest, _vent_v1_ApplyRequest__Output>
      ApplyResponse: MessageTypeDefinition<_vent_v1_ApplyResponse, _vent_v1_ApplyResponse__Output>
      CertificateView: MessageTypeDefinition<_vent_v1_CertificateView, _vent_v1_CertificateView__Output>
      Condition: MessageTypeDefinition<_vent_v1_Condition, _vent_v1_Condition__Output>
      ConfirmRequest: MessageTypeDefinition<_vent_v1_ConfirmRequest, _vent_v1_ConfirmRequest__Output>
      ConfirmResponse: MessageTypeDefinition<_vent_v1_ConfirmResponse, _vent_v1_ConfirmResponse__Output>
      ConnectRequest: MessageTypeDefinition<_vent_v1_ConnectRequest, _vent_v1_ConnectRequest__Output>
      ConnectResponse: MessageTypeDefinition<_vent_v1_ConnectResponse, _vent_v1_ConnectResponse__Output>
      ControlRolloutRequest: MessageTypeDefinition<_vent_v1_ControlRolloutRequest, _vent_v1_ControlRolloutRequest__Output>
      ControlRolloutResponse: MessageTypeDefinition<_vent_v1_ControlRolloutResponse, _vent_v1_ControlRolloutResponse__Output>
      CordonMachineRequest: MessageTypeDefinition<_vent_v1_CordonMachineRequest, _vent_v1_CordonMachineRequest__Output>
      CordonMachineResponse: MessageTypeDefinition<_vent_v1_CordonMachineResponse, _vent_v1_CordonMachineResponse__Output>
      CreateTokenRequest: MessageTypeDefinition<_vent_v1_CreateTokenRequest, _vent_v1_CreateTokenRequest__Output>
      CreateTokenResponse: MessageTypeDefinition<_vent_v1_CreateTokenResponse, _vent_v1_CreateTokenResponse__Output>
      DefragmentEtcdRequest: MessageTypeDefinition<_vent_v1_DefragmentEtcdRequest, _vent_v1_DefragmentEtcdRequest__Output>
      DefragmentEtcdResponse: MessageTypeDefinition<_vent_v1_DefragmentEtcdResponse, _vent_v1_DefragmentEtcdResponse__Output>
      DeprovisionRequest: MessageTypeDefinition<_vent_v1_DeprovisionRequest, _vent_v1_DeprovisionRequest__Output>
      DeprovisionResponse: MessageTypeDefinition<_vent_v1_DeprovisionResponse, _vent_v1_DeprovisionResponse__Output>
      Done: MessageTypeDefinition<_vent_v1_Done, _vent_v1_Done__Output>
      DoneChange: MessageTypeDefinition<_vent_v1_DoneChange, _vent_v1_DoneChange__Output>
      DrainMachineRequest: MessageTypeDefinition<_vent_v1_DrainMachineRequest, _vent_v1_DrainMachineRequest__Output>
      DrainMachineResponse: MessageTypeDefinition<_vent_v1_DrainMachineResponse, _vent_v1_DrainMachineResponse__Output>
      DriftEntry: MessageTypeDefinition<_vent_v1_DriftEntry, _vent_v1_DriftEntry__Output>
      DriftView: MessageTypeDefinition<_vent_v1_DriftView, _vent_v1_DriftView__Output>
      EtcdMemberView: MessageTypeDefinition<_vent_v1_EtcdMemberView, _vent_v1_EtcdMemberView__Output>
      EtcdSnapshotView: MessageTypeDefinition<_vent_v1_EtcdSnapshotView, _vent_v1_EtcdSnapshotView__Output>
      FactAddress: MessageTypeDefinition<_vent_v1_FactAddress, _vent_v1_FactAddress__Output>
      FactLink: MessageTypeDefinition<_vent_v1_FactLink, _vent_v1_FactLink__Output>
      Facts: MessageTypeDefinition<_vent_v1_Facts, _vent_v1_Facts__Output>
      FileChange: MessageTypeDefinition<_vent_v1_FileChange, _vent_v1_FileChange__Output>
      GetClusterRequest: MessageTypeDefinition<_vent_v1_GetClusterRequest, _vent_v1_GetClusterRequest__Output>
      GetClusterResponse: MessageTypeDefinition<_vent_v1_GetClusterResponse, _vent_v1_GetClusterResponse__Output>
      GetKubeconfigRequest: MessageTypeDefinition<_vent_v1_GetKubeconfigRequest, _vent_v1_GetKubeconfigRequest__Output>
      GetKubeconfigResponse: MessageTypeDefinition<_vent_v1_GetKubeconfigResponse, _vent_v1_GetKubeconfigResponse__Output>
      GetRevisionRequest: MessageTypeDefinition<_vent_v1_GetRevisionRequest, _vent_v1_GetRevisionRequest__Output>
      GetRevisionResponse: MessageTypeDefinition<_vent_v1_GetRevisionResponse, _vent_v1_GetRevisionResponse__Output>
      GetRolloutRequest: MessageTypeDefinition<_vent_v1_GetRolloutRequest, _vent_v1_GetRolloutRequest__Output>
      GetRolloutResponse: MessageTypeDefinition<_vent_v1_GetRolloutResponse, _vent_v1_GetRolloutResponse__Output>
      GetSecretRequest: MessageTypeDefinition<_vent_v1_GetSecretRequest, _vent_v1_GetSecretRequest__Output>
      GetSecretResponse: MessageTypeDefinition<_vent_v1_GetSecretResponse, _vent_v1_GetSecretResponse__Output>
      GetUserdataRequest: MessageTypeDefinition<_vent_v1_GetUserdataRequest, _vent_v1_GetUserdataRequest__Output>
      GetUserdataResponse: MessageTypeDefinition<_vent_v1_GetUserdataResponse, _vent_v1_GetUserdataResponse__Output>
      GetVersionRequest: MessageTypeDefinition<_vent_v1_GetVersionRequest, _vent_v1_GetVersionRequest__Output>
      GetVersionResponse: MessageTypeDefinition<_vent_v1_GetVersionResponse, _vent_v1_GetVersionResponse__Output>
      Heartbeat: MessageTypeDefinition<_vent_v1_Heartbeat, _vent_v1_Heartbeat__Output>
      Hello: MessageTypeDefinition<_vent_v1_Hello, _vent_v1_Hello__Output>
      HoldMachineRequest: MessageTypeDefinition<_vent_v1_HoldMachineRequest, _vent_v1_HoldMachineRequest__Output>
      HoldMachineResponse: MessageTypeDefinition<_vent_v1_HoldMachineResponse, _vent_v1_HoldMachineResponse__Output>
      IssueBundleRequest: MessageTypeDefinition<_vent_v1_IssueBundleRequest, _vent_v1_IssueBundleRequest__Output>
      IssueBundleResponse: MessageTypeDefinition<_vent_v1_IssueBundleResponse, _vent_v1_IssueBundleResponse__Output>
      LeaveRequest: MessageTypeDefinition<_vent_v1_LeaveRequest, _vent_v1_LeaveRequest__Output>
      LeaveResponse: MessageTypeDefinition<_vent_v1_LeaveResponse, _vent_v1_LeaveResponse__Output>
      ListCertificatesRequest: MessageTypeDefinition<_vent_v1_ListCertificatesRequest, _vent_v1_ListCertificatesRequest__Output>
      ListCertificatesResponse: MessageTypeDefinition<_vent_v1_ListCertificatesResponse, _vent_v1_ListCertificatesResponse__Output>
      ListDriftRequest: MessageTypeDefinition<_vent_v1_ListDriftRequest, _vent_v1_ListDriftRequest__Output>
      ListDriftResponse: MessageTypeDefinition<_vent_v1_ListDriftResponse, _vent_v1_ListDriftResponse__Output>
      ListEtcdMembersRequest: MessageTypeDefinition<_vent_v1_ListEtcdMembersRequest, _vent_v1_ListEtcdMembersRequest__Output>
      ListEtcdMembersResponse: MessageTypeDefinition<_vent_v1_ListEtcdMembersResponse, _vent_v1_ListEtcdMembersResponse__Output>
      ListEtcdSnapshotsRequest: MessageTypeDefinition<_vent_v1_ListEtcdSnapshotsRequest, _vent_v1_ListEtcdSnapshotsRequest__Output>
      ListEtcdSnapshotsResponse: MessageTypeDefinition<_vent_v1_ListEtcdSnapshotsResponse, _vent_v1_ListEtcdSnapshotsResponse__Output>
      ListMachinesRequest: MessageTypeDefinition<_vent_v1_ListMachinesRequest, _vent_v1_ListMachinesRequest__Output>
      ListMachinesResponse: MessageTypeDefinition<_vent_v1_ListMachinesResponse, _vent_v1_ListMachinesResponse__Output>
      ListRevisionsRequest: MessageTypeDefinition<_vent_v1_ListRevisionsRequest, _vent_v1_ListRevisionsRequest__Output>
      ListRevisionsResponse: MessageTypeDefinition<_vent_v1_ListRevisionsResponse, _vent_v1_ListRevisionsResponse__Output>
      ListTokensRequest: MessageTypeDefinition<_vent_v1_ListTokensRequest, _vent_v1_ListTokensRequest__Output>
      ListTokensResponse: MessageTypeDefinition<_vent_v1_ListTokensResponse, _vent_v1_ListTokensResponse__Output>
      MachinePlan: MessageTypeDefinition<_vent_v1_MachinePlan, _vent_v1_MachinePlan__Output>
      MachineView: MessageTypeDefinition<_vent_v1_MachineView, _vent_v1_MachineView__Output>
      NodeService: SubtypeConstructor<typeof grpc.Client, _vent_v1_NodeServiceClient> & { service: _vent_v1_NodeServiceDefinition }
      OperationResult: MessageTypeDefinition<_vent_v1_OperationResult, _vent_v1_OperationResult__Output>
      OperatorService: SubtypeConstructor<typeof grpc.Client, _vent_v1_OperatorServiceClient> & { service: _vent_v1_OperatorServiceDefinition }
      PlanQuestion: MessageTypeDefinition<_vent_v1_PlanQuestion, _vent_v1_PlanQuestion__Output>
      PlanRequest: MessageTypeDefinition<_vent_v1_PlanRequest, _vent_v1_PlanRequest__Output>
      PlanResponse: MessageTypeDefinition<_vent_v1_PlanResponse, _vent_v1_PlanResponse__Output>
      PlanResult: MessageTypeDefinition<_vent_v1_PlanResult, _vent_v1_PlanResult__Output>
      PlannedChange: MessageTypeDefinition<_vent_v1_PlannedChange, _vent_v1_PlannedChange__Output>
      PlannedResource: MessageTypeDefinition<_vent_v1_PlannedResource, _vent_v1_PlannedResource__Output>
      ProvisionRequest: MessageTypeDefinition<_vent_v1_ProvisionRequest, _vent_v1_ProvisionRequest__Output>
      ProvisionResponse: MessageTypeDefinition<_vent_v1_ProvisionResponse, _vent_v1_ProvisionResponse__Output>
      Quarantine: MessageTypeDefinition<_vent_v1_Quarantine, _vent_v1_Quarantine__Output>
      ReadEtcdSnapshotRequest: MessageTypeDefinition<_vent_v1_ReadEtcdSnapshotRequest, _vent_v1_ReadEtcdSnapshotRequest__Output>
      ReadEtcdSnapshotResponse: MessageTypeDefinition<_vent_v1_ReadEtcdSnapshotResponse, _vent_v1_ReadEtcdSnapshotResponse__Output>
      RenewRequest: MessageTypeDefinition<_vent_v1_RenewRequest, _vent_v1_RenewRequest__Output>
      RenewResponse: MessageTypeDefinition<_vent_v1_RenewResponse, _vent_v1_RenewResponse__Output>
      Report: MessageTypeDefinition<_vent_v1_Report, _vent_v1_Report__Output>
      ReportGateRequest: MessageTypeDefinition<_vent_v1_ReportGateRequest, _vent_v1_ReportGateRequest__Output>
      ReportGateResponse: MessageTypeDefinition<_vent_v1_ReportGateResponse, _vent_v1_ReportGateResponse__Output>
      ResetMachineRequest: MessageTypeDefinition<_vent_v1_ResetMachineRequest, _vent_v1_ResetMachineRequest__Output>
      ResetMachineResponse: MessageTypeDefinition<_vent_v1_ResetMachineResponse, _vent_v1_ResetMachineResponse__Output>
      ResetOrder: MessageTypeDefinition<_vent_v1_ResetOrder, _vent_v1_ResetOrder__Output>
      ResourceReport: MessageTypeDefinition<_vent_v1_ResourceReport, _vent_v1_ResourceReport__Output>
      RevisionView: MessageTypeDefinition<_vent_v1_RevisionView, _vent_v1_RevisionView__Output>
      RevokeTokenRequest: MessageTypeDefinition<_vent_v1_RevokeTokenRequest, _vent_v1_RevokeTokenRequest__Output>
      RevokeTokenResponse: MessageTypeDefinition<_vent_v1_RevokeTokenResponse, _vent_v1_RevokeTokenResponse__Output>
      RollbackRequest: MessageTypeDefinition<_vent_v1_RollbackRequest, _vent_v1_RollbackRequest__Output>
      RollbackResponse: MessageTypeDefinition<_vent_v1_RollbackResponse, _vent_v1_RollbackResponse__Output>
      RolloutMachineView: MessageTypeDefinition<_vent_v1_RolloutMachineView, _vent_v1_RolloutMachineView__Output>
      SendSnapshotRequest: MessageTypeDefinition<_vent_v1_SendSnapshotRequest, _vent_v1_SendSnapshotRequest__Output>
      SendSnapshotResponse: MessageTypeDefinition<_vent_v1_SendSnapshotResponse, _vent_v1_SendSnapshotResponse__Output>
      SignedDocument: MessageTypeDefinition<_vent_v1_SignedDocument, _vent_v1_SignedDocument__Output>
      SignedOperation: MessageTypeDefinition<_vent_v1_SignedOperation, _vent_v1_SignedOperation__Output>
      SnapshotBegin: MessageTypeDefinition<_vent_v1_SnapshotBegin, _vent_v1_SnapshotBegin__Output>
      SnapshotEnd: MessageTypeDefinition<_vent_v1_SnapshotEnd, _vent_v1_SnapshotEnd__Output>
      TakeEtcdSnapshotRequest: MessageTypeDefinition<_vent_v1_TakeEtcdSnapshotRequest, _vent_v1_TakeEtcdSnapshotRequest__Output>
      TakeEtcdSnapshotResponse: MessageTypeDefinition<_vent_v1_TakeEtcdSnapshotResponse, _vent_v1_TakeEtcdSnapshotResponse__Output>
      TokenView: MessageTypeDefinition<_vent_v1_TokenView, _vent_v1_TokenView__Output>
      TrustBundle: MessageTypeDefinition<_vent_v1_TrustBundle, _vent_v1_TrustBundle__Output>
      WaitingGate: MessageTypeDefinition<_vent_v1_WaitingGate, _vent_v1_WaitingGate__Output>
      WatchMachinesRequest: MessageTypeDefinition<_vent_v1_WatchMachinesRequest, _vent_v1_WatchMachinesRequest__Output>
      WatchMachinesResponse: MessageTypeDefinition<_vent_v1_WatchMachinesResponse, _vent_v1_WatchMachinesResponse__Output>
      WatchRolloutRequest: MessageTypeDefinition<_vent_v1_WatchRolloutRequest, _vent_v1_WatchRolloutRequest__Output>
      WatchRolloutResponse: MessageTypeDefinition<_vent_v1_WatchRolloutResponse, _vent_v1_WatchRolloutResponse__Output>
      Welcome: MessageTypeDefinition<_vent_v1_Welcome, _vent_v1_Welcome__Output>
    }
  }
}

