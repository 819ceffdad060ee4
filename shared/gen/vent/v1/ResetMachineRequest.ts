// Original file: proto/vent/v1/operator.proto


export interface ResetMachineRequest {
  'machine'?: (string);
  'force'?: (boolean);
  'dry_run'?: (boolean);
  'only_check'?: (boolean);
}

export interface ResetMachineRequest__Output {
  'machine': (string);
  'force': (boolean);
  'dry_run': (boolean);
  'only_check': (boolean);
}
