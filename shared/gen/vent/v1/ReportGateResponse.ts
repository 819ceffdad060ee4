// Original file: proto/vent/v1/operator.proto


export interface ReportGateResponse {
}

export interface ReportGateResponse__Output {
}
