import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createSettled } from '../../../agent/drift/settled.ts';
import { createFakeSupply } from '../../../agent/fake/supply.ts';
import { createFakeHost } from '../../../agent/host/fake/host.ts';
import type { Files, Host } from '../../../agent/host/host.ts';
import { createKinds } from '../../../agent/kinds/index.ts';
import { createLedger } from '../../../agent/ledger.ts';
import { reconcile } from '../../../agent/reconcile/reconcile.ts';
import type { NodeDocument } from '../../../shared/document.ts';
import { createEagerClock } from '../../../shared/fake-clock.ts';
import { silentLog } from '../../../shared/fake-log.ts';
import { makeDocument, makeFile, makeUnit } from '../machine.ts';
import { VENT0 } from '../vent0.ts';

const DOCUMENT = makeDocument({
  files: [makeFile('/etc/vent/x', 'x', { restarts: ['unit:etcd.service'] })],
  first: [makeFile('/etc/vent/y', 'y'), makeUnit('vent-a.service')],
  second: [makeUnit('etcd.service'), makeUnit('vent-b.service')],
  rules: [{ kind: 'rules', name: 'vent', family: 'inet', content: 'chain x {\n}\n' }],
  flannel: [
    VENT0,
    {
      kind: 'balancer',
      name: 'api',
      address: '172.17.255.255',
      port: 6443,
      backends: ['10.80.0.3'],
      device: 'vent0',
      source: '10.80.0.3',
      gateway: '10.80.0.2',
    },
  ],
  waits: [
    {
      kind: 'probe',
      name: 'unit',
      sentence: 'etcd runs',
      deadlineSeconds: 5,
      check: { type: 'unit', unit: 'etcd.service' },
    },
    {
      kind: 'probe',
      name: 'link',
      sentence: 'it stands',
      deadlineSeconds: 5,
      check: { type: 'interface', interface: 'vent0' },
    },
  ],
});

function createHost(): Host {
  const host = createFakeHost();
  const address = { address: '10.80.0.3', prefix: 31, label: 'bond0:0' };
  const link = { name: 'bond0', mac: '02:00:00:00:00:01', mtu: 1500, up: true, type: undefined, parent: undefined };
  host.networking.links.set('bond0', { ...link, addresses: [address] });
  host.networking.routes.push({
    destination: '10.0.0.0/8',
    gateway: '10.80.0.2',
    device: 'bond0',
    source: undefined,
  });
  return host;
}

async function pass(host: Host, document: NodeDocument): Promise<void> {
  const clock = createEagerClock();
  const kinds = createKinds({ supply: createFakeSupply(clock), clock });
  const ledger = createLedger({ files: host.files, log: silentLog });
  const { signal } = new AbortController();
  const options = { document, ledger, settled: createSettled(host.files), kinds, host, signal, emit: () => undefined };
  assert.equal(await reconcile(options), 'converged');
}

/** The host with files that take their time, noting for each question that costs a program how many files had been read by then. */
function watch(host: Host, asked: Map<string, number[]>): Host {
  let turn = 0;
  const note = <T>(question: string, answer: T): T => {
    asked.set(question, [...(asked.get(question) ?? []), turn]);
    return answer;
  };
  const slowly = async <T>(read: () => Promise<T>): Promise<T> => {
    await setImmediate();
    turn += 1;
    return await read();
  };
  const files: Files = {
    ...host.files,
    read: (path) => slowly(() => host.files.read(path)),
    stat: (path) => slowly(() => host.files.stat(path)),
    digest: (path) => slowly(() => host.files.digest(path)),
  };
  const { state } = host.units;
  const { links, routes } = host.network;
  return {
    ...host,
    files,
    units: { ...host.units, state: (name) => note('units', state(name)) },
    network: { ...host.network, links: () => note('links', links()), routes: () => note('routes', routes()) },
  };
}

describe('looking at a machine that is as wanted', () => {
  it('asks all that costs a program at once, and for units once more in the end', async () => {
    const host = createHost();
    await pass(host, DOCUMENT);
    const asked = new Map<string, number[]>();
    await pass(watch(host, asked), DOCUMENT);
    const moments = new Map([...asked].map(([question, turns]) => [question, new Set(turns).size]));
    assert.deepEqual(Object.fromEntries(moments), { units: 2, links: 1, routes: 1 });
  });
});
