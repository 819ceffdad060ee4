// Original file: proto/vent/v1/enrol.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { BeginRequest as _vent_v1_BeginRequest, BeginRequest__Output as _vent_v1_BeginRequest__Output } from '../../vent/v1/BeginRequest.ts';
import type { BeginResponse as _vent_v1_BeginResponse, BeginResponse__Output as _vent_v1_BeginResponse__Output } from '../../vent/v1/BeginResponse.ts';
import type { FinishRequest as _vent_v1_FinishRequest, FinishRequest__Output as _vent_v1_FinishRequest__Output } from '../../vent/v1/FinishRequest.ts';
import type { FinishResponse as _vent_v1_FinishResponse, FinishResponse__Output as _vent_v1_FinishResponse__Output } from '../../vent/v1/FinishResponse.ts';

export interface EnrolServiceClient extends grpc.Client {
  Begin(argument: _vent_v1_BeginRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  Begin(argument: _vent_v1_BeginRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  Begin(argument: _vent_v1_BeginRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  Begin(argument: _vent_v1_BeginRequest, callback: grpc.requestCallback<_vent_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  begin(argument: _vent_v1_BeginRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  begin(argument: _vent_v1_BeginRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  begin(argument: _vent_v1_BeginRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  begin(argument: _vent_v1_BeginRequest, callback: grpc.requestCallback<_vent_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  
  Finish(argument: _vent_v1_FinishRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  Finish(argument: _vent_v1_FinishRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  Finish(argument: _vent_v1_FinishRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  Finish(argument: _vent_v1_FinishRequest, callback: grpc.requestCallback<_vent_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  finish(argument: _vent_v1_FinishRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  finish(argument: _vent_v1_FinishRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  finish(argument: _vent_v1_FinishRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  finish(argument: _vent_v1_FinishRequest, callback: grpc.requestCallback<_vent_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface EnrolServiceHandlers extends grpc.UntypedServiceImplementation {
  Begin: grpc.handleUnaryCall<_vent_v1_BeginRequest__Output, _vent_v1_BeginResponse>;
  
  Finish: grpc.handleUnaryCall<_vent_v1_FinishRequest__Output, _vent_v1_FinishResponse>;
  
}

export interface EnrolServiceDefinition extends grpc.ServiceDefinition {
  Begin: MethodDefinition<_vent_v1_BeginRequest, _vent_v1_BeginResponse, _vent_v1_BeginRequest__Output, _vent_v1_BeginResponse__Output>
  Finish: MethodDefinition<_vent_v1_FinishRequest, _vent_v1_FinishResponse, _vent_v1_FinishRequest__Output, _vent_v1_FinishResponse__Output>
}
