// Original file: proto/vent/v1/node.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ConfirmRequest as _vent_v1_ConfirmRequest, ConfirmRequest__Output as _vent_v1_ConfirmRequest__Output } from '../../vent/v1/ConfirmRequest.ts';
import type { ConfirmResponse as _vent_v1_ConfirmResponse, ConfirmResponse__Output as _vent_v1_ConfirmResponse__Output } from '../../vent/v1/ConfirmResponse.ts';
import type { ConnectRequest as _vent_v1_ConnectRequest, ConnectRequest__Output as _vent_v1_ConnectRequest__Output } from '../../vent/v1/ConnectRequest.ts';
import type { ConnectResponse as _vent_v1_ConnectResponse, ConnectResponse__Output as _vent_v1_ConnectResponse__Output } from '../../vent/v1/ConnectResponse.ts';
import type { GetSecretRequest as _vent_v1_GetSecretRequest, GetSecretRequest__Output as _vent_v1_GetSecretRequest__Output } from '../../vent/v1/GetSecretRequest.ts';
import type { GetSecretResponse as _vent_v1_GetSecretResponse, GetSecretResponse__Output as _vent_v1_GetSecretResponse__Output } from '../../vent/v1/GetSecretResponse.ts';
import type { IssueBundleRequest as _vent_v1_IssueBundleRequest, IssueBundleRequest__Output as _vent_v1_IssueBundleRequest__Output } from '../../vent/v1/IssueBundleRequest.ts';
import type { IssueBundleResponse as _vent_v1_IssueBundleResponse, IssueBundleResponse__Output as _vent_v1_IssueBundleResponse__Output } from '../../vent/v1/IssueBundleResponse.ts';
import type { LeaveRequest as _vent_v1_LeaveRequest, LeaveRequest__Output as _vent_v1_LeaveRequest__Output } from '../../vent/v1/LeaveRequest.ts';
import type { LeaveResponse as _vent_v1_LeaveResponse, LeaveResponse__Output as _vent_v1_LeaveResponse__Output } from '../../vent/v1/LeaveResponse.ts';
import type { RenewRequest as _vent_v1_RenewRequest, RenewRequest__Output as _vent_v1_RenewRequest__Output } from '../../vent/v1/RenewRequest.ts';
import type { RenewResponse as _vent_v1_RenewResponse, RenewResponse__Output as _vent_v1_RenewResponse__Output } from '../../vent/v1/RenewResponse.ts';
import type { SendSnapshotRequest as _vent_v1_SendSnapshotRequest, SendSnapshotRequest__Output as _vent_v1_SendSnapshotRequest__Output } from '../../vent/v1/SendSnapshotRequest.ts';
import type { SendSnapshotResponse as _vent_v1_SendSnapshotResponse, SendSnapshotResponse__Output as _vent_v1_SendSnapshotResponse__Output } from '../../vent/v1/SendSnapshotResponse.ts';

export interface NodeServiceClient extends grpc.Client {
  Confirm(argument: _vent_v1_ConfirmRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ConfirmResponse__Output>): grpc.ClientUnaryCall;
  Confirm(argument: _vent_v1_ConfirmRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ConfirmResponse__Output>): grpc.ClientUnaryCall;
  Confirm(argument: _vent_v1_ConfirmRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ConfirmResponse__Output>): grpc.ClientUnaryCall;
  Confirm(argument: _vent_v1_ConfirmRequest, callback: grpc.requestCallback<_vent_v1_ConfirmResponse__Output>): grpc.ClientUnaryCall;
  confirm(argument: _vent_v1_ConfirmRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ConfirmResponse__Output>): grpc.ClientUnaryCall;
  confirm(argument: _vent_v1_ConfirmRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_ConfirmResponse__Output>): grpc.ClientUnaryCall;
  confirm(argument: _vent_v1_ConfirmRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_ConfirmResponse__Output>): grpc.ClientUnaryCall;
  confirm(argument: _vent_v1_ConfirmRequest, callback: grpc.requestCallback<_vent_v1_ConfirmResponse__Output>): grpc.ClientUnaryCall;
  
  Connect(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_vent_v1_ConnectRequest, _vent_v1_ConnectResponse__Output>;
  Connect(options?: grpc.CallOptions): grpc.ClientDuplexStream<_vent_v1_ConnectRequest, _vent_v1_ConnectResponse__Output>;
  connect(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_vent_v1_ConnectRequest, _vent_v1_ConnectResponse__Output>;
  connect(options?: grpc.CallOptions): grpc.ClientDuplexStream<_vent_v1_ConnectRequest, _vent_v1_ConnectResponse__Output>;
  
  GetSecret(argument: _vent_v1_GetSecretRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetSecretResponse__Output>): grpc.ClientUnaryCall;
  GetSecret(argument: _vent_v1_GetSecretRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_GetSecretResponse__Output>): grpc.ClientUnaryCall;
  GetSecret(argument: _vent_v1_GetSecretRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetSecretResponse__Output>): grpc.ClientUnaryCall;
  GetSecret(argument: _vent_v1_GetSecretRequest, callback: grpc.requestCallback<_vent_v1_GetSecretResponse__Output>): grpc.ClientUnaryCall;
  getSecret(argument: _vent_v1_GetSecretRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetSecretResponse__Output>): grpc.ClientUnaryCall;
  getSecret(argument: _vent_v1_GetSecretRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_GetSecretResponse__Output>): grpc.ClientUnaryCall;
  getSecret(argument: _vent_v1_GetSecretRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_GetSecretResponse__Output>): grpc.ClientUnaryCall;
  getSecret(argument: _vent_v1_GetSecretRequest, callback: grpc.requestCallback<_vent_v1_GetSecretResponse__Output>): grpc.ClientUnaryCall;
  
  IssueBundle(argument: _vent_v1_IssueBundleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_IssueBundleResponse__Output>): grpc.ClientUnaryCall;
  IssueBundle(argument: _vent_v1_IssueBundleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_IssueBundleResponse__Output>): grpc.ClientUnaryCall;
  IssueBundle(argument: _vent_v1_IssueBundleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_IssueBundleResponse__Output>): grpc.ClientUnaryCall;
  IssueBundle(argument: _vent_v1_IssueBundleRequest, callback: grpc.requestCallback<_vent_v1_IssueBundleResponse__Output>): grpc.ClientUnaryCall;
  issueBundle(argument: _vent_v1_IssueBundleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_IssueBundleResponse__Output>): grpc.ClientUnaryCall;
  issueBundle(argument: _vent_v1_IssueBundleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_IssueBundleResponse__Output>): grpc.ClientUnaryCall;
  issueBundle(argument: _vent_v1_IssueBundleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_IssueBundleResponse__Output>): grpc.ClientUnaryCall;
  issueBundle(argument: _vent_v1_IssueBundleRequest, callback: grpc.requestCallback<_vent_v1_IssueBundleResponse__Output>): grpc.ClientUnaryCall;
  
  Leave(argument: _vent_v1_LeaveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_LeaveResponse__Output>): grpc.ClientUnaryCall;
  Leave(argument: _vent_v1_LeaveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_LeaveResponse__Output>): grpc.ClientUnaryCall;
  Leave(argument: _vent_v1_LeaveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_LeaveResponse__Output>): grpc.ClientUnaryCall;
  Leave(argument: _vent_v1_LeaveRequest, callback: grpc.requestCallback<_vent_v1_LeaveResponse__Output>): grpc.ClientUnaryCall;
  leave(argument: _vent_v1_LeaveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_LeaveResponse__Output>): grpc.ClientUnaryCall;
  leave(argument: _vent_v1_LeaveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_LeaveResponse__Output>): grpc.ClientUnaryCall;
  leave(argument: _vent_v1_LeaveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_LeaveResponse__Output>): grpc.ClientUnaryCall;
  leave(argument: _vent_v1_LeaveRequest, callback: grpc.requestCallback<_vent_v1_LeaveResponse__Output>): grpc.ClientUnaryCall;
  
  Renew(argument: _vent_v1_RenewRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_RenewResponse__Output>): grpc.ClientUnaryCall;
  Renew(argument: _vent_v1_RenewRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_RenewResponse__Output>): grpc.ClientUnaryCall;
  Renew(argument: _vent_v1_RenewRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_RenewResponse__Output>): grpc.ClientUnaryCall;
  Renew(argument: _vent_v1_RenewRequest, callback: grpc.requestCallback<_vent_v1_RenewResponse__Output>): grpc.ClientUnaryCall;
  renew(argument: _vent_v1_RenewRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_RenewResponse__Output>): grpc.ClientUnaryCall;
  renew(argument: _vent_v1_RenewRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_RenewResponse__Output>): grpc.ClientUnaryCall;
  renew(argument: _vent_v1_RenewRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_RenewResponse__Output>): grpc.ClientUnaryCall;
  renew(argument: _vent_v1_RenewRequest, callback: grpc.requestCallback<_vent_v1_RenewResponse__Output>): grpc.ClientUnaryCall;
  
  SendSnapshot(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_vent_v1_SendSnapshotRequest, _vent_v1_SendSnapshotResponse__Output>;
  SendSnapshot(options?: grpc.CallOptions): grpc.ClientDuplexStream<_vent_v1_SendSnapshotRequest, _vent_v1_SendSnapshotResponse__Output>;
  sendSnapshot(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_vent_v1_SendSnapshotRequest, _vent_v1_SendSnapshotResponse__Output>;
  sendSnapshot(options?: grpc.CallOptions): grpc.ClientDuplexStream<_vent_v1_SendSnapshotRequest, _vent_v1_SendSnapshotResponse__Output>;
  
}

export interface NodeServiceHandlers extends grpc.UntypedServiceImplementation {
  Confirm: grpc.handleUnaryCall<_vent_v1_ConfirmRequest__Output, _vent_v1_ConfirmResponse>;
  
  Connect: grpc.handleBidiStreamingCall<_vent_v1_ConnectRequest__Output, _vent_v1_ConnectResponse>;
  
  GetSecret: grpc.handleUnaryCall<_vent_v1_GetSecretRequest__Output, _vent_v1_GetSecretResponse>;
  
  IssueBundle: grpc.handleUnaryCall<_vent_v1_IssueBundleRequest__Output, _vent_v1_IssueBundleResponse>;
  
  Leave: grpc.handleUnaryCall<_vent_v1_LeaveRequest__Output, _vent_v1_LeaveResponse>;
  
  Renew: grpc.handleUnaryCall<_vent_v1_RenewRequest__Output, _vent_v1_RenewResponse>;
  
  SendSnapshot: grpc.handleBidiStreamingCall<_vent_v1_SendSnapshotRequest__Output, _vent_v1_SendSnapshotResponse>;
  
}

export interface NodeServiceDefinition extends grpc.ServiceDefinition {
  Confirm: MethodDefinition<_vent_v1_ConfirmRequest, _vent_v1_ConfirmResponse, _vent_v1_ConfirmRequest__Output, _vent_v1_ConfirmResponse__Output>
  Connect: MethodDefinition<_vent_v1_ConnectRequest, _vent_v1_ConnectResponse, _vent_v1_ConnectRequest__Output, _vent_v1_ConnectResponse__Output>
  GetSecret: MethodDefinition<_vent_v1_GetSecretRequest, _vent_v1_GetSecretResponse, _vent_v1_GetSecretRequest__Output, _vent_v1_GetSecretResponse__Output>
  IssueBundle: MethodDefinition<_vent_v1_IssueBundleRequest, _vent_v1_IssueBundleResponse, _vent_v1_IssueBundleRequest__Output, _vent_v1_IssueBundleResponse__Output>
  Leave: MethodDefinition<_vent_v1_LeaveRequest, _vent_v1_LeaveResponse, _vent_v1_LeaveRequest__Output, _vent_v1_LeaveResponse__Output>
  Renew: MethodDefinition<_vent_v1_RenewRequest, _vent_v1_RenewResponse, _vent_v1_RenewRequest__Output, _vent_v1_RenewResponse__Output>
  SendSnapshot: MethodDefinition<_vent_v1_SendSnapshotRequest, _vent_v1_SendSnapshotResponse, _vent_v1_SendSnapshotRequest__Output, _vent_v1_SendSnapshotResponse__Output>
}
