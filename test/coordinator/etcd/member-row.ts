/** A machine that is a member of etcd. */
import { randomUUID } from 'node:crypto';
import type { NodeRow } from '../../../coordinator/nodes/row.ts';

/** @param n greater than 0 */
export function memberRow(n: number): NodeRow {
  return {
    id: randomUUID(),
    name: `m${n}`,
    deviceId: `d${n}`,
    pool: 'control',
    roles: ['etcd', 'control-plane'],
    providerId: `packet://d${n}`,
    privateAddress: { address: `10.0.0.${n}`, prefix: 31, gateway: '10.0.0.0' },
    spki: '',
    certificate: '',
    enrolledAt: '2030-01-01T00:00:00.000Z',
    tokenId: '',
    documentGeneration: 0,
    etcd: { initialCluster: '', initialClusterState: 'new' },
  };
}
