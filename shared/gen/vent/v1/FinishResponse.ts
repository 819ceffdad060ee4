// Original file: proto/vent/v1/enrol.proto

import type { TrustBundle as _vent_v1_TrustBundle, TrustBundle__Output as _vent_v1_TrustBundle__Output } from '../../vent/v1/TrustBundle.ts';

export interface FinishResponse {
  'certificate_chain'?: (string);
  'node_id'?: (string);
  'node_name'?: (string);
  'cluster_id'?: (string);
  'cluster_name'?: (string);
  'trust'?: (_vent_v1_TrustBundle | null);
  'node_address'?: (string);
  'artifact_address'?: (string);
}

export interface FinishResponse__Output {
  'certificate_chain': (string);
  'node_id': (string);
  'node_name': (string);
  'cluster_id': (string);
  'cluster_name': (string);
  'trust': (_vent_v1_TrustBundle__Output | null);
  'node_address': (string);
  'artifact_address': (string);
}
