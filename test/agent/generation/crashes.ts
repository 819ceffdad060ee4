/** kill -9 at every write of a change: the machine ends old or new, whole, whoever comes first, a new agent or the timer. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NodeDocument } from '../../../shared/document.ts';
import type { makeSampleDocument } from '../sample-document.ts';
import { assertDone, type Bench, createBench, requiredIn, stateOf } from './bench.ts';

export interface Sample {
  readonly name: string;
  readonly make: typeof makeSampleDocument;
  readonly versions: readonly [string, string];
}

interface Expected {
  readonly old: string;
  readonly next: string;
  /** Changes that must be done, each as `kind:name: change`, sorted. */
  readonly planned: readonly string[];
}

/** Where a change stands when it was cut off: what the shell of the rollback service would find. */
function isCommitted(bench: Bench): boolean {
  return bench.readJournal().includes('"type":"COMMIT"');
}

/** @param sample a document in two versions */
export function describeCrashes({ name, make, versions }: Sample): void {
  describe(`a change of ${name}`, () => {
    const [older, newer] = versions;
    const documents = (bench: Bench): readonly [NodeDocument, NodeDocument] => [
      make(bench.machine, older, 1),
      make(bench.machine, newer, 2),
    ];

    async function createConverged(): Promise<Bench> {
      const bench = createBench();
      assert.equal(await bench.pass(await bench.start(), make(bench.machine, older, 1)), 'converged');
      bench.machine.host.faults.revive();
      return bench;
    }

    /** @returns the machine with the older and with the newer generation, and the writes between */
    async function measure(): Promise<Expected & { readonly writes: number }> {
      const bench = await createConverged();
      const old = JSON.stringify([...stateOf(bench.machine)]);
      const planned = requiredIn(await bench.machine.foresee(documents(bench)[1]));
      assert.equal(await bench.pass(await bench.start(), documents(bench)[1]), 'converged');
      const next = JSON.stringify([...stateOf(bench.machine)]);
      return { old, next, planned, writes: bench.machine.host.writes() };
    }

    /** An agent applies the newer generation and is killed after k writes. */
    async function kill(k: number): Promise<Bench> {
      const bench = await createConverged();
      const document = make(bench.machine, newer, 2);
      const agent = await bench.start();
      bench.machine.host.faults.crashAfter(k);
      await assert.rejects(bench.pass(agent, document), { name: 'Crash' });
      bench.machine.host.faults.revive();
      return bench;
    }

    /** What the agent that comes next makes of it. @returns which generation the machine has, whole */
    async function finish(bench: Bench, expected: Expected): Promise<string> {
      const [first, second] = documents(bench);
      const agent = await bench.start();
      const quarantined = agent.quarantineOf(second);
      const wanted = quarantined === undefined ? second : first;
      assert.equal(await bench.pass(agent, wanted), 'converged');
      assert.deepEqual(await bench.machine.plan(wanted), [], 'a second apply changes nothing');
      const state = JSON.stringify([...stateOf(bench.machine)]);
      assert.equal(state, quarantined === undefined ? expected.next : expected.old);
      if (quarantined === undefined) assertDone(bench, expected.planned);
      return quarantined === undefined ? 'new' : 'old';
    }

    it('goes on to the new generation when an agent comes first, for every write', async () => {
      const expected = await measure();
      for (let k = 0; k < expected.writes; k += 1) {
        const bench = await kill(k);
        assert.equal(await finish(bench, expected), 'new', `killed after write ${k}`);
      }
    });

    it('goes back to the old one when the timer comes first, unless it was committed, for every write', async () => {
      const expected = await measure();
      const endings = new Set<string>();
      for (let k = 0; k < expected.writes; k += 1) {
        const bench = await kill(k);
        const wasCommitted = isCommitted(bench);
        const hasUndo = bench.machine.host.tree.nodes.has('/opt/vent/rollback/undo');
        if (hasUndo && !wasCommitted) bench.machine.host.systemd.systemctl('start', 'vent-rollback.service');
        const ending = await finish(bench, expected);
        endings.add(ending);
        assert.equal(ending, hasUndo && !wasCommitted ? 'old' : 'new', `killed after write ${k}`);
      }
      assert.deepEqual(endings, new Set(['new', 'old']));
    });

    it('is whole when the agent is killed, and the next one as well, at any two writes', async () => {
      const expected = await measure();
      for (let k = 0; k < expected.writes; k += 7)
        for (let second = 0; second < expected.writes; second += 7) {
          const bench = await kill(k);
          const { faults } = bench.machine.host;
          faults.crashAfter(second);
          await bench
            .start()
            .then((agent) => bench.pass(agent, documents(bench)[1]))
            .catch((thrown: Error) => assert.equal(thrown.name, 'Crash'));
          faults.revive();
          assert.equal(await finish(bench, expected), 'new', `killed after writes ${k} and ${second}`);
        }
    });
  });
}
