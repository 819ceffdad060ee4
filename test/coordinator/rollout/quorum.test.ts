import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findQuorumRisk, type Member } from '../../../coordinator/rollout/quorum.ts';
import { VentError } from '../../../shared/errors.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import type { PlannedResourceView, PlanResultView } from '../../../shared/wire.ts';

const OTHERS: readonly Member[] = ['c2', 'c3'].map((name) => ({ nodeId: name, name, components: [] }));

function open(id: string, component: string, sentence: string): PlannedResourceView {
  return { id, component, sentences: [sentence], left: [], is_removal: false, error: '' };
}

async function ask(answers: Readonly<Record<string, readonly PlannedResourceView[] | 'away' | 'silent'>>) {
  const clock = createFakeClock();
  const connections = {
    async ask(nodeId: string): Promise<PlanResultView> {
      const answer = answers[nodeId] ?? [];
      if (answer === 'away') throw new VentError('UNAVAILABLE', 'cannot ask the machine: it is not connected');
      if (answer === 'silent') return await new Promise(() => undefined);
      return { id: '', resources: answer, error: '' };
    },
  };
  const asked = findQuorumRisk({ connections, clock }, OTHERS);
  await clock.advance(5000);
  return await asked;
}

describe('a member of etcd may be restarted', () => {
  it('while every other one answers, whatever else is open on their machines', async () => {
    assert.equal(await ask({}), undefined);
    assert.equal(
      await ask({ c2: [open('unit:kubelet.service', 'kubelet', 'start kubelet.service: inactive')] }),
      undefined,
    );
  });

  it('not while another is unwell, away or silent, and the rule is named', async () => {
    const sick = await ask({ c3: [open('probe:etcd', 'etcd', 'wait until etcd has a leader and answers')] });
    assert.match(sick ?? '', /\[etcd-quorum\]: c3: wait until etcd has a leader and answers$/);
    assert.match((await ask({ c2: 'away' })) ?? '', /c2: cannot ask the machine: it is not connected/);
    assert.match((await ask({ c2: 'silent' })) ?? '', /c2: it has not answered within 5 s/);
  });
});
