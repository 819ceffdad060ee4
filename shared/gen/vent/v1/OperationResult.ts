// Original file: proto/vent/v1/node.proto


export interface OperationResult {
  'id'?: (string);
  'value'?: (Buffer | Uint8Array | string);
  'error_code'?: (string);
  'error'?: (string);
}

export interface OperationResult__Output {
  'id': (string);
  'value': (Buffer);
  'error_code': (string);
  'error': (string);
}
