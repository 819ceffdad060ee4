// Original file: proto/vent/v1/operator.proto


export interface CreateTokenRequest {
  'pool'?: (string);
  'device_id'?: (string);
  'max_uses'?: (number);
  'lifetime_seconds'?: (number);
}

export interface CreateTokenRequest__Output {
  'pool': (string);
  'device_id': (string);
  'max_uses': (number);
  'lifetime_seconds': (number);
}
