import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VentError } from '../../../shared/errors.ts';
import { createTestMachine, makeDocument, type TestMachine } from '../machine.ts';
import { makeNetworkDocument, makeSampleDocument } from '../sample-document.ts';

interface Sample {
  readonly name: string;
  readonly make: typeof makeSampleDocument;
  /** Versions that follow each other. */
  readonly versions: readonly [string, string];
  /** Writes that a bare machine takes at least. */
  readonly writes: number;
  /** Programs that start or restart on the way from one version to the other, each once. */
  readonly programs: readonly string[];
  /** One-shot units of Vent's own that run on that way, each at least once: what they do may be done again. */
  readonly oneshots: readonly string[];
}

const SAMPLES: readonly Sample[] = [
  {
    name: 'what a worker runs',
    make: makeSampleDocument,
    versions: ['2.3.7', '2.3.8'],
    writes: 40,
    programs: ['restart containerd.service'],
    oneshots: [],
  },
  {
    name: 'how a worker is reached',
    make: makeNetworkDocument,
    versions: ['0.28.7', '0.28.8'],
    writes: 25,
    programs: ['restart flanneld.service'],
    oneshots: ['restart vent-balancer-api.service', 'restart vent-rules.service'],
  },
];

/** What lies on the machine, but for bytes that are new each time: keys, roots, and the order of claims. */
function treeOf(machine: TestMachine): ReadonlyMap<string, string> {
  const isRandom = (path: string): boolean => path.endsWith('.pem') || path === '/var/lib/vent/ledger.json';
  return new Map([...machine.host.snapshot()].filter(([path]) => !isRandom(path)));
}

for (const { name, make, versions, ...expected } of SAMPLES)
  describe(`with a document of ${name}`, () => {
    const [older, newer] = versions;

    async function converge(machine: TestMachine, version: string, generation: number): Promise<void> {
      const document = make(machine, version, generation);
      assert.equal(await machine.pass(document), 'converged');
      assert.deepEqual(await machine.plan(document), []);
    }

    /** A machine that has the older version, its writes counted from here. */
    async function createConverged(): Promise<TestMachine> {
      const machine = createTestMachine();
      assert.equal(await machine.pass(make(machine, older)), 'converged');
      machine.host.faults.revive();
      return machine;
    }

    /** A bare machine that was brought to the older version without a disturbance. */
    async function createUndisturbed(): Promise<TestMachine> {
      const machine = createTestMachine();
      await converge(machine, older, 1);
      return machine;
    }

    describe('an agent killed after host write k', () => {
      it('reaches the same machine from a bare one, for every k', async () => {
        const undisturbed = await createUndisturbed();
        const writes = undisturbed.host.writes();
        assert.ok(writes >= expected.writes, `a realistic document takes many writes, not ${writes}`);
        for (let k = 0; k < writes; k += 1) {
          const machine = createTestMachine();
          machine.host.faults.crashAfter(k);
          await assert.rejects(machine.pass(make(machine, older)), { name: 'Crash' });
          machine.host.faults.revive();
          await converge(machine, older, 1);
          assert.deepEqual(treeOf(machine), treeOf(undisturbed), `killed after write ${k}`);
        }
      });

      it('loses no restart and adds none, for every k of a change', async () => {
        const undisturbed = await createConverged();
        await converge(undisturbed, newer, 2);
        const writes = undisturbed.host.writes();
        for (let k = 0; k < writes; k += 1) {
          const machine = await createConverged();
          const before = machine.host.actions.length;
          machine.host.faults.crashAfter(k);
          await assert.rejects(machine.pass(make(machine, newer, 2)), { name: 'Crash' });
          machine.host.faults.revive();
          await converge(machine, newer, 2);
          const runs = machine.host.actions.slice(before).filter((action) => /^(re)?start /.test(action));
          const [programs, oneshots] = [false, true].map((isOwn) =>
            runs.filter((run) => run.includes(' vent-') === isOwn),
          );
          assert.deepEqual(programs, expected.programs, `killed after write ${k}`);
          assert.deepEqual([...new Set(oneshots)].toSorted(), expected.oneshots, `killed after write ${k}`);
          assert.deepEqual(treeOf(machine), treeOf(undisturbed), `killed after write ${k}`);
        }
      });

      it('removes all of it afterwards, for every k of the removal', async () => {
        const bare = createTestMachine();
        make(bare, older);
        const undisturbed = await createConverged();
        assert.equal(await undisturbed.pass(makeDocument({}, 2)), 'converged');
        const writes = undisturbed.host.writes();
        for (let k = 0; k < writes; k += 1) {
          const machine = await createConverged();
          machine.host.faults.crashAfter(k);
          await assert.rejects(machine.pass(makeDocument({}, 2)), { name: 'Crash' });
          machine.host.faults.revive();
          assert.equal(await machine.pass(makeDocument({}, 2)), 'converged');
          const isLeft = ([path, what]: [string, string]): boolean =>
            !what.startsWith('directory') && !path.startsWith('/var/lib/vent/');
          const left = [...machine.host.snapshot()].filter(isLeft);
          assert.deepEqual(left, [...bare.host.snapshot()].filter(isLeft), `killed after write ${k}`);
        }
      });
    });

    describe('a write that fails once', () => {
      it('is made good by the next pass, for every write', async () => {
        const undisturbed = await createUndisturbed();
        for (let k = 1; k <= undisturbed.host.writes(); k += 1) {
          const machine = createTestMachine();
          const error = new VentError('DISK_FULL', 'cannot write: no space left', { retry: 'backoff' });
          machine.host.faults.failAt(k, error);
          assert.equal(await machine.pass(make(machine, older)), 'incomplete', `write ${k} fails`);
          await converge(machine, older, 1);
          assert.deepEqual(treeOf(machine), treeOf(undisturbed), `write ${k} failed`);
        }
      });
    });
  });
