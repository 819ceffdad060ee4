import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperatorAnswers } from '../../../coordinator/cli/fake-operator.ts';
import { VentError } from '../../../shared/errors.ts';
import { run } from './bench.ts';
import { listMachines } from './machines.ts';

describe('vent node reset', () => {
  const answers = (answer: { readonly steps?: readonly string[]; readonly connected?: boolean }): OperatorAnswers => ({
    ...listMachines,
    ResetMachine: ({ machine }) => ({ machine, steps: answer.steps ?? [], connected: answer.connected ?? true }),
  });

  it('needs a yes', async () => {
    const { code, errors, connected } = await run('node reset workers-1', { answers: answers({}) });
    assert.deepEqual([code, connected], [2, []]);
    assert.match(errors, /pods end at once/);
  });

  it('says that the machine is on it, or will be', async () => {
    const now = await run('node reset workers-1 --yes', { answers: answers({}) });
    assert.deepEqual([now.code, now.output], [0, 'node/workers-1 resetting\n']);
    const later = await run('node reset workers-1 --yes', { answers: answers({ connected: false }) });
    assert.equal(later.output, 'node/workers-1 will be reset when it is heard of again\n');
  });

  it('shows what would be undone', async () => {
    const steps = ['unit:kubelet.service: stop kubelet.service'];
    const { code, output } = await run('node reset workers-1 --dry-run', { answers: answers({ steps }) });
    assert.deepEqual([code, output], [0, `${steps[0]}\nnode/workers-1 would be reset\n`]);
  });

  it('ends with 5 when a rule protects others', async () => {
    const refused: OperatorAnswers = {
      ...listMachines,
      ResetMachine() {
        throw new VentError('RESET_REFUSED', 'cannot reset workers-1: it is a member of etcd (rule: x)');
      },
    };
    const { code, errors } = await run('node reset workers-1 --yes', { answers: refused });
    assert.equal(code, 5);
    assert.match(errors, /rule: x/);
  });
});
