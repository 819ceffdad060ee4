import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { SignedDocument as _vent_v1_SignedDocument, SignedDocument__Output as _vent_v1_SignedDocument__Output } from './vent/v1/SignedDocument.ts';
import type { TrustBundle as _vent_v1_TrustBundle, TrustBundle__Output as _vent_v1_TrustBundle__Output } from './vent/v1/TrustBundle.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  vent: {
    v1: {
      SignedDocument: MessageTypeDefinition<_vent_v1_SignedDocument, _vent_v1_SignedDocument__Output>
      TrustBundle: MessageTypeDefinition<_vent_v1_TrustBundle, _vent_v1_TrustBundle__Output>
    }
  }
}

