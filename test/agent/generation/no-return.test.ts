import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NodeDocument } from '../../../shared/document.ts';
import { makeDocument, makeFile, makeUnit } from '../machine.ts';
import { type Bench, createBench } from './bench.ts';

const ETCD = '/opt/vent/bin/etcd';

/** A member of etcd beside something else. */
function makeMember({ machine }: Bench, version: string, generation: number): NodeDocument {
  const restarts = ['unit:etcd.service'];
  const artifact = { name: 'etcd', version, path: ETCD, restarts, ...machine.supply.publish(`etcd ${version}`) };
  return makeDocument(
    {
      etcd: [
        { kind: 'artifact', ...artifact },
        makeUnit('etcd.service'),
        {
          kind: 'probe',
          name: 'etcd',
          sentence: 'etcd has a leader and answers',
          deadlineSeconds: 60,
          check: { type: 'unit', unit: 'etcd.service' },
        },
      ],
      kubelet: [
        makeFile('/etc/kubernetes/kubelet.yaml', version, { restarts: ['unit:kubelet.service'] }),
        makeUnit('kubelet.service'),
      ],
    },
    generation,
  );
}

/** The next version, under which that unit fails. @returns the generation that is not tried again, and what etcd runs */
async function changeTo(version: string, unit: string) {
  const bench = createBench();
  const { host } = bench.machine;
  assert.equal(await bench.pass(await bench.start(), makeMember(bench, '3.7.3', 1)), 'converged');
  const before = host.tree.nodes.get(ETCD)?.target;
  host.systemd.behave(unit, 'fails');
  const generations = await bench.start();
  await bench.pass(generations, makeMember(bench, version, 2));
  host.systemd.behave(unit, 'works');
  const next = await bench.start();
  const quarantined = next.quarantineOf({ epoch: 1, generation: 2 });
  return { quarantined, hasOld: host.tree.nodes.get(ETCD)?.target === before, journal: bench.readJournal() };
}

describe('a machine whose etcd takes part in another minor version', () => {
  it('stays on it although something else is not well', async () => {
    const { quarantined, hasOld, journal } = await changeTo('3.8.0', 'kubelet.service');
    assert.deepEqual([quarantined, hasOld], [undefined, false]);
    assert.match(journal, /"type":"COMMIT"/);
    assert.doesNotMatch(journal, /"type":"ROLLBACK"/);
  });

  it('goes back while etcd itself does not become well: no version has risen', async () => {
    const { quarantined, hasOld } = await changeTo('3.8.0', 'etcd.service');
    assert.deepEqual([quarantined?.generation, hasOld], [2, true]);
  });

  it('goes back from a patch of the same minor version', async () => {
    const { quarantined, hasOld } = await changeTo('3.7.4', 'kubelet.service');
    assert.deepEqual([quarantined?.generation, hasOld], [2, true]);
  });
});
