import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperatorAnswers } from '../../../coordinator/cli/fake-operator.ts';
import { run } from './bench.ts';

describe('vent node', () => {
  it('cordons and uncordons', async () => {
    const asked: unknown[] = [];
    const answers: OperatorAnswers = {
      CordonMachine: ({ machine, cordon }) => {
        asked.push([machine, cordon]);
        return { machine };
      },
    };
    assert.equal((await run('node cordon w1', { answers })).output, 'node/w1 cordoned\n');
    assert.equal((await run('node uncordon w1', { answers })).output, 'node/w1 uncordoned\n');
    assert.deepEqual(asked, [
      ['w1', true],
      ['w1', false],
    ]);
  });

  it('drains, telling what it waits for on the way', async () => {
    const answers: OperatorAnswers = {
      DrainMachine: async function* ({ machine, deadline_seconds: seconds, force }) {
        yield { machine, message: `waits ${seconds} s, ${force ? 'by force' : 'gently'}` };
      },
    };
    const { output, errors } = await run('node drain w1 --deadline 1m30s --force', { answers });
    assert.equal(output, 'node/w1 drained\n');
    assert.match(errors, /node\/w1: waits 90 s, by force\n/);
  });
});
