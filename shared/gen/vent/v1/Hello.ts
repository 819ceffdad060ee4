// Original file: proto/vent/v1/node.proto

import type { Facts as _vent_v1_Facts, Facts__Output as _vent_v1_Facts__Output } from '../../vent/v1/Facts.ts';
import type { Long } from '@grpc/proto-loader';

export interface Hello {
  'facts'?: (_vent_v1_Facts | null);
  'agent_version'?: (string);
  'epoch'?: (number | string | Long);
  'generation'?: (number | string | Long);
  'document_schema'?: (number);
}

export interface Hello__Output {
  'facts': (_vent_v1_Facts__Output | null);
  'agent_version': (string);
  'epoch': (string);
  'generation': (string);
  'document_schema': (number);
}
