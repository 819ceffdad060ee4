import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { BeginRequest as _vent_v1_BeginRequest, BeginRequest__Output as _vent_v1_BeginRequest__Output } from './vent/v1/BeginRequest.ts';
import type { BeginResponse as _vent_v1_BeginResponse, BeginResponse__Output as _vent_v1_BeginResponse__Output } from './vent/v1/BeginResponse.ts';
import type { BeginReturnRequest as _vent_v1_BeginReturnRequest, BeginReturnRequest__Output as _vent_v1_BeginReturnRequest__Output } from './vent/v1/BeginReturnRequest.ts';
import type { BeginReturnResponse as _vent_v1_BeginReturnResponse, BeginReturnResponse__Output as _vent_v1_BeginReturnResponse__Output } from './vent/v1/BeginReturnResponse.ts';
import type { EnrolServiceClient as _vent_v1_EnrolServiceClient, EnrolServiceDefinition as _vent_v1_EnrolServiceDefinition } from './vent/v1/EnrolService.ts';
import type { FinishRequest as _vent_v1_FinishRequest, FinishRequest__Output as _vent_v1_FinishRequest__Output } from './vent/v1/FinishRequest.ts';
import type { FinishResponse as _vent_v1_FinishResponse, FinishResponse__Output as _vent_v1_FinishResponse__Output } from './vent/v1/FinishResponse.ts';
import type { FinishReturnRequest as _vent_v1_FinishReturnRequest, FinishReturnRequest__Output as _vent_v1_FinishReturnRequest__Output } from './vent/v1/FinishReturnRequest.ts';
import type { FinishReturnResponse as _vent_v1_FinishReturnResponse, FinishReturnResponse__Output as _vent_v1_FinishReturnResponse__Output } from './vent/v1/FinishReturnResponse.ts';
import type { SignedDocument as _vent_v1_SignedDocument, SignedDocument__Output as _vent_v1_SignedDocument__Output } from './vent/v1/SignedDocument.ts';
import type { TrustBundle as _vent_v1_TrustBundle, TrustBundle__Output as _vent_v1_TrustBundle__Output } from './vent/v1/TrustBundle.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  vent: {
    v1: {
      BeginRequest: MessageTypeDefinition<_vent_v1_BeginRequest, _vent_v1_BeginRequest__Output>
      BeginResponse: MessageTypeDefinition<_vent_v1_BeginResponse, _vent_v1_BeginResponse__Output>
      BeginReturnRequest: MessageTypeDefinition<_vent_v1_BeginReturnRequest, _vent_v1_BeginReturnRequest__Output>
      BeginReturnResponse: MessageTypeDefinition<_vent_v1_BeginReturnResponse, _vent_v1_BeginReturnResponse__Output>
      EnrolService: SubtypeConstructor<typeof grpc.Client, _vent_v1_EnrolServiceClient> & { service: _vent_v1_EnrolServiceDefinition }
      FinishRequest: MessageTypeDefinition<_vent_v1_FinishRequest, _vent_v1_FinishRequest__Output>
      FinishResponse: MessageTypeDefinition<_vent_v1_FinishResponse, _vent_v1_FinishResponse__Output>
      FinishReturnRequest: MessageTypeDefinition<_vent_v1_FinishReturnRequest, _vent_v1_FinishReturnRequest__Output>
      FinishReturnResponse: MessageTypeDefinition<_vent_v1_FinishReturnResponse, _vent_v1_FinishReturnResponse__Output>
      SignedDocument: MessageTypeDefinition<_vent_v1_SignedDocument, _vent_v1_SignedDocument__Output>
      TrustBundle: MessageTypeDefinition<_vent_v1_TrustBundle, _vent_v1_TrustBundle__Output>
    }
  }
}

