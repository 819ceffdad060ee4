// Original file: proto/vent/v1/operator.proto


export interface GetUserdataResponse {
  'files'?: ({[key: string]: string});
}

export interface GetUserdataResponse__Output {
  'files': ({[key: string]: string});
}
