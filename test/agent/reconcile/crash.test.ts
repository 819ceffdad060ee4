import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VentError } from '../../../shared/errors.ts';
import { createTestMachine, makeDocument, type TestMachine } from '../machine.ts';
import { makeSampleDocument } from '../sample-document.ts';

/** What lies on the machine, but for bytes that are new each time: keys, roots, and the order of claims. */
function treeOf(machine: TestMachine): ReadonlyMap<string, string> {
  const random = ['/etc/kubernetes/kubelet.pem', '/etc/kubernetes/ca.pem', '/var/lib/vent/ledger.json'];
  return new Map([...machine.host.snapshot()].filter(([path]) => !random.includes(path)));
}

async function converge(machine: TestMachine, version: string, generation: number): Promise<void> {
  const document = makeSampleDocument(machine, version, generation);
  assert.equal(await machine.pass(document), 'converged');
  assert.deepEqual(await machine.plan(document), []);
}

/** Writes of an undisturbed pass from one version to the next. */
async function countWrites(): Promise<number> {
  const machine = createTestMachine();
  await converge(machine, '2.3.7', 1);
  machine.host.faults.revive();
  await converge(machine, '2.3.8', 2);
  return machine.host.writes();
}

describe('an agent killed after host write k', () => {
  it('reaches the same tree from a bare machine, for every k', async () => {
    const undisturbed = createTestMachine();
    await converge(undisturbed, '2.3.7', 1);
    const writes = undisturbed.host.writes();
    assert.ok(writes > 40, `a realistic document takes many writes, not ${writes}`);
    for (let k = 0; k < writes; k += 1) {
      const machine = createTestMachine();
      machine.host.faults.crashAfter(k);
      await assert.rejects(machine.pass(makeSampleDocument(machine)), { name: 'Crash' });
      machine.host.faults.revive();
      await converge(machine, '2.3.7', 1);
      assert.deepEqual(treeOf(machine), treeOf(undisturbed), `killed after write ${k}`);
    }
  });

  it('loses no restart and adds none, for every k of a change', async () => {
    const writes = await countWrites();
    for (let k = 0; k < writes; k += 1) {
      const machine = createTestMachine();
      await converge(machine, '2.3.7', 1);
      const before = machine.host.actions.length;
      machine.host.faults.revive();
      machine.host.faults.crashAfter(k);
      await assert.rejects(machine.pass(makeSampleDocument(machine, '2.3.8', 2)), { name: 'Crash' });
      machine.host.faults.revive();
      await converge(machine, '2.3.8', 2);
      const runs = machine.host.actions.slice(before).filter((action) => /^(re)?start /.test(action));
      assert.deepEqual(runs, ['restart containerd.service'], `killed after write ${k}`);
    }
  });

  it('removes all of it afterwards, for every k of the removal', async () => {
    const bare = createTestMachine();
    makeSampleDocument(bare);
    const undisturbed = createTestMachine();
    await converge(undisturbed, '2.3.7', 1);
    undisturbed.host.faults.revive();
    assert.equal(await undisturbed.pass(makeDocument({}, 2)), 'converged');
    const writes = undisturbed.host.writes();
    for (let k = 0; k < writes; k += 1) {
      const machine = createTestMachine();
      await converge(machine, '2.3.7', 1);
      machine.host.faults.revive();
      machine.host.faults.crashAfter(k);
      assert.equal(await machine.pass(makeDocument({}, 2)), 'incomplete');
      machine.host.faults.revive();
      assert.equal(await machine.pass(makeDocument({}, 2)), 'converged');
      const left = [...machine.host.snapshot().entries()].filter(([path]) => !bare.host.snapshot().has(path));
      const foreign = left.filter(
        ([path, what]) => !what.startsWith('directory') && !path.startsWith('/var/lib/vent/'),
      );
      assert.deepEqual(foreign, [], `killed after write ${k}`);
    }
  });
});

describe('a write that fails once', () => {
  it('is made good by the next pass, for every write', async () => {
    const undisturbed = createTestMachine();
    await converge(undisturbed, '2.3.7', 1);
    for (let k = 1; k <= undisturbed.host.writes(); k += 1) {
      const machine = createTestMachine();
      machine.host.faults.failAt(k, new VentError('DISK_FULL', 'cannot write: no space left', { retry: 'backoff' }));
      assert.equal(await machine.pass(makeSampleDocument(machine)), 'incomplete', `write ${k} fails`);
      await converge(machine, '2.3.7', 1);
      assert.deepEqual(treeOf(machine), treeOf(undisturbed), `write ${k} failed`);
    }
  });
});
