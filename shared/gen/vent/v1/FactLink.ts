// Original file: proto/vent/v1/node.proto

import type { FactAddress as _vent_v1_FactAddress, FactAddress__Output as _vent_v1_FactAddress__Output } from '../../vent/v1/FactAddress.ts';

export interface FactLink {
  'name'?: (string);
  'mac'?: (string);
  'mtu'?: (number);
  'addresses'?: (_vent_v1_FactAddress)[];
}

export interface FactLink__Output {
  'name': (string);
  'mac': (string);
  'mtu': (number);
  'addresses': (_vent_v1_FactAddress__Output)[];
}
