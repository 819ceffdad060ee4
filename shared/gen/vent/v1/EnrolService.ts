// Original file: proto/vent/v1/enrol.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { BeginRequest as _vent_v1_BeginRequest, BeginRequest__Output as _vent_v1_BeginRequest__Output } from '../../vent/v1/BeginRequest.ts';
import type { BeginResponse as _vent_v1_BeginResponse, BeginResponse__Output as _vent_v1_BeginResponse__Output } from '../../vent/v1/BeginResponse.ts';
import type { BeginReturnRequest as _vent_v1_BeginReturnRequest, BeginReturnRequest__Output as _vent_v1_BeginReturnRequest__Output } from '../../vent/v1/BeginReturnRequest.ts';
import type { BeginReturnResponse as _vent_v1_BeginReturnResponse, BeginReturnResponse__Output as _vent_v1_BeginReturnResponse__Output } from '../../vent/v1/BeginReturnResponse.ts';
import type { FinishRequest as _vent_v1_FinishRequest, FinishRequest__Output as _vent_v1_FinishRequest__Output } from '../../vent/v1/FinishRequest.ts';
import type { FinishResponse as _vent_v1_FinishResponse, FinishResponse__Output as _vent_v1_FinishResponse__Output } from '../../vent/v1/FinishResponse.ts';
import type { FinishReturnRequest as _vent_v1_FinishReturnRequest, FinishReturnRequest__Output as _vent_v1_FinishReturnRequest__Output } from '../../vent/v1/FinishReturnRequest.ts';
import type { FinishReturnResponse as _vent_v1_FinishReturnResponse, FinishReturnResponse__Output as _vent_v1_FinishReturnResponse__Output } from '../../vent/v1/FinishReturnResponse.ts';

export interface EnrolServiceClient extends grpc.Client {
  Begin(argument: _vent_v1_BeginRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  Begin(argument: _vent_v1_BeginRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  Begin(argument: _vent_v1_BeginRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  Begin(argument: _vent_v1_BeginRequest, callback: grpc.requestCallback<_vent_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  begin(argument: _vent_v1_BeginRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  begin(argument: _vent_v1_BeginRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  begin(argument: _vent_v1_BeginRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  begin(argument: _vent_v1_BeginRequest, callback: grpc.requestCallback<_vent_v1_BeginResponse__Output>): grpc.ClientUnaryCall;
  
  BeginReturn(argument: _vent_v1_BeginReturnRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_BeginReturnResponse__Output>): grpc.ClientUnaryCall;
  BeginReturn(argument: _vent_v1_BeginReturnRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_BeginReturnResponse__Output>): grpc.ClientUnaryCall;
  BeginReturn(argument: _vent_v1_BeginReturnRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_BeginReturnResponse__Output>): grpc.ClientUnaryCall;
  BeginReturn(argument: _vent_v1_BeginReturnRequest, callback: grpc.requestCallback<_vent_v1_BeginReturnResponse__Output>): grpc.ClientUnaryCall;
  beginReturn(argument: _vent_v1_BeginReturnRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_BeginReturnResponse__Output>): grpc.ClientUnaryCall;
  beginReturn(argument: _vent_v1_BeginReturnRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_BeginReturnResponse__Output>): grpc.ClientUnaryCall;
  beginReturn(argument: _vent_v1_BeginReturnRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_BeginReturnResponse__Output>): grpc.ClientUnaryCall;
  beginReturn(argument: _vent_v1_BeginReturnRequest, callback: grpc.requestCallback<_vent_v1_BeginReturnResponse__Output>): grpc.ClientUnaryCall;
  
  Finish(argument: _vent_v1_FinishRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  Finish(argument: _vent_v1_FinishRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  Finish(argument: _vent_v1_FinishRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  Finish(argument: _vent_v1_FinishRequest, callback: grpc.requestCallback<_vent_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  finish(argument: _vent_v1_FinishRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  finish(argument: _vent_v1_FinishRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  finish(argument: _vent_v1_FinishRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  finish(argument: _vent_v1_FinishRequest, callback: grpc.requestCallback<_vent_v1_FinishResponse__Output>): grpc.ClientUnaryCall;
  
  FinishReturn(argument: _vent_v1_FinishReturnRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_FinishReturnResponse__Output>): grpc.ClientUnaryCall;
  FinishReturn(argument: _vent_v1_FinishReturnRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_FinishReturnResponse__Output>): grpc.ClientUnaryCall;
  FinishReturn(argument: _vent_v1_FinishReturnRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_FinishReturnResponse__Output>): grpc.ClientUnaryCall;
  FinishReturn(argument: _vent_v1_FinishReturnRequest, callback: grpc.requestCallback<_vent_v1_FinishReturnResponse__Output>): grpc.ClientUnaryCall;
  finishReturn(argument: _vent_v1_FinishReturnRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_FinishReturnResponse__Output>): grpc.ClientUnaryCall;
  finishReturn(argument: _vent_v1_FinishReturnRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vent_v1_FinishReturnResponse__Output>): grpc.ClientUnaryCall;
  finishReturn(argument: _vent_v1_FinishReturnRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vent_v1_FinishReturnResponse__Output>): grpc.ClientUnaryCall;
  finishReturn(argument: _vent_v1_FinishReturnRequest, callback: grpc.requestCallback<_vent_v1_FinishReturnResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface EnrolServiceHandlers extends grpc.UntypedServiceImplementation {
  Begin: grpc.handleUnaryCall<_vent_v1_BeginRequest__Output, _vent_v1_BeginResponse>;
  
  BeginReturn: grpc.handleUnaryCall<_vent_v1_BeginReturnRequest__Output, _vent_v1_BeginReturnResponse>;
  
  Finish: grpc.handleUnaryCall<_vent_v1_FinishRequest__Output, _vent_v1_FinishResponse>;
  
  FinishReturn: grpc.handleUnaryCall<_vent_v1_FinishReturnRequest__Output, _vent_v1_FinishReturnResponse>;
  
}

export interface EnrolServiceDefinition extends grpc.ServiceDefinition {
  Begin: MethodDefinition<_vent_v1_BeginRequest, _vent_v1_BeginResponse, _vent_v1_BeginRequest__Output, _vent_v1_BeginResponse__Output>
  BeginReturn: MethodDefinition<_vent_v1_BeginReturnRequest, _vent_v1_BeginReturnResponse, _vent_v1_BeginReturnRequest__Output, _vent_v1_BeginReturnResponse__Output>
  Finish: MethodDefinition<_vent_v1_FinishRequest, _vent_v1_FinishResponse, _vent_v1_FinishRequest__Output, _vent_v1_FinishResponse__Output>
  FinishReturn: MethodDefinition<_vent_v1_FinishReturnRequest, _vent_v1_FinishReturnResponse, _vent_v1_FinishReturnRequest__Output, _vent_v1_FinishReturnResponse__Output>
}
