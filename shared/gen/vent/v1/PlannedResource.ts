// Original file: proto/vent/v1/node.proto


export interface PlannedResource {
  'id'?: (string);
  'component'?: (string);
  'sentences'?: (string)[];
  'left'?: (string)[];
  'is_removal'?: (boolean);
  'error'?: (string);
}

export interface PlannedResource__Output {
  'id': (string);
  'component': (string);
  'sentences': (string)[];
  'left': (string)[];
  'is_removal': (boolean);
  'error': (string);
}
