// Original file: proto/vent/v1/operator.proto


export interface PlanRequest {
  'content'?: (string);
  'file_name'?: (string);
}

export interface PlanRequest__Output {
  'content': (string);
  'file_name': (string);
}
