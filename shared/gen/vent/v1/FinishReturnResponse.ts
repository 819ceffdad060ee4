// Original file: proto/vent/v1/enrol.proto


export interface FinishReturnResponse {
  'certificate_chain'?: (string);
}

export interface FinishReturnResponse__Output {
  'certificate_chain': (string);
}
