import type { ResourceOf } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import type { Component, RenderSpec, Self } from '../component.ts';
import { runsEtcd } from './parts/cluster.ts';
import { CONTROL_PLANE_DAYS } from './parts/kubernetes.ts';
import { withExtraArgs } from './parts/patched.ts';
import { BIN, CLUSTER_DEADLINE, flags, leaf, program, service } from './parts/resources.ts';

export const ETCD_CLIENT_PORT = 2379;
export const ETCD_PEER_PORT = 2380;
export const ETCD_UNIT = 'etcd.service';

const USER = 'etcd';
const OWNER = `${USER}:${USER}`;
const DATA = '/var/lib/etcd';
const LEAF = '/etc/etcd/etcd.pem';
const TRUST_FILE = '/etc/etcd/trust.pem';
const JOIN = '/etc/etcd/join.env';
/** There once the member was healthy: from then on an empty data directory is a loss, not a beginning. */
const JOINED = '/etc/etcd/joined';
const MEMBER_DATA = `${DATA}/member`;
/** Health and metrics without TLS, on loopback only. */
const METRICS = 'http://127.0.0.1:2381';
/** 8 GiB, the largest that etcd's documentation advises. */
const QUOTA = 8 * 2 ** 30;
/** Seconds; nothing that is waited for can bring lost data back. */
const DATA_DEADLINE = 5;

export const etcd: Component = {
  name: 'etcd',
  summary: "Kubernetes' store",
  render(spec, self) {
    if (!runsEtcd(self)) return [];
    return [
      { kind: 'residue', name: 'etcd', paths: [DATA] },
      { kind: 'user', name: USER, home: DATA },
      { kind: 'directory', name: DATA, mode: '0700', owner: OWNER },
      program(spec, self, 'etcd', spec.versions.etcd, { restarts: [`unit:${ETCD_UNIT}`] }),
      // For people, and for snapshots.
      program(spec, self, 'etcdctl', spec.versions.etcd),
      program(spec, self, 'etcdutl', spec.versions.etcd),
      { kind: 'trust', name: TRUST_FILE, authority: 'etcd', mode: '0644', owner: 'root:root' },
      leaf({
        name: 'etcd',
        authority: 'etcd',
        path: LEAF,
        owner: OWNER,
        commonName: self.name,
        dnsNames: [self.name],
        addresses: [self.privateAddress, '127.0.0.1'],
        usages: ['server', 'client'],
        days: CONTROL_PLANE_DAYS,
      }),
      joinParameters(spec, self),
      {
        kind: 'probe',
        name: 'etcd-data',
        sentence: `the data of this etcd member is there; restore ${DATA}, or replace the machine`,
        deadlineSeconds: DATA_DEADLINE,
        check: { type: 'file', path: MEMBER_DATA, unless: JOINED },
      },
      service('etcd', {
        description: 'etcd key-value store',
        command: [`${BIN}/etcd`, ...flags(withExtraArgs('etcd', settings(self), self.settings.etcd?.extraArgs))],
        // At boot systemd starts it before the agent looks; either of the two must hold (systemd.unit(5), triggering).
        unit: [`AssertPathExists=|${MEMBER_DATA}`, `AssertPathExists=|!${JOINED}`],
        settings: [
          'Type=notify',
          // A first member reports ready only with a quorum, and the others may still be booting.
          'TimeoutStartSec=infinity',
          `User=${USER}`,
          `EnvironmentFile=${JOIN}`,
          'NoNewPrivileges=yes',
          'UMask=0077',
        ],
      }),
      {
        kind: 'probe',
        name: 'etcd',
        sentence: 'etcd has a leader and answers',
        deadlineSeconds: CLUSTER_DEADLINE,
        check: { type: 'http', url: `${METRICS}/health` },
      },
      { kind: 'file', name: JOINED, content: `${self.name}\n`, mode: '0600', owner: 'root:root' },
    ];
  },
};

/** How this member joined, once and for ever: etcd ignores it afterwards, so it is no input that restarts the unit. */
function joinParameters(spec: RenderSpec, self: Self): ResourceOf<'file'> {
  if (self.etcd === undefined)
    throw new VentError('INVALID_INPUT', `cannot render etcd on ${self.name}: its join parameters were not stored`);
  const content = [
    `ETCD_INITIAL_CLUSTER=${self.etcd.initialCluster}`,
    `ETCD_INITIAL_CLUSTER_STATE=${self.etcd.initialClusterState}`,
    `ETCD_INITIAL_CLUSTER_TOKEN=${spec.clusterId}`,
    '',
  ].join('\n');
  return { kind: 'file', name: JOIN, content, mode: '0600', owner: 'root:root' };
}

/** https://etcd.io/docs/v3.7/op-guide/configuration/ */
function settings(self: Self) {
  const client = `https://${self.privateAddress}:${ETCD_CLIENT_PORT}`;
  const peer = `https://${self.privateAddress}:${ETCD_PEER_PORT}`;
  return {
    name: self.name,
    'data-dir': DATA,
    'listen-client-urls': [client, `https://127.0.0.1:${ETCD_CLIENT_PORT}`],
    'advertise-client-urls': client,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'listen-metrics-urls': METRICS,
    'client-cert-auth': true,
    'trusted-ca-file': TRUST_FILE,
    'cert-file': LEAF,
    'key-file': LEAF,
    'peer-client-cert-auth': true,
    'peer-trusted-ca-file': TRUST_FILE,
    'peer-cert-file': LEAF,
    'peer-key-file': LEAF,
    'tls-min-version': 'TLS1.3',
    'quota-backend-bytes': QUOTA,
    'feature-gates': 'InitialCorruptCheck=true,CompactHashCheck=true',
  };
}
