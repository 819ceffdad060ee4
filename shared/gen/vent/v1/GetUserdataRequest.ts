// Original file: proto/vent/v1/operator.proto


export interface GetUserdataRequest {
  'token_id'?: (string);
  'secret'?: (string);
  'format'?: (string);
  'device_id'?: (string);
}

export interface GetUserdataRequest__Output {
  'token_id': (string);
  'secret': (string);
  'format': (string);
  'device_id': (string);
}
