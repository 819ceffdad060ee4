// Original file: proto/vent/v1/node.proto


export interface RenewResponse {
  'certificate_chain'?: (string);
}

export interface RenewResponse__Output {
  'certificate_chain': (string);
}
