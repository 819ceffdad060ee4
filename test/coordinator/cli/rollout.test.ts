import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperatorAnswers } from '../../../coordinator/cli/fake-operator.ts';
import { renderStatus } from '../../../coordinator/cli/status-screen.ts';
import { run } from './bench.ts';

const answers: OperatorAnswers = {
  GetRollout: () => ({
    revision: '4',
    state: 'running',
    previous_revision: '2',
    message: 'waits until w1 was well for 60 s',
    started_at: '2026-11-24T11:50:00Z',
    machines: [
      { machine: 'w1', state: 'moving', revision: '4', moved_at: '2026-11-24T11:59:30Z' },
      { machine: 'w2', state: 'pending', revision: '3' },
    ],
  }),
  ControlRollout: ({ action }) => ({ revision: '4', state: action === 'resume' ? 'running' : `${action}d` }),
  HoldMachine: ({ machine }) => ({ machine }),
  Rollback: ({ number, message }) => ({ revision: '5', changed: true, cluster_name: `${number} ${message}` }),
};

describe('vent rollout', () => {
  it('shows how far the newest revision is, and what it waits for', async () => {
    const { output } = await run('rollout status', { answers });
    assert.equal(
      output,
      [
        'Roll-out of revision 4 running: waits until w1 was well for 60 s',
        'MACHINE  STATE    REVISION  MOVED',
        'w1       moving   4         30s',
        'w2       pending  3         -',
        '',
      ].join('\n'),
    );
  });

  it('is paused, resumed and aborted', async () => {
    for (const [action, state] of [
      ['pause', 'paused'],
      ['resume', 'running'],
      ['abort', 'abortd'],
    ])
      assert.equal((await run(`rollout ${action}`, { answers })).output, `rollout/4 ${state}\n`);
  });

  it('is undone by the last revision that reached everybody', async () => {
    const { output } = await run('rollout undo', { answers });
    assert.equal(output, 'cluster/2 undo revision 4 stored (revision 5)\n');
  });

  it('passes over a machine on hold until it is released', async () => {
    assert.equal((await run('node hold w1', { answers })).output, 'node/w1 held\n');
    assert.equal((await run('node release w1', { answers })).output, 'node/w1 released\n');
  });

  it('stands in status while it has not ended well', () => {
    const cluster = { name: 'demo', revision: '4', etcd_formed: true, kubernetes_version: '1.37.2' };
    const screen = (state: string, message: string): string =>
      renderStatus({ ...cluster, rollout_state: state, rollout_message: message }, [], 0);
    assert.match(screen('failed', 'w1: kubelet is failed'), /^Roll-out of revision 4 failed: w1: kubelet is failed$/m);
    assert.match(screen('paused', ''), /^Roll-out of revision 4 paused$/m);
    assert.doesNotMatch(screen('done', ''), /Roll-out/);
  });
});
