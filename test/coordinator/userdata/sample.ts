/** Userdata's input as a coordinator would have it; nothing in it is secret or alive. */
import type { UserdataInput } from '../../../coordinator/userdata/input.ts';

/** A root of nobody: P-256, self-signed, its key thrown away. */
export const ROOT = `-----BEGIN CERTIFICATE-----
MIIBgTCCASigAwIBAgIQaZT54Sl7UqtkusrL0XEB4TAKBggqhkjOPQQDAjAPMQ0w
CwYDVQQDDAR2ZW50MB4XDTI2MTEyMzA0MDU1OVoXDTI2MTEyNTA0MDU1OVowDzEN
MAsGA1UEAwwEdmVudDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKJFsFNiC7+c
MjlFU/WmdC0n9uXANrgG7+O8bWAN7iS5WxDOQtKpcdnKUf+TUqseV9vKBs+zZZ+8
1N1nM865IQujZjBkMBIGA1UdEwEB/wQIMAYBAf8CAQEwDgYDVR0PAQH/BAQDAgEG
MB0GA1UdDgQWBBTV1hagx2ptKXJmAcc722wj7I9RzTAfBgNVHSMEGDAWgBTV1hag
x2ptKXJmAcc722wj7I9RzTAKBggqhkjOPQQDAgNHADBEAiBjKepJpYXLjzaL90kp
zFJ7Z3nBgB3UEaJ25TJU4SuLkAIgK9rFynkXYoz+exQ6AK8Gwon/Ijm77uIemcfZ
5hT//Ks=
-----END CERTIFICATE-----
`;

export const SAMPLE: UserdataInput = {
  artifactBase: 'https://203.0.113.10:7446',
  enrolAddresses: ['203.0.113.10:7443', '[2001:db8::10]:7443'],
  roots: [ROOT],
  tokenId: '7c1f6c0e-5f4c-4f0e-8a53-0a54f2f8a3a1',
  secret: '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
  clusterName: 'demo',
  agentFiles: [
    { architecture: 'x64', form: 'bundle', name: 'vent-agent.cjs', size: 1_200_000, sha256: '3'.repeat(64) },
    {
      architecture: 'x64',
      form: 'executable',
      name: 'vent-agent-linux-x64',
      size: 128_000_000,
      sha256: '1'.repeat(64),
    },
    {
      architecture: 'arm64',
      form: 'executable',
      name: 'vent-agent-linux-arm64',
      size: 126_000_000,
      sha256: '2'.repeat(64),
    },
  ],
};
