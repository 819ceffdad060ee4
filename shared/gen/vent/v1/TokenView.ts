// Original file: proto/vent/v1/operator.proto


export interface TokenView {
  'id'?: (string);
  'pool'?: (string);
  'device_id'?: (string);
  'max_uses'?: (number);
  'uses'?: (number);
  'state'?: (string);
  'expires_at'?: (string);
  'created_at'?: (string);
}

export interface TokenView__Output {
  'id': (string);
  'pool': (string);
  'device_id': (string);
  'max_uses': (number);
  'uses': (number);
  'state': (string);
  'expires_at': (string);
  'created_at': (string);
}
