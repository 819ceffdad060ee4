// Original file: proto/vent/v1/operator.proto


export interface _vent_v1_GetKubeconfigResponse_Server {
  'name'?: (string);
  'url'?: (string);
}

export interface _vent_v1_GetKubeconfigResponse_Server__Output {
  'name': (string);
  'url': (string);
}

export interface GetKubeconfigResponse {
  'certificate_chain'?: (string);
  'trust'?: (string);
  'cluster_name'?: (string);
  'servers'?: (_vent_v1_GetKubeconfigResponse_Server)[];
}

export interface GetKubeconfigResponse__Output {
  'certificate_chain': (string);
  'trust': (string);
  'cluster_name': (string);
  'servers': (_vent_v1_GetKubeconfigResponse_Server__Output)[];
}
