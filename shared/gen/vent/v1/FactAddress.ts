// Original file: proto/vent/v1/node.proto


export interface FactAddress {
  'address'?: (string);
  'prefix'?: (number);
}

export interface FactAddress__Output {
  'address': (string);
  'prefix': (number);
}
