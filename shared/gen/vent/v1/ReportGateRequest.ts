// Original file: proto/vent/v1/operator.proto


export interface ReportGateRequest {
  'name'?: (string);
  'step'?: (string);
  'passed'?: (boolean);
  'message'?: (string);
}

export interface ReportGateRequest__Output {
  'name': (string);
  'step': (string);
  'passed': (boolean);
  'message': (string);
}
