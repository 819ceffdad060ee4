// Original file: proto/vent/v1/node.proto


export interface PlannedChange {
  'change'?: (string);
  'is_required'?: (boolean);
}

export interface PlannedChange__Output {
  'change': (string);
  'is_required': (boolean);
}
