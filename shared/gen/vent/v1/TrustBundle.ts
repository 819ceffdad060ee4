// Original file: proto/vent/v1/document.proto


export interface TrustBundle {
  'vent'?: (string);
  'document_signing'?: (string);
  'authorities'?: ({[key: string]: string});
}

export interface TrustBundle__Output {
  'vent': (string);
  'document_signing': (string);
  'authorities': ({[key: string]: string});
}
