// Original file: proto/vent/v1/operator.proto

import type { EtcdMemberView as _vent_v1_EtcdMemberView, EtcdMemberView__Output as _vent_v1_EtcdMemberView__Output } from '../../vent/v1/EtcdMemberView.ts';

export interface ListEtcdMembersResponse {
  'members'?: (_vent_v1_EtcdMemberView)[];
  'alarms'?: (string)[];
  'message'?: (string);
}

export interface ListEtcdMembersResponse__Output {
  'members': (_vent_v1_EtcdMemberView__Output)[];
  'alarms': (string)[];
  'message': (string);
}
