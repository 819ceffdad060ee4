// Original file: proto/vent/v1/node.proto

import type { FactLink as _vent_v1_FactLink, FactLink__Output as _vent_v1_FactLink__Output } from '../../vent/v1/FactLink.ts';
import type { Long } from '@grpc/proto-loader';

export interface Facts {
  'hostname'?: (string);
  'architecture'?: (string);
  'os_id'?: (string);
  'os_version'?: (string);
  'os_name'?: (string);
  'kernel'?: (string);
  'cpus'?: (number);
  'memory_bytes'?: (number | string | Long);
  'cgroup'?: (number);
  'missing_capabilities'?: (string)[];
  'links'?: (_vent_v1_FactLink)[];
}

export interface Facts__Output {
  'hostname': (string);
  'architecture': (string);
  'os_id': (string);
  'os_version': (string);
  'os_name': (string);
  'kernel': (string);
  'cpus': (number);
  'memory_bytes': (string);
  'cgroup': (number);
  'missing_capabilities': (string)[];
  'links': (_vent_v1_FactLink__Output)[];
}
