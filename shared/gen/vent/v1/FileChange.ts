// Original file: proto/vent/v1/operator.proto


export interface FileChange {
  'path'?: (string);
  'before'?: (string);
  'after'?: (string);
}

export interface FileChange__Output {
  'path': (string);
  'before': (string);
  'after': (string);
}
