// Original file: proto/vent/v1/node.proto


export interface IssueBundleResponse {
  'certificate_chain'?: (string);
}

export interface IssueBundleResponse__Output {
  'certificate_chain': (string);
}
