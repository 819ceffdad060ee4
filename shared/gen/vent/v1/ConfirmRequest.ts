// Original file: proto/vent/v1/node.proto

import type { Long } from '@grpc/proto-loader';

export interface ConfirmRequest {
  'epoch'?: (number | string | Long);
  'generation'?: (number | string | Long);
  'document_digest'?: (string);
}

export interface ConfirmRequest__Output {
  'epoch': (string);
  'generation': (string);
  'document_digest': (string);
}
