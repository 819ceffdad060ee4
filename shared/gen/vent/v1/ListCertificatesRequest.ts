// Original file: proto/vent/v1/operator.proto


export interface ListCertificatesRequest {
}

export interface ListCertificatesRequest__Output {
}
