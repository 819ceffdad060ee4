// Original file: proto/vent/v1/operator.proto


export interface ApplyRequest {
  'content'?: (string);
  'file_name'?: (string);
  'message'?: (string);
  'dry_run'?: (boolean);
}

export interface ApplyRequest__Output {
  'content': (string);
  'file_name': (string);
  'message': (string);
  'dry_run': (boolean);
}
