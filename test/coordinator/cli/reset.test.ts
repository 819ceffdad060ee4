import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperatorAnswers } from '../../../coordinator/cli/fake-operator.ts';
import { VentError } from '../../../shared/errors.ts';
import { run } from './bench.ts';
import { listMachines } from './machines.ts';

/** A coordinator that resets. @param steps of a dry run */
function answersOf(connected = true, steps: readonly string[] = []): OperatorAnswers {
  return {
    ...listMachines,
    ResetMachine: ({ machine }) => ({ machine, steps, connected, runs_pods: true }),
    async *DrainMachine({ machine, deadline_seconds: seconds, force }) {
      yield { machine, message: `waits ${seconds} s, ${force ? 'by force' : 'gently'}` };
    },
  };
}

function refusing(code: 'CONFLICT' | 'UNAVAILABLE', message: string): OperatorAnswers {
  return {
    ...answersOf(),
    DrainMachine() {
      throw new VentError(code, message);
    },
  };
}

describe('vent node reset', () => {
  it('needs a yes', async () => {
    const { code, errors, connected } = await run('node reset workers-1', { answers: answersOf() });
    assert.deepEqual([code, connected], [2, []]);
    assert.match(errors, /end at once/);
  });

  it('checks, drains as it is told to, and then has the machine reset', async () => {
    const words = 'node reset workers-1 --yes --deadline 90s --force';
    const { code, output, errors, operator } = await run(words, { answers: answersOf() });
    assert.deepEqual([code, output], [0, 'node/workers-1 resetting\n']);
    assert.equal(errors, 'node/workers-1: waits 90 s, by force\n');
    assert.deepEqual(operator.calls.slice(-3), ['ResetMachine', 'DrainMachine', 'ResetMachine']);
  });

  it('resets nothing when pods may not leave', async () => {
    const answers = refusing('CONFLICT', 'cannot drain workers-1: default/x has no controller');
    const { code, errors, operator } = await run('node reset workers-1 --yes', { answers });
    assert.equal(code, 1);
    assert.match(errors, /default\/x has no controller/);
    assert.equal(operator.calls.at(-1), 'DrainMachine');
  });

  it('says so when nobody can be asked about pods, and goes on', async () => {
    const answers = refusing('UNAVAILABLE', 'cannot ask the Kubernetes API');
    const { code, errors, output } = await run('node reset workers-1 --yes', { answers });
    assert.deepEqual([code, output], [0, 'node/workers-1 resetting\n']);
    assert.equal(errors, 'node/workers-1: not drained: cannot ask the Kubernetes API\n');
  });

  it('drains no machine that is away, and says when it will be reset', async () => {
    const { output, operator } = await run('node reset workers-1 --yes', { answers: answersOf(false) });
    assert.equal(output, 'node/workers-1 will be reset when it is heard of again\n');
    assert.equal(operator.calls.includes('DrainMachine'), false);
  });

  it('shows what would be undone', async () => {
    const steps = ['unit:kubelet.service: stop kubelet.service'];
    const { code, output } = await run('node reset workers-1 --dry-run', { answers: answersOf(true, steps) });
    assert.deepEqual([code, output], [0, `${steps[0]}\nnode/workers-1 would be reset\n`]);
  });

  it('ends with 5 when a rule protects others, before a pod is moved', async () => {
    const answers: OperatorAnswers = {
      ...answersOf(),
      ResetMachine() {
        throw new VentError('RESET_REFUSED', 'cannot reset workers-1: why [etcd-remove]: what');
      },
    };
    const { code, errors, operator } = await run('node reset workers-1 --yes', { answers });
    assert.equal(code, 5);
    assert.match(errors, /\[etcd-remove\]/);
    assert.equal(operator.calls.includes('DrainMachine'), false);
  });
});
