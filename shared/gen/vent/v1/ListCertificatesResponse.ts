// Original file: proto/vent/v1/operator.proto

import type { CertificateView as _vent_v1_CertificateView, CertificateView__Output as _vent_v1_CertificateView__Output } from '../../vent/v1/CertificateView.ts';

export interface ListCertificatesResponse {
  'certificates'?: (_vent_v1_CertificateView)[];
}

export interface ListCertificatesResponse__Output {
  'certificates': (_vent_v1_CertificateView__Output)[];
}
