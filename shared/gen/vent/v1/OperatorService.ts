// Original file: proto/vent/v1/operator.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ApplyRequest as _vent_v1_ApplyRequest, ApplyRequest__Output as _vent_v1_ApplyRequest__Output } from '../../vent/v1/ApplyRequest.ts';
import type { ApplyResponse as _vent_v1_ApplyResponse, ApplyResponse__Output as _vent_v1_ApplyResponse__Output } from '../../vent/v1/ApplyResponse.ts';
import type { ControlRolloutRequest as _vent_v1_ControlRolloutRequest, ControlRolloutRequest__Output as _vent_v1_ControlRolloutRequest__Output } from '../../vent/v1/ControlRolloutRequest.ts';
import type { ControlRolloutResponse as _vent_v1_ControlRolloutResponse, ControlRolloutResponse__Output as _vent_v1_ControlRolloutResponse__Output } from '../../vent/v1/ControlRolloutResponse.ts';
import type { CordonMachineRequest as _vent_v1_CordonMachineRequest, CordonMachineRequest__Output as _vent_v1_CordonMachineRequest__Output } from '../../vent/v1/CordonMachineRequest.ts';
import type { CordonMachineResponse as _vent_v1_CordonMachineResponse, CordonMachineResponse__Output as _vent_v1_CordonMachineResponse__Output } from '../../vent/v1/CordonMachineResponse.ts';
import type { CreateTokenRequest as _vent_v1_CreateTokenRequest, CreateTokenRequest__Output as _vent_v1_CreateTokenRequest__Output } from '../../vent/v1/CreateTokenRequest.ts';
import type { CreateTokenResponse as _vent_v1_CreateTokenResponse, CreateTokenResponse__Output as _vent_v1_CreateTokenResponse__Output } from '../../vent/v1/CreateTokenResponse.ts';
import type { DefragmentEtcdRequest as _vent_v1_DefragmentEtcdRequest, DefragmentEtcdRequest__Output as _vent_v1_DefragmentEtcdRequest__Output } from '../../vent/v1/DefragmentEtcdRequest.ts';
import type { DefragmentEtcdResponse as _vent_v1_DefragmentEtcdResponse, DefragmentEtcdResponse__Output as _vent_v1_DefragmentEtcdResponse__Output } from '../../vent/v1/DefragmentEtcdResponse.ts';
import type { DeprovisionRequest as _vent_v1_DeprovisionRequest, DeprovisionRequest__Output as _vent_v1_DeprovisionRequest__Output } from '../../vent/v1/DeprovisionRequest.ts';
import type { DeprovisionResponse as _vent_v1_DeprovisionResponse, DeprovisionResponse__Output as _vent_v1_DeprovisionResponse__Output } from '../../vent/v1/DeprovisionResponse.ts';
import type { DrainMachineRequest as _vent_v1_DrainMachineRequest, DrainMachineRequest__Output as _vent_v1_DrainMachineRequest__Output } from '../../vent/v1/DrainMachineRequest.ts';
import type { DrainMachineResponse as _vent_v1_DrainMachineResponse, DrainMachineResponse__Output as _vent_v1_DrainMachineResponse__Output } from '../../vent/v1/DrainMachineResponse.ts';
import type { GetClusterRequest as _vent_v1_GetClusterRequest, GetClusterRequest__Output as _vent_v1_GetClusterRequest__Output } from '../../vent/v1/GetClusterRequest.ts';
import type { GetClusterResponse as _vent_v1_GetClusterResponse, GetClusterResponse__Output as _vent_v1_GetClusterResponse__Output } from '../../vent/v1/GetClusterResponse.ts';
import type { GetKubeconfigRequest as _vent_v1_GetKubeconfigRequest, GetKubeconfigRequest__Output as _vent_v1_GetKubeconfigRequest__Output } from '../../vent/v1/GetKubeconfigRequest.ts';
import type { GetKubeconfigResponse as _vent_v1_GetKubeconfigResponse, GetKubeconfigResponse__Output as _vent_v1_GetKubeconfigResponse__Output } from '../../vent/v1/GetKubeconfigResponse.ts';
import type { GetRevisionRequest as _vent_v1_GetRevisionRequest, GetRevisionRequest__Output as _vent_v1_GetRevisionRequest__Output } from '../../vent/v1/GetRevisionRequest.ts';
import type { GetRevisionResponse as _vent_v1_GetRevisionResponse, GetRevisionResponse__Output as _vent_v1_GetRevisionResponse__Output } from '../../vent/v1/GetRevisionResponse.ts';
import type { GetRolloutRequest as _vent_v1_GetRolloutRequest, GetRolloutRequest__Output as _vent_v1_GetRolloutRequest__Output } from '../../vent/v1/GetRolloutRequest.ts';
import type { GetRolloutResponse as _vent_v1_GetRolloutResponse, GetRolloutResponse__Output as _vent_v1_GetRolloutResponse__Output } from '../../vent/v1/GetRolloutResponse.ts';
import type { GetUserdataRequest as _vent_v1_GetUserdataRequest, GetUserdataRequest__Output as _vent_v1_GetUserdataRequest__Output } from '../../vent/v1/GetUserdataRequest.ts';
import type { GetUserdataResponse as _vent_v1_GetUserdataResponse, GetUserdataResponse__Output as _vent_v1_GetUserdataResponse__Output } from '../../vent/v1/GetUserdataResponse.ts';
import type { GetVersionRequest as _vent_v1_GetVersionRequest, GetVersionRequest__Output as _vent_v1_GetVersionRequest__Output } from '../../vent/v1/GetVersionRequest.ts';
import type { GetVersionResponse as _vent_v1_GetVersionResponse, GetVersionResponse__Output as _vent_v1_GetVersionResponse__Output } from '../../vent/v1/GetVersionResponse.ts';
import type { HoldMachineRequest as _vent_v1_HoldMachineRequest, HoldMachineRequest__Output as _vent_v1_HoldMachineRequest__Output } from '../../vent/v1/HoldMachineRequest.ts';
import type { HoldMachineResponse as _vent_v1_HoldMachineResponse, HoldMachineResponse__Output as _vent_v1_HoldMachineResponse__Output } from '../../vent/v1/HoldMachineResponse.ts';
import type { ListCertificatesRequest as _vent_v1_ListCertificatesRequest, ListCertificatesRequest__Output as _vent_v1_ListCertificatesRequest__Output } from '../../vent/v1/ListCertificatesRequest.ts';
import type { ListCertificatesResponse as _vent_v1_ListCertificatesResponse, ListCertificatesResponse__Output as _vent_v1_ListCertificatesResponse__Output } from '../../vent/v1/ListCertificatesResponse.ts';
import type { ListDriftRequest as _vent_v1_ListDriftRequest, ListDriftRequest__Output as _vent_v1_ListDriftRequest__Output } from '../../vent/v1/ListDriftRequest.ts';
import type { ListDriftResponse as _vent_v1_ListDriftResponse, ListDriftResponse__Output as _vent_v1_ListDriftResponse__Output } from '../../vent/v1/ListDriftResponse.ts';
import type { ListEtcdMembersRequest as _vent_v1_ListEtcdMembersRequest, ListEtcdMembersRequest__Output as _vent_v1_ListEtcdMembersRequest__Output } from '../../vent/v1/ListEtcdMembersRequest.ts';
import type { ListEtcdMembersResponse as _vent_v1_ListEtcdMembersResponse, ListEtcdMembersResponse__Output as _vent_v1_ListEtcdMembersResponse__Output } from '../../vent/v1/ListEtcdMembersResponse.ts';
import type { ListEtcdSnapshotsRequest as _vent_v1_ListEtcdSnapshotsRequest, ListEtcdSnapshotsRequest__Output as _vent_v1_ListEtcdSnapshotsRequest__Output } from '../../vent/v1/ListEtcdSnapshotsRequest.ts';
import type { ListEtcdSnapshotsResponse as _vent_v1_ListEtcdSnapshotsResponse, ListEtcdSnapshotsResponse__Output as _vent_v1_ListEtcdSnapshotsResponse__Output } from '../../vent/v1/ListEtcdSnapshotsResponse.ts';
import type { ListMachinesRequest as _vent_v1_ListMachinesRequest, ListMachinesRequest__Output as _vent_v1_ListMachinesRequest__Output } from '../../vent/v1/ListMachinesRequest.ts';
import type { ListMachinesResponse as _vent_v1_ListMachinesResponse, ListMachinesResponse__Output as _vent_v1_ListMachinesResponse__Output } from '../../vent/v1/ListMachinesResponse.ts';
import type { ListRevisionsRequest as _vent_v1_ListRevisionsRequest, ListRevisionsRequest__Output as _vent_v1_ListRevisionsRequest__Output } from '../../vent/v1/ListRevisionsRequest.ts';
import type { ListRevisionsResponse as _vent_v1_ListRevisionsResponse, ListRevisionsResponse__Output as _vent_v1_ListRevisionsResponse__Output } from '../../vent/v1/ListRevisionsResponse.ts';
import type { ListTokensRequest as _vent_v1_ListTokensRequest, ListTokensRequest__Output as _vent_v1_ListTokensRequest__Output } from '../../vent/v1/ListTokensRequest.ts';
import type { ListTokensResponse as _vent_v1_ListTokensResponse, ListTokensResponse__Output as _vent_v1_ListTokensResponse__Output } from '../../vent/v1/ListTokensResponse.ts';
import type { PlanRequest as _vent_v1_PlanRequest, PlanRequest__Output as _vent_v1_PlanRequest__Output } from '../../vent/v1/PlanRequest.ts';
import type { PlanResponse as _vent_v1_PlanResponse, PlanResponse__Output as _vent_v1_PlanResponse__Output } from '../../vent/v1/PlanResponse.ts';
import type { ProvisionRequest as _vent_v1_ProvisionRequest, ProvisionRequest__Output as _vent_v1_ProvisionRequest__Output } from '../../vent/v1/ProvisionRequest.ts';
import type { ProvisionResponse as _vent_v1_ProvisionResponse, ProvisionResponse__Output as _vent_v1_ProvisionResponse__Output } from '../../vent/v1/ProvisionResponse.ts';
import type { ReadEtcdSnapshotRequest as _vent_v1_ReadEtcdSnapshotRequest, ReadEtcdSnapshotRequest__Output as _vent_v1_ReadEtcdSnapshotRequest__Output } from '../../vent/v1/ReadEtcdSnapshotRequest.ts';
import type { ReadEtcdSnapshotResponse as _vent_v1_ReadEtcdSnapshotResponse, ReadEtcdSnapshotResponse__Output as _vent_v1_ReadEtcdSnapshotResponse__Output } from '../../vent/v1/ReadEtcdSnapshotResponse.ts';
import type { ReportGateRequest as _vent_v1_ReportGateRequest, ReportGateRequest__Output as _vent_v1_ReportGateRequest__Output } from '../../vent/v1/ReportGateRequest.ts';
import type { ReportGateResponse as _vent_v1_ReportGateResponse, ReportGateResponse__Output as _vent_v1_ReportGateResponse__Output } from '../../vent/v1/ReportGateResponse.ts';
import type { ResetMachineRequest as _vent_v1_ResetMachineRequest, ResetMachineRequest__Output as _vent_v1_ResetMachineRequest__Output } from '../../vent/v1/ResetMachineRequest.ts';
import type { ResetMachineResponse as _vent_v1_ResetMachineResponse, ResetMachineResponse__Output as _vent_v1_ResetMachineResponse__Output } from '../../vent/v1/ResetMachineResponse.ts';
import type { RevokeTokenRequest as _vent_v1_RevokeTokenRequest, RevokeTokenRequest__Output as _vent_v1_RevokeTokenRequest__Output } from '../../vent/v1/RevokeTokenRequest.ts';
import type { RevokeTokenResponse as _vent_v1_RevokeTokenResponse, RevokeTokenResponse__Output as _vent_v1_RevokeTokenResponse__Output } from '../../vent/v1/RevokeTokenResponse.ts';
import type { RollbackRequest as _vent_v1_RollbackRequest, RollbackRequest__Output as _vent_v1_RollbackRequest__Output } from '../../vent/v1/RollbackRequest.ts';
import type { RollbackResponse as _vent_v1_RollbackResponse, RollbackResponse__Output as _vent_v1_RollbackResponse__Output } from '../../vent/v1/RollbackResponse.ts';
import type { TakeEtcdSnapshotRequest as _vent_v1_TakeEtcdSnapshotRequest, TakeEtcdSnapshotRequest__Output as _vent_v1_TakeEtcdSnapshotRequest__Output } from '../../vent/v1/TakeEtcdSnapshotRequest.ts';
import type { TakeEtcdSnapshotResponse as _vent_v1_TakeEtcdSnapshotResponse, TakeEtcdSnapshotResponse__Output as _vent_v1_TakeEtcdSnapshotResponse__Output } from '../../vent/v1/TakeEtcdSnapshotResponse.ts';
import type { WatchMachinesRequest as _vent_v1_WatchMachinesRequest, WatchMachinesRequest__Output as _vent_v1_WatchMachinesRequest__Output } from '../../vent/v1/WatchMachinesRequest.ts';
import type { WatchMachinesResponse as _vent_v1_WatchMachinesResponse, WatchMachinesResponse__Output as _vent_v1_WatchMachinesResponse__Output } from '../../vent/v1/WatchMachinesResponse.ts';
import type { WatchRolloutRequest as _vent_v1_WatchRolloutRequest, WatchRolloutRequest__Output as _vent_v1_WatchRolloutRequest__Output } from '../../vent/v1/WatchRolloutRequest.ts';
import type { WatchRolloutResponse as _vent_v1_WatchRolloutResponse, WatchRolloutResponse__Output as _vent_v1_WatchRolloutResponse__Output } from '../../vent/v1/WatchRolloutResponse.ts';

export interface OperatorServiceClient extends grpc.Client {
  Apply(argument: _vent_v1_ApplyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ApplyResponse__Output>): grpc.ClientUnaryCall;
  Apply(argument: _vent_v1_ApplyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ApplyResponse__Output>): grpc.ClientUnaryCall;
  Apply(argument: _vent_v1_ApplyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ApplyResponse__Output>): grpc.ClientUnaryCall;
  Apply(argument: _vent_v1_ApplyRequest, callback: grpc.requestCallback<_vent_v1_ApplyResponse__Output>): grpc.ClientUnaryCall;
  apply(argument: _vent_v1_ApplyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ApplyResponse__Output>): grpc.ClientUnaryCall;
  apply(argument: _vent_v1_ApplyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ApplyResponse__Output>): grpc.ClientUnaryCall;
  apply(argument: _vent_v1_ApplyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ApplyResponse__Output>): grpc.ClientUnaryCall;
  apply(argument: _vent_v1_ApplyRequest, callback: grpc.requestCallback<_vent_v1_ApplyResponse__Output>): grpc.ClientUnaryCall;
  
  ControlRollout(argument: _vent_v1_ControlRolloutRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ControlRolloutResponse__Output>): grpc.ClientUnaryCall;
  ControlRollout(argument: _vent_v1_ControlRolloutRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ControlRolloutResponse__Output>): grpc.ClientUnaryCall;
  ControlRollout(argument: _vent_v1_ControlRolloutRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ControlRolloutResponse__Output>): grpc.ClientUnaryCall;
  ControlRollout(argument: _vent_v1_ControlRolloutRequest, callback: grpc.requestCallback<_vent_v1_ControlRolloutResponse__Output>): grpc.ClientUnaryCall;
  controlRollout(argument: _vent_v1_ControlRolloutRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ControlRolloutResponse__Output>): grpc.ClientUnaryCall;
  controlRollout(argument: _vent_v1_ControlRolloutRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ControlRolloutResponse__Output>): grpc.ClientUnaryCall;
  controlRollout(argument: _vent_v1_ControlRolloutRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ControlRolloutResponse__Output>): grpc.ClientUnaryCall;
  controlRollout(argument: _vent_v1_ControlRolloutRequest, callback: grpc.requestCallback<_vent_v1_ControlRolloutResponse__Output>): grpc.ClientUnaryCall;
  
  CordonMachine(argument: _vent_v1_CordonMachineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_CordonMachineResponse__Output>): grpc.ClientUnaryCall;
  CordonMachine(argument: _vent_v1_CordonMachineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_CordonMachineResponse__Output>): grpc.ClientUnaryCall;
  CordonMachine(argument: _vent_v1_CordonMachineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_CordonMachineResponse__Output>): grpc.ClientUnaryCall;
  CordonMachine(argument: _vent_v1_CordonMachineRequest, callback: grpc.requestCallback<_vent_v1_CordonMachineResponse__Output>): grpc.ClientUnaryCall;
  cordonMachine(argument: _vent_v1_CordonMachineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_CordonMachineResponse__Output>): grpc.ClientUnaryCall;
  cordonMachine(argument: _vent_v1_CordonMachineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_CordonMachineResponse__Output>): grpc.ClientUnaryCall;
  cordonMachine(argument: _vent_v1_CordonMachineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_CordonMachineResponse__Output>): grpc.ClientUnaryCall;
  cordonMachine(argument: _vent_v1_CordonMachineRequest, callback: grpc.requestCallback<_vent_v1_CordonMachineResponse__Output>): grpc.ClientUnaryCall;
  
  CreateToken(argument: _vent_v1_CreateTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_CreateTokenResponse__Output>): grpc.ClientUnaryCall;
  CreateToken(argument: _vent_v1_CreateTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_CreateTokenResponse__Output>): grpc.ClientUnaryCall;
  CreateToken(argument: _vent_v1_CreateTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_CreateTokenResponse__Output>): grpc.ClientUnaryCall;
  CreateToken(argument: _vent_v1_CreateTokenRequest, callback: grpc.requestCallback<_vent_v1_CreateTokenResponse__Output>): grpc.ClientUnaryCall;
  createToken(argument: _vent_v1_CreateTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_CreateTokenResponse__Output>): grpc.ClientUnaryCall;
  createToken(argument: _vent_v1_CreateTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_CreateTokenResponse__Output>): grpc.ClientUnaryCall;
  createToken(argument: _vent_v1_CreateTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_CreateTokenResponse__Output>): grpc.ClientUnaryCall;
  createToken(argument: _vent_v1_CreateTokenRequest, callback: grpc.requestCallback<_vent_v1_CreateTokenResponse__Output>): grpc.ClientUnaryCall;
  
  DefragmentEtcd(argument: _vent_v1_DefragmentEtcdRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_DefragmentEtcdResponse__Output>): grpc.ClientUnaryCall;
  DefragmentEtcd(argument: _vent_v1_DefragmentEtcdRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_DefragmentEtcdResponse__Output>): grpc.ClientUnaryCall;
  DefragmentEtcd(argument: _vent_v1_DefragmentEtcdRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_DefragmentEtcdResponse__Output>): grpc.ClientUnaryCall;
  DefragmentEtcd(argument: _vent_v1_DefragmentEtcdRequest, callback: grpc.requestCallback<_vent_v1_DefragmentEtcdResponse__Output>): grpc.ClientUnaryCall;
  defragmentEtcd(argument: _vent_v1_DefragmentEtcdRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_DefragmentEtcdResponse__Output>): grpc.ClientUnaryCall;
  defragmentEtcd(argument: _vent_v1_DefragmentEtcdRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_DefragmentEtcdResponse__Output>): grpc.ClientUnaryCall;
  defragmentEtcd(argument: _vent_v1_DefragmentEtcdRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_DefragmentEtcdResponse__Output>): grpc.ClientUnaryCall;
  defragmentEtcd(argument: _vent_v1_DefragmentEtcdRequest, callback: grpc.requestCallback<_vent_v1_DefragmentEtcdResponse__Output>): grpc.ClientUnaryCall;
  
  Deprovision(argument: _vent_v1_DeprovisionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_DeprovisionResponse__Output>): grpc.ClientUnaryCall;
  Deprovision(argument: _vent_v1_DeprovisionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_DeprovisionResponse__Output>): grpc.ClientUnaryCall;
  Deprovision(argument: _vent_v1_DeprovisionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_DeprovisionResponse__Output>): grpc.ClientUnaryCall;
  Deprovision(argument: _vent_v1_DeprovisionRequest, callback: grpc.requestCallback<_vent_v1_DeprovisionResponse__Output>): grpc.ClientUnaryCall;
  deprovision(argument: _vent_v1_DeprovisionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_DeprovisionResponse__Output>): grpc.ClientUnaryCall;
  deprovision(argument: _vent_v1_DeprovisionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_DeprovisionResponse__Output>): grpc.ClientUnaryCall;
  deprovision(argument: _vent_v1_DeprovisionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_DeprovisionResponse__Output>): grpc.ClientUnaryCall;
  deprovision(argument: _vent_v1_DeprovisionRequest, callback: grpc.requestCallback<_vent_v1_DeprovisionResponse__Output>): grpc.ClientUnaryCall;
  
  DrainMachine(argument: _vent_v1_DrainMachineRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_DrainMachineResponse__Output>;
  DrainMachine(argument: _vent_v1_DrainMachineRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_DrainMachineResponse__Output>;
  drainMachine(argument: _vent_v1_DrainMachineRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_DrainMachineResponse__Output>;
  drainMachine(argument: _vent_v1_DrainMachineRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_DrainMachineResponse__Output>;
  
  GetCluster(argument: _vent_v1_GetClusterRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetClusterResponse__Output>): grpc.ClientUnaryCall;
  GetCluster(argument: _vent_v1_GetClusterRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_GetClusterResponse__Output>): grpc.ClientUnaryCall;
  GetCluster(argument: _vent_v1_GetClusterRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetClusterResponse__Output>): grpc.ClientUnaryCall;
  GetCluster(argument: _vent_v1_GetClusterRequest, callback: grpc.requestCallback<_vent_v1_GetClusterResponse__Output>): grpc.ClientUnaryCall;
  getCluster(argument: _vent_v1_GetClusterRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetClusterResponse__Output>): grpc.ClientUnaryCall;
  getCluster(argument: _vent_v1_GetClusterRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_GetClusterResponse__Output>): grpc.ClientUnaryCall;
  getCluster(argument: _vent_v1_GetClusterRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetClusterResponse__Output>): grpc.ClientUnaryCall;
  getCluster(argument: _vent_v1_GetClusterRequest, callback: grpc.requestCallback<_vent_v1_GetClusterResponse__Output>): grpc.ClientUnaryCall;
  
  GetKubeconfig(argument: _vent_v1_GetKubeconfigRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetKubeconfigResponse__Output>): grpc.ClientUnaryCall;
  GetKubeconfig(argument: _vent_v1_GetKubeconfigRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_GetKubeconfigResponse__Output>): grpc.ClientUnaryCall;
  GetKubeconfig(argument: _vent_v1_GetKubeconfigRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetKubeconfigResponse__Output>): grpc.ClientUnaryCall;
  GetKubeconfig(argument: _vent_v1_GetKubeconfigRequest, callback: grpc.requestCallback<_vent_v1_GetKubeconfigResponse__Output>): grpc.ClientUnaryCall;
  getKubeconfig(argument: _vent_v1_GetKubeconfigRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetKubeconfigResponse__Output>): grpc.ClientUnaryCall;
  getKubeconfig(argument: _vent_v1_GetKubeconfigRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_GetKubeconfigResponse__Output>): grpc.ClientUnaryCall;
  getKubeconfig(argument: _vent_v1_GetKubeconfigRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetKubeconfigResponse__Output>): grpc.ClientUnaryCall;
  getKubeconfig(argument: _vent_v1_GetKubeconfigRequest, callback: grpc.requestCallback<_vent_v1_GetKubeconfigResponse__Output>): grpc.ClientUnaryCall;
  
  GetRevision(argument: _vent_v1_GetRevisionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetRevisionResponse__Output>): grpc.ClientUnaryCall;
  GetRevision(argument: _vent_v1_GetRevisionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_GetRevisionResponse__Output>): grpc.ClientUnaryCall;
  GetRevision(argument: _vent_v1_GetRevisionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetRevisionResponse__Output>): grpc.ClientUnaryCall;
  GetRevision(argument: _vent_v1_GetRevisionRequest, callback: grpc.requestCallback<_vent_v1_GetRevisionResponse__Output>): grpc.ClientUnaryCall;
  getRevision(argument: _vent_v1_GetRevisionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetRevisionResponse__Output>): grpc.ClientUnaryCall;
  getRevision(argument: _vent_v1_GetRevisionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_GetRevisionResponse__Output>): grpc.ClientUnaryCall;
  getRevision(argument: _vent_v1_GetRevisionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetRevisionResponse__Output>): grpc.ClientUnaryCall;
  getRevision(argument: _vent_v1_GetRevisionRequest, callback: grpc.requestCallback<_vent_v1_GetRevisionResponse__Output>): grpc.ClientUnaryCall;
  
  GetRollout(argument: _vent_v1_GetRolloutRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetRolloutResponse__Output>): grpc.ClientUnaryCall;
  GetRollout(argument: _vent_v1_GetRolloutRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_GetRolloutResponse__Output>): grpc.ClientUnaryCall;
  GetRollout(argument: _vent_v1_GetRolloutRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetRolloutResponse__Output>): grpc.ClientUnaryCall;
  GetRollout(argument: _vent_v1_GetRolloutRequest, callback: grpc.requestCallback<_vent_v1_GetRolloutResponse__Output>): grpc.ClientUnaryCall;
  getRollout(argument: _vent_v1_GetRolloutRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetRolloutResponse__Output>): grpc.ClientUnaryCall;
  getRollout(argument: _vent_v1_GetRolloutRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_GetRolloutResponse__Output>): grpc.ClientUnaryCall;
  getRollout(argument: _vent_v1_GetRolloutRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetRolloutResponse__Output>): grpc.ClientUnaryCall;
  getRollout(argument: _vent_v1_GetRolloutRequest, callback: grpc.requestCallback<_vent_v1_GetRolloutResponse__Output>): grpc.ClientUnaryCall;
  
  GetUserdata(argument: _vent_v1_GetUserdataRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetUserdataResponse__Output>): grpc.ClientUnaryCall;
  GetUserdata(argument: _vent_v1_GetUserdataRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_GetUserdataResponse__Output>): grpc.ClientUnaryCall;
  GetUserdata(argument: _vent_v1_GetUserdataRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetUserdataResponse__Output>): grpc.ClientUnaryCall;
  GetUserdata(argument: _vent_v1_GetUserdataRequest, callback: grpc.requestCallback<_vent_v1_GetUserdataResponse__Output>): grpc.ClientUnaryCall;
  getUserdata(argument: _vent_v1_GetUserdataRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetUserdataResponse__Output>): grpc.ClientUnaryCall;
  getUserdata(argument: _vent_v1_GetUserdataRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_GetUserdataResponse__Output>): grpc.ClientUnaryCall;
  getUserdata(argument: _vent_v1_GetUserdataRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetUserdataResponse__Output>): grpc.ClientUnaryCall;
  getUserdata(argument: _vent_v1_GetUserdataRequest, callback: grpc.requestCallback<_vent_v1_GetUserdataResponse__Output>): grpc.ClientUnaryCall;
  
  GetVersion(argument: _vent_v1_GetVersionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetVersionResponse__Output>): grpc.ClientUnaryCall;
  GetVersion(argument: _vent_v1_GetVersionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_GetVersionResponse__Output>): grpc.ClientUnaryCall;
  GetVersion(argument: _vent_v1_GetVersionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetVersionResponse__Output>): grpc.ClientUnaryCall;
  GetVersion(argument: _vent_v1_GetVersionRequest, callback: grpc.requestCallback<_vent_v1_GetVersionResponse__Output>): grpc.ClientUnaryCall;
  getVersion(argument: _vent_v1_GetVersionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetVersionResponse__Output>): grpc.ClientUnaryCall;
  getVersion(argument: _vent_v1_GetVersionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_GetVersionResponse__Output>): grpc.ClientUnaryCall;
  getVersion(argument: _vent_v1_GetVersionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetVersionResponse__Output>): grpc.ClientUnaryCall;
  getVersion(argument: _vent_v1_GetVersionRequest, callback: grpc.requestCallback<_vent_v1_GetVersionResponse__Output>): grpc.ClientUnaryCall;
  
  HoldMachine(argument: _vent_v1_HoldMachineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_HoldMachineResponse__Output>): grpc.ClientUnaryCall;
  HoldMachine(argument: _vent_v1_HoldMachineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_HoldMachineResponse__Output>): grpc.ClientUnaryCall;
  HoldMachine(argument: _vent_v1_HoldMachineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_HoldMachineResponse__Output>): grpc.ClientUnaryCall;
  HoldMachine(argument: _vent_v1_HoldMachineRequest, callback: grpc.requestCallback<_vent_v1_HoldMachineResponse__Output>): grpc.ClientUnaryCall;
  holdMachine(argument: _vent_v1_HoldMachineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_HoldMachineResponse__Output>): grpc.ClientUnaryCall;
  holdMachine(argument: _vent_v1_HoldMachineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_HoldMachineResponse__Output>): grpc.ClientUnaryCall;
  holdMachine(argument: _vent_v1_HoldMachineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_HoldMachineResponse__Output>): grpc.ClientUnaryCall;
  holdMachine(argument: _vent_v1_HoldMachineRequest, callback: grpc.requestCallback<_vent_v1_HoldMachineResponse__Output>): grpc.ClientUnaryCall;
  
  ListCertificates(argument: _vent_v1_ListCertificatesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListCertificatesResponse__Output>): grpc.ClientUnaryCall;
  ListCertificates(argument: _vent_v1_ListCertificatesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ListCertificatesResponse__Output>): grpc.ClientUnaryCall;
  ListCertificates(argument: _vent_v1_ListCertificatesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListCertificatesResponse__Output>): grpc.ClientUnaryCall;
  ListCertificates(argument: _vent_v1_ListCertificatesRequest, callback: grpc.requestCallback<_vent_v1_ListCertificatesResponse__Output>): grpc.ClientUnaryCall;
  listCertificates(argument: _vent_v1_ListCertificatesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListCertificatesResponse__Output>): grpc.ClientUnaryCall;
  listCertificates(argument: _vent_v1_ListCertificatesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ListCertificatesResponse__Output>): grpc.ClientUnaryCall;
  listCertificates(argument: _vent_v1_ListCertificatesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListCertificatesResponse__Output>): grpc.ClientUnaryCall;
  listCertificates(argument: _vent_v1_ListCertificatesRequest, callback: grpc.requestCallback<_vent_v1_ListCertificatesResponse__Output>): grpc.ClientUnaryCall;
  
  ListDrift(argument: _vent_v1_ListDriftRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListDriftResponse__Output>): grpc.ClientUnaryCall;
  ListDrift(argument: _vent_v1_ListDriftRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ListDriftResponse__Output>): grpc.ClientUnaryCall;
  ListDrift(argument: _vent_v1_ListDriftRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListDriftResponse__Output>): grpc.ClientUnaryCall;
  ListDrift(argument: _vent_v1_ListDriftRequest, callback: grpc.requestCallback<_vent_v1_ListDriftResponse__Output>): grpc.ClientUnaryCall;
  listDrift(argument: _vent_v1_ListDriftRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListDriftResponse__Output>): grpc.ClientUnaryCall;
  listDrift(argument: _vent_v1_ListDriftRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ListDriftResponse__Output>): grpc.ClientUnaryCall;
  listDrift(argument: _vent_v1_ListDriftRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListDriftResponse__Output>): grpc.ClientUnaryCall;
  listDrift(argument: _vent_v1_ListDriftRequest, callback: grpc.requestCallback<_vent_v1_ListDriftResponse__Output>): grpc.ClientUnaryCall;
  
  ListEtcdMembers(argument: _vent_v1_ListEtcdMembersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListEtcdMembersResponse__Output>): grpc.ClientUnaryCall;
  ListEtcdMembers(argument: _vent_v1_ListEtcdMembersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ListEtcdMembersResponse__Output>): grpc.ClientUnaryCall;
  ListEtcdMembers(argument: _vent_v1_ListEtcdMembersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListEtcdMembersResponse__Output>): grpc.ClientUnaryCall;
  ListEtcdMembers(argument: _vent_v1_ListEtcdMembersRequest, callback: grpc.requestCallback<_vent_v1_ListEtcdMembersResponse__Output>): grpc.ClientUnaryCall;
  listEtcdMembers(argument: _vent_v1_ListEtcdMembersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListEtcdMembersResponse__Output>): grpc.ClientUnaryCall;
  listEtcdMembers(argument: _vent_v1_ListEtcdMembersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ListEtcdMembersResponse__Output>): grpc.ClientUnaryCall;
  listEtcdMembers(argument: _vent_v1_ListEtcdMembersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListEtcdMembersResponse__Output>): grpc.ClientUnaryCall;
  listEtcdMembers(argument: _vent_v1_ListEtcdMembersRequest, callback: grpc.requestCallback<_vent_v1_ListEtcdMembersResponse__Output>): grpc.ClientUnaryCall;
  
  ListEtcdSnapshots(argument: _vent_v1_ListEtcdSnapshotsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListEtcdSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  ListEtcdSnapshots(argument: _vent_v1_ListEtcdSnapshotsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ListEtcdSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  ListEtcdSnapshots(argument: _vent_v1_ListEtcdSnapshotsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListEtcdSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  ListEtcdSnapshots(argument: _vent_v1_ListEtcdSnapshotsRequest, callback: grpc.requestCallback<_vent_v1_ListEtcdSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  listEtcdSnapshots(argument: _vent_v1_ListEtcdSnapshotsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListEtcdSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  listEtcdSnapshots(argument: _vent_v1_ListEtcdSnapshotsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ListEtcdSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  listEtcdSnapshots(argument: _vent_v1_ListEtcdSnapshotsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListEtcdSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  listEtcdSnapshots(argument: _vent_v1_ListEtcdSnapshotsRequest, callback: grpc.requestCallback<_vent_v1_ListEtcdSnapshotsResponse__Output>): grpc.ClientUnaryCall;
  
  ListMachines(argument: _vent_v1_ListMachinesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListMachinesResponse__Output>): grpc.ClientUnaryCall;
  ListMachines(argument: _vent_v1_ListMachinesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ListMachinesResponse__Output>): grpc.ClientUnaryCall;
  ListMachines(argument: _vent_v1_ListMachinesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListMachinesResponse__Output>): grpc.ClientUnaryCall;
  ListMachines(argument: _vent_v1_ListMachinesRequest, callback: grpc.requestCallback<_vent_v1_ListMachinesResponse__Output>): grpc.ClientUnaryCall;
  listMachines(argument: _vent_v1_ListMachinesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListMachinesResponse__Output>): grpc.ClientUnaryCall;
  listMachines(argument: _vent_v1_ListMachinesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ListMachinesResponse__Output>): grpc.ClientUnaryCall;
  listMachines(argument: _vent_v1_ListMachinesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListMachinesResponse__Output>): grpc.ClientUnaryCall;
  listMachines(argument: _vent_v1_ListMachinesRequest, callback: grpc.requestCallback<_vent_v1_ListMachinesResponse__Output>): grpc.ClientUnaryCall;
  
  ListRevisions(argument: _vent_v1_ListRevisionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListRevisionsResponse__Output>): grpc.ClientUnaryCall;
  ListRevisions(argument: _vent_v1_ListRevisionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ListRevisionsResponse__Output>): grpc.ClientUnaryCall;
  ListRevisions(argument: _vent_v1_ListRevisionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListRevisionsResponse__Output>): grpc.ClientUnaryCall;
  ListRevisions(argument: _vent_v1_ListRevisionsRequest, callback: grpc.requestCallback<_vent_v1_ListRevisionsResponse__Output>): grpc.ClientUnaryCall;
  listRevisions(argument: _vent_v1_ListRevisionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListRevisionsResponse__Output>): grpc.ClientUnaryCall;
  listRevisions(argument: _vent_v1_ListRevisionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ListRevisionsResponse__Output>): grpc.ClientUnaryCall;
  listRevisions(argument: _vent_v1_ListRevisionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListRevisionsResponse__Output>): grpc.ClientUnaryCall;
  listRevisions(argument: _vent_v1_ListRevisionsRequest, callback: grpc.requestCallback<_vent_v1_ListRevisionsResponse__Output>): grpc.ClientUnaryCall;
  
  ListTokens(argument: _vent_v1_ListTokensRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListTokensResponse__Output>): grpc.ClientUnaryCall;
  ListTokens(argument: _vent_v1_ListTokensRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ListTokensResponse__Output>): grpc.ClientUnaryCall;
  ListTokens(argument: _vent_v1_ListTokensRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListTokensResponse__Output>): grpc.ClientUnaryCall;
  ListTokens(argument: _vent_v1_ListTokensRequest, callback: grpc.requestCallback<_vent_v1_ListTokensResponse__Output>): grpc.ClientUnaryCall;
  listTokens(argument: _vent_v1_ListTokensRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListTokensResponse__Output>): grpc.ClientUnaryCall;
  listTokens(argument: _vent_v1_ListTokensRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ListTokensResponse__Output>): grpc.ClientUnaryCall;
  listTokens(argument: _vent_v1_ListTokensRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ListTokensResponse__Output>): grpc.ClientUnaryCall;
  listTokens(argument: _vent_v1_ListTokensRequest, callback: grpc.requestCallback<_vent_v1_ListTokensResponse__Output>): grpc.ClientUnaryCall;
  
  Plan(argument: _vent_v1_PlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_PlanResponse__Output>): grpc.ClientUnaryCall;
  Plan(argument: _vent_v1_PlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_PlanResponse__Output>): grpc.ClientUnaryCall;
  Plan(argument: _vent_v1_PlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_PlanResponse__Output>): grpc.ClientUnaryCall;
  Plan(argument: _vent_v1_PlanRequest, callback: grpc.requestCallback<_vent_v1_PlanResponse__Output>): grpc.ClientUnaryCall;
  plan(argument: _vent_v1_PlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_PlanResponse__Output>): grpc.ClientUnaryCall;
  plan(argument: _vent_v1_PlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_PlanResponse__Output>): grpc.ClientUnaryCall;
  plan(argument: _vent_v1_PlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_PlanResponse__Output>): grpc.ClientUnaryCall;
  plan(argument: _vent_v1_PlanRequest, callback: grpc.requestCallback<_vent_v1_PlanResponse__Output>): grpc.ClientUnaryCall;
  
  Provision(argument: _vent_v1_ProvisionRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_ProvisionResponse__Output>;
  Provision(argument: _vent_v1_ProvisionRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_ProvisionResponse__Output>;
  provision(argument: _vent_v1_ProvisionRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_ProvisionResponse__Output>;
  provision(argument: _vent_v1_ProvisionRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_ProvisionResponse__Output>;
  
  ReadEtcdSnapshot(argument: _vent_v1_ReadEtcdSnapshotRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_ReadEtcdSnapshotResponse__Output>;
  ReadEtcdSnapshot(argument: _vent_v1_ReadEtcdSnapshotRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_ReadEtcdSnapshotResponse__Output>;
  readEtcdSnapshot(argument: _vent_v1_ReadEtcdSnapshotRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_ReadEtcdSnapshotResponse__Output>;
  readEtcdSnapshot(argument: _vent_v1_ReadEtcdSnapshotRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_ReadEtcdSnapshotResponse__Output>;
  
  ReportGate(argument: _vent_v1_ReportGateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ReportGateResponse__Output>): grpc.ClientUnaryCall;
  ReportGate(argument: _vent_v1_ReportGateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ReportGateResponse__Output>): grpc.ClientUnaryCall;
  ReportGate(argument: _vent_v1_ReportGateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ReportGateResponse__Output>): grpc.ClientUnaryCall;
  ReportGate(argument: _vent_v1_ReportGateRequest, callback: grpc.requestCallback<_vent_v1_ReportGateResponse__Output>): grpc.ClientUnaryCall;
  reportGate(argument: _vent_v1_ReportGateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ReportGateResponse__Output>): grpc.ClientUnaryCall;
  reportGate(argument: _vent_v1_ReportGateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ReportGateResponse__Output>): grpc.ClientUnaryCall;
  reportGate(argument: _vent_v1_ReportGateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ReportGateResponse__Output>): grpc.ClientUnaryCall;
  reportGate(argument: _vent_v1_ReportGateRequest, callback: grpc.requestCallback<_vent_v1_ReportGateResponse__Output>): grpc.ClientUnaryCall;
  
  ResetMachine(argument: _vent_v1_ResetMachineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ResetMachineResponse__Output>): grpc.ClientUnaryCall;
  ResetMachine(argument: _vent_v1_ResetMachineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ResetMachineResponse__Output>): grpc.ClientUnaryCall;
  ResetMachine(argument: _vent_v1_ResetMachineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ResetMachineResponse__Output>): grpc.ClientUnaryCall;
  ResetMachine(argument: _vent_v1_ResetMachineRequest, callback: grpc.requestCallback<_vent_v1_ResetMachineResponse__Output>): grpc.ClientUnaryCall;
  resetMachine(argument: _vent_v1_ResetMachineRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ResetMachineResponse__Output>): grpc.ClientUnaryCall;
  resetMachine(argument: _vent_v1_ResetMachineRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ResetMachineResponse__Output>): grpc.ClientUnaryCall;
  resetMachine(argument: _vent_v1_ResetMachineRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ResetMachineResponse__Output>): grpc.ClientUnaryCall;
  resetMachine(argument: _vent_v1_ResetMachineRequest, callback: grpc.requestCallback<_vent_v1_ResetMachineResponse__Output>): grpc.ClientUnaryCall;
  
  RevokeToken(argument: _vent_v1_RevokeTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  RevokeToken(argument: _vent_v1_RevokeTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  RevokeToken(argument: _vent_v1_RevokeTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  RevokeToken(argument: _vent_v1_RevokeTokenRequest, callback: grpc.requestCallback<_vent_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  revokeToken(argument: _vent_v1_RevokeTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  revokeToken(argument: _vent_v1_RevokeTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  revokeToken(argument: _vent_v1_RevokeTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  revokeToken(argument: _vent_v1_RevokeTokenRequest, callback: grpc.requestCallback<_vent_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  
  Rollback(argument: _vent_v1_RollbackRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_RollbackResponse__Output>): grpc.ClientUnaryCall;
  Rollback(argument: _vent_v1_RollbackRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_RollbackResponse__Output>): grpc.ClientUnaryCall;
  Rollback(argument: _vent_v1_RollbackRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_RollbackResponse__Output>): grpc.ClientUnaryCall;
  Rollback(argument: _vent_v1_RollbackRequest, callback: grpc.requestCallback<_vent_v1_RollbackResponse__Output>): grpc.ClientUnaryCall;
  rollback(argument: _vent_v1_RollbackRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_RollbackResponse__Output>): grpc.ClientUnaryCall;
  rollback(argument: _vent_v1_RollbackRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_RollbackResponse__Output>): grpc.ClientUnaryCall;
  rollback(argument: _vent_v1_RollbackRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_RollbackResponse__Output>): grpc.ClientUnaryCall;
  rollback(argument: _vent_v1_RollbackRequest, callback: grpc.requestCallback<_vent_v1_RollbackResponse__Output>): grpc.ClientUnaryCall;
  
  TakeEtcdSnapshot(argument: _vent_v1_TakeEtcdSnapshotRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_TakeEtcdSnapshotResponse__Output>;
  TakeEtcdSnapshot(argument: _vent_v1_TakeEtcdSnapshotRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_TakeEtcdSnapshotResponse__Output>;
  takeEtcdSnapshot(argument: _vent_v1_TakeEtcdSnapshotRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_TakeEtcdSnapshotResponse__Output>;
  takeEtcdSnapshot(argument: _vent_v1_TakeEtcdSnapshotRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_TakeEtcdSnapshotResponse__Output>;
  
  WatchMachines(argument: _vent_v1_WatchMachinesRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_WatchMachinesResponse__Output>;
  WatchMachines(argument: _vent_v1_WatchMachinesRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_WatchMachinesResponse__Output>;
  watchMachines(argument: _vent_v1_WatchMachinesRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_WatchMachinesResponse__Output>;
  watchMachines(argument: _vent_v1_WatchMachinesRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_WatchMachinesResponse__Output>;
  
  WatchRollout(argument: _vent_v1_WatchRolloutRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_WatchRolloutResponse__Output>;
  WatchRollout(argument: _vent_v1_WatchRolloutRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_WatchRolloutResponse__Output>;
  watchRollout(argument: _vent_v1_WatchRolloutRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_WatchRolloutResponse__Output>;
  watchRollout(argument: _vent_v1_WatchRolloutRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_vent_v1_WatchRolloutResponse__Output>;
  
}

export interface OperatorServiceHandlers extends grpc.UntypedServiceImplementation {
  Apply: grpc.handleUnaryCall<_vent_v1_ApplyRequest__Output, _vent_v1_ApplyResponse>;
  
  ControlRollout: grpc.handleUnaryCall<_vent_v1_ControlRolloutRequest__Output, _vent_v1_ControlRolloutResponse>;
  
  CordonMachine: grpc.handleUnaryCall<_vent_v1_CordonMachineRequest__Output, _vent_v1_CordonMachineResponse>;
  
  CreateToken: grpc.handleUnaryCall<_vent_v1_CreateTokenRequest__Output, _vent_v1_CreateTokenResponse>;
  
  DefragmentEtcd: grpc.handleUnaryCall<_vent_v1_DefragmentEtcdRequest__Output, _vent_v1_DefragmentEtcdResponse>;
  
  Deprovision: grpc.handleUnaryCall<_vent_v1_DeprovisionRequest__Output, _vent_v1_DeprovisionResponse>;
  
  DrainMachine: grpc.handleServerStreamingCall<_vent_v1_DrainMachineRequest__Output, _vent_v1_DrainMachineResponse>;
  
  GetCluster: grpc.handleUnaryCall<_vent_v1_GetClusterRequest__Output, _vent_v1_GetClusterResponse>;
  
  GetKubeconfig: grpc.handleUnaryCall<_vent_v1_GetKubeconfigRequest__Output, _vent_v1_GetKubeconfigResponse>;
  
  GetRevision: grpc.handleUnaryCall<_vent_v1_GetRevisionRequest__Output, _vent_v1_GetRevisionResponse>;
  
  GetRollout: grpc.handleUnaryCall<_vent_v1_GetRolloutRequest__Output, _vent_v1_GetRolloutResponse>;
  
  GetUserdata: grpc.handleUnaryCall<_vent_v1_GetUserdataRequest__Output, _vent_v1_GetUserdataResponse>;
  
  GetVersion: grpc.handleUnaryCall<_vent_v1_GetVersionRequest__Output, _vent_v1_GetVersionResponse>;
  
  HoldMachine: grpc.handleUnaryCall<_vent_v1_HoldMachineRequest__Output, _vent_v1_HoldMachineResponse>;
  
  ListCertificates: grpc.handleUnaryCall<_vent_v1_ListCertificatesRequest__Output, _vent_v1_ListCertificatesResponse>;
  
  ListDrift: grpc.handleUnaryCall<_vent_v1_ListDriftRequest__Output, _vent_v1_ListDriftResponse>;
  
  ListEtcdMembers: grpc.handleUnaryCall<_vent_v1_ListEtcdMembersRequest__Output, _vent_v1_ListEtcdMembersResponse>;
  
  ListEtcdSnapshots: grpc.handleUnaryCall<_vent_v1_ListEtcdSnapshotsRequest__Output, _vent_v1_ListEtcdSnapshotsResponse>;
  
  ListMachines: grpc.handleUnaryCall<_vent_v1_ListMachinesRequest__Output, _vent_v1_ListMachinesResponse>;
  
  ListRevisions: grpc.handleUnaryCall<_vent_v1_ListRevisionsRequest__Output, _vent_v1_ListRevisionsResponse>;
  
  ListTokens: grpc.handleUnaryCall<_vent_v1_ListTokensRequest__Output, _vent_v1_ListTokensResponse>;
  
  Plan: grpc.handleUnaryCall<_vent_v1_PlanRequest__Output, _vent_v1_PlanResponse>;
  
  Provision: grpc.handleServerStreamingCall<_vent_v1_ProvisionRequest__Output, _vent_v1_ProvisionResponse>;
  
  ReadEtcdSnapshot: grpc.handleServerStreamingCall<_vent_v1_ReadEtcdSnapshotRequest__Output, _vent_v1_ReadEtcdSnapshotResponse>;
  
  ReportGate: grpc.handleUnaryCall<_vent_v1_ReportGateRequest__Output, _vent_v1_ReportGateResponse>;
  
  ResetMachine: grpc.handleUnaryCall<_vent_v1_ResetMachineRequest__Output, _vent_v1_ResetMachineResponse>;
  
  RevokeToken: grpc.handleUnaryCall<_vent_v1_RevokeTokenRequest__Output, _vent_v1_RevokeTokenResponse>;
  
  Rollback: grpc.handleUnaryCall<_vent_v1_RollbackRequest__Output, _vent_v1_RollbackResponse>;
  
  TakeEtcdSnapshot: grpc.handleServerStreamingCall<_vent_v1_TakeEtcdSnapshotRequest__Output, _vent_v1_TakeEtcdSnapshotResponse>;
  
  WatchMachines: grpc.handleServerStreamingCall<_vent_v1_WatchMachinesRequest__Output, _vent_v1_WatchMachinesResponse>;
  
  WatchRollout: grpc.handleServerStreamingCall<_vent_v1_WatchRolloutRequest__Output, _vent_v1_WatchRolloutResponse>;
  
}

export interface OperatorServiceDefinition extends grpc.ServiceDefinition {
  Apply: MethodDefinition<_vent_v1_ApplyRequest, _vent_v1_ApplyResponse, _vent_v1_ApplyRequest__Output, _vent_v1_ApplyResponse__Output>
  ControlRollout: MethodDefinition<_vent_v1_ControlRolloutRequest, _vent_v1_ControlRolloutResponse, _vent_v1_ControlRolloutRequest__Output, _vent_v1_ControlRolloutResponse__Output>
  CordonMachine: MethodDefinition<_vent_v1_CordonMachineRequest, _vent_v1_CordonMachineResponse, _vent_v1_CordonMachineRequest__Output, _vent_v1_CordonMachineResponse__Output>
  CreateToken: MethodDefinition<_vent_v1_CreateTokenRequest, _vent_v1_CreateTokenResponse, _vent_v1_CreateTokenRequest__Output, _vent_v1_CreateTokenResponse__Output>
  DefragmentEtcd: MethodDefinition<_vent_v1_DefragmentEtcdRequest, _vent_v1_DefragmentEtcdResponse, _vent_v1_DefragmentEtcdRequest__Output, _vent_v1_DefragmentEtcdResponse__Output>
  Deprovision: MethodDefinition<_vent_v1_DeprovisionRequest, _vent_v1_DeprovisionResponse, _vent_v1_DeprovisionRequest__Output, _vent_v1_DeprovisionResponse__Output>
  DrainMachine: MethodDefinition<_vent_v1_DrainMachineRequest, _vent_v1_DrainMachineResponse, _vent_v1_DrainMachineRequest__Output, _vent_v1_DrainMachineResponse__Output>
  GetCluster: MethodDefinition<_vent_v1_GetClusterRequest, _vent_v1_GetClusterResponse, _vent_v1_GetClusterRequest__Output, _vent_v1_GetClusterResponse__Output>
  GetKubeconfig: MethodDefinition<_vent_v1_GetKubeconfigRequest, _vent_v1_GetKubeconfigResponse, _vent_v1_GetKubeconfigRequest__Output, _vent_v1_GetKubeconfigResponse__Output>
  GetRevision: MethodDefinition<_vent_v1_GetRevisionRequest, _vent_v1_GetRevisionResponse, _vent_v1_GetRevisionRequest__Output, _vent_v1_GetRevisionResponse__Output>
  GetRollout: MethodDefinition<_vent_v1_GetRolloutRequest, _vent_v1_GetRolloutResponse, _vent_v1_GetRolloutRequest__Output, _vent_v1_GetRolloutResponse__Output>
  GetUserdata: MethodDefinition<_vent_v1_GetUserdataRequest, _vent_v1_GetUserdataResponse, _vent_v1_GetUserdataRequest__Output, _vent_v1_GetUserdataResponse__Output>
  GetVersion: MethodDefinition<_vent_v1_GetVersionRequest, _vent_v1_GetVersionResponse, _vent_v1_GetVersionRequest__Output, _vent_v1_GetVersionResponse__Output>
  HoldMachine: MethodDefinition<_vent_v1_HoldMachineRequest, _vent_v1_HoldMachineResponse, _vent_v1_HoldMachineRequest__Output, _vent_v1_HoldMachineResponse__Output>
  ListCertificates: MethodDefinition<_vent_v1_ListCertificatesRequest, _vent_v1_ListCertificatesResponse, _vent_v1_ListCertificatesRequest__Output, _vent_v1_ListCertificatesResponse__Output>
  ListDrift: MethodDefinition<_vent_v1_ListDriftRequest, _vent_v1_ListDriftResponse, _vent_v1_ListDriftRequest__Output, _vent_v1_ListDriftResponse__Output>
  ListEtcdMembers: MethodDefinition<_vent_v1_ListEtcdMembersRequest, _vent_v1_ListEtcdMembersResponse, _vent_v1_ListEtcdMembersRequest__Output, _vent_v1_ListEtcdMembersResponse__Output>
  ListEtcdSnapshots: MethodDefinition<_vent_v1_ListEtcdSnapshotsRequest, _vent_v1_ListEtcdSnapshotsResponse, _vent_v1_ListEtcdSnapshotsRequest__Output, _vent_v1_ListEtcdSnapshotsResponse__Output>
  ListMachines: MethodDefinition<_vent_v1_ListMachinesRequest, _vent_v1_ListMachinesResponse, _vent_v1_ListMachinesRequest__Output, _vent_v1_ListMachinesResponse__Output>
  ListRevisions: MethodDefinition<_vent_v1_ListRevisionsRequest, _vent_v1_ListRevisionsResponse, _vent_v1_ListRevisionsRequest__Output, _vent_v1_ListRevisionsResponse__Output>
  ListTokens: MethodDefinition<_vent_v1_ListTokensRequest, _vent_v1_ListTokensResponse, _vent_v1_ListTokensRequest__Output, _vent_v1_ListTokensResponse__Output>
  Plan: MethodDefinition<_vent_v1_PlanRequest, _vent_v1_PlanResponse, _vent_v1_PlanRequest__Output, _vent_v1_PlanResponse__Output>
  Provision: MethodDefinition<_vent_v1_ProvisionRequest, _vent_v1_ProvisionResponse, _vent_v1_ProvisionRequest__Output, _vent_v1_ProvisionResponse__Output>
  ReadEtcdSnapshot: MethodDefinition<_vent_v1_ReadEtcdSnapshotRequest, _vent_v1_ReadEtcdSnapshotResponse, _vent_v1_ReadEtcdSnapshotRequest__Output, _vent_v1_ReadEtcdSnapshotResponse__Output>
  ReportGate: MethodDefinition<_vent_v1_ReportGateRequest, _vent_v1_ReportGateResponse, _vent_v1_ReportGateRequest__Output, _vent_v1_ReportGateResponse__Output>
  ResetMachine: MethodDefinition<_vent_v1_ResetMachineRequest, _vent_v1_ResetMachineResponse, _vent_v1_ResetMachineRequest__Output, _vent_v1_ResetMachineResponse__Output>
  RevokeToken: MethodDefinition<_vent_v1_RevokeTokenRequest, _vent_v1_RevokeTokenResponse, _vent_v1_RevokeTokenRequest__Output, _vent_v1_RevokeTokenResponse__Output>
  Rollback: MethodDefinition<_vent_v1_RollbackRequest, _vent_v1_RollbackResponse, _vent_v1_RollbackRequest__Output, _vent_v1_RollbackResponse__Output>
  TakeEtcdSnapshot: MethodDefinition<_vent_v1_TakeEtcdSnapshotRequest, _vent_v1_TakeEtcdSnapshotResponse, _vent_v1_TakeEtcdSnapshotRequest__Output, _vent_v1_TakeEtcdSnapshotResponse__Output>
  WatchMachines: MethodDefinition<_vent_v1_WatchMachinesRequest, _vent_v1_WatchMachinesResponse, _vent_v1_WatchMachinesRequest__Output, _vent_v1_WatchMachinesResponse__Output>
  WatchRollout: MethodDefinition<_vent_v1_WatchRolloutRequest, _vent_v1_WatchRolloutResponse, _vent_v1_WatchRolloutRequest__Output, _vent_v1_WatchRolloutResponse__Output>
}
