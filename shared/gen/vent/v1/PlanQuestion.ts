// Original file: proto/vent/v1/node.proto


export interface PlanQuestion {
  'id'?: (string);
  'components'?: (Buffer | Uint8Array | string);
}

export interface PlanQuestion__Output {
  'id': (string);
  'components': (Buffer);
}
