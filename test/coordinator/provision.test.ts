import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createNodes } from '../../coordinator/nodes/row.ts';
import { createStaticProvider } from '../../coordinator/providers/static.ts';
import { type ProvisionStep, provision } from '../../coordinator/provision.ts';
import { intentRow } from '../../coordinator/rows.ts';
import { createCollection } from '../../coordinator/store/collection.ts';
import { createMemoryStore } from '../../coordinator/store/memory.ts';
import { createFakeClock } from '../../shared/fake-clock.ts';
import { loadSpec, normaliseSpec } from '../../shared/spec/load.ts';

const FILE = `apiVersion: vent/v1alpha1
kind: Cluster
metadata: { name: demo }
spec:
  kubernetes: { version: 1.37.2 }
  provider:
    static:
      machines: [{ id: r1, hostname: n1, privateAddress: 10.0.0.11, privateGateway: 10.0.0.1 }]
  pools:
    - { name: control, roles: [etcd, control-plane], count: 1 }
    - { name: workers, roles: [worker], count: 2 }
`;

describe('pools of machines that are simply there', () => {
  it('are told once each what they lack, and that the operator boots it', async () => {
    const store = createMemoryStore();
    const no = (): never => assert.fail('nothing is made');
    const options = {
      ...{ nodes: createNodes(store), intents: createCollection(store, '/intents/', intentRow) },
      ...{ reserve: no, revokeToken: no, userdata: no, bindToken: no, clock: createFakeClock() },
    };
    const spec = normaliseSpec(loadSpec(FILE, 'cluster.yaml'));
    const steps: ProvisionStep[] = [];
    for await (const step of provision(options, createStaticProvider({ machines: [] }), spec, undefined))
      steps.push(step);
    const byHand = 'the static provider creates none, boot yours with what vent userdata prints';
    assert.deepEqual(steps, [
      { machine: '', message: `pool control lacks 1 machine: ${byHand}`, failed: true },
      { machine: '', message: `pool workers lacks 2 machines: ${byHand}`, failed: true },
    ]);
  });
});
