// Original file: proto/vent/v1/node.proto


export interface ResourceReport {
  'id'?: (string);
  'component'?: (string);
  'state'?: (string);
  'message'?: (string);
  'since'?: (string);
}

export interface ResourceReport__Output {
  'id': (string);
  'component': (string);
  'state': (string);
  'message': (string);
  'since': (string);
}
