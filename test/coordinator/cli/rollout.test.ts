import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperatorAnswers } from '../../../coordinator/cli/fake-operator.ts';
import { renderStatus } from '../../../coordinator/cli/status-screen.ts';
import { starterSpec } from '../../../shared/spec/starter.ts';
import { run } from './bench.ts';

const answers: OperatorAnswers = {
  GetRollout: () => ({
    revision: '4',
    state: 'running',
    previous_revision: '2',
    message: 'waits 60 s for w1 to stay well',
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
        'Roll-out of revision 4 running: waits 60 s for w1 to stay well',
        'MACHINE  STATE    REVISION  MOVED',
        'w1       moving   4         30s',
        'w2       pending  3         -',
        '',
      ].join('\n'),
    );
  });

  it('shows which machine did something else than was planned', async () => {
    const differences = ['done, not planned: sysctl:vent: set net.a to 1: it is 0'];
    const machines = [{ machine: 'w1', state: 'settled', revision: '4', differences }];
    const { output } = await run('rollout status', { answers: { GetRollout: () => ({ revision: '4', machines }) } });
    assert.match(output, /\nw1: done, not planned: sysctl:vent: set net\.a to 1: it is 0\n$/);
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
      renderStatus({ ...cluster, rollout_state: state, rollout_message: message, etcd_message: '' }, [], 0);
    assert.match(screen('failed', 'w1: kubelet is failed'), /^Roll-out of revision 4 failed: w1: kubelet is failed$/m);
    assert.match(screen('paused', ''), /^Roll-out of revision 4 paused$/m);
    assert.doesNotMatch(screen('done', ''), /Roll-out/);
  });
});

describe('vent apply --wait', () => {
  type Rollout = Extract<ReturnType<NonNullable<OperatorAnswers['GetRollout']>>, { readonly revision?: unknown }>;

  async function apply(...seen: readonly Rollout[]) {
    return await run('apply -f cluster.yaml --wait', {
      prepare: (shell) => void shell.files.set('cluster.yaml', starterSpec()),
      answers: {
        Apply: () => ({ revision: '5', changed: true, cluster_name: 'demo' }),
        async *WatchRollout() {
          for (const rollout of seen) yield { rollout };
        },
      },
    });
  }

  const moving = {
    revision: '5',
    state: 'running',
    message: 'waits for w1',
    machines: [{ machine: 'w1', state: 'moving' }],
  };

  it('says what happens until every machine has the revision', async () => {
    const done = { ...moving, state: 'done', message: '', machines: [{ machine: 'w1', state: 'settled' }] };
    const { code, errors } = await apply({ ...moving, revision: '4', state: 'done' }, moving, moving, done);
    assert.equal(code, 0);
    assert.equal(errors, 'w1: moving\nrevision 5: running, waits for w1\nw1: settled\nrevision 5: done\n');
  });

  it('fails as the roll-out does', async () => {
    const { code, errors } = await apply(moving, { ...moving, state: 'failed', message: 'w1: kubelet is failed' });
    assert.equal(code, 1);
    assert.match(errors, /^error: cannot roll out revision 5: it failed: w1: kubelet is failed$/m);
    assert.match(errors, /vent rollout undo/);
  });

  it('says so when the coordinator goes', async () => {
    assert.match((await apply(moving)).errors, /the coordinator ended the connection\nhint: The roll-out goes on/);
  });
});

describe('gates with commands', () => {
  const SPEC = starterSpec().replace(
    /^spec:\n/m,
    'spec:\n  rollout: { gates: [ { name: smoke, command: [./smoke.sh] } ] }\n',
  );
  const waiting = {
    revision: '5',
    state: 'running',
    message: 'gate smoke waits for an operator',
    gates: [{ name: 'smoke', step: '5 rest a', command: ['./smoke.sh'] }],
  };

  for (const words of ['apply -f cluster.yaml --wait', 'rollout run-gates -f cluster.yaml'])
    it(`are run by vent ${words}`, async () => {
      const reported = Promise.withResolvers<string>();
      const { code, errors } = await run(words, {
        prepare: (shell) => void shell.files.set('cluster.yaml', SPEC),
        programs: () => ({ isDone: true, ending: 'exit 0', lastLine: 'all well' }),
        answers: {
          Apply: () => ({ revision: '5', changed: true, cluster_name: 'demo' }),
          GetRollout: () => waiting,
          ReportGate({ name, passed, message }) {
            reported.resolve(`${name} ${passed} ${message}`);
            return {};
          },
          async *WatchRollout() {
            yield { rollout: waiting };
            await reported.promise;
            yield { rollout: { revision: '5', state: 'done' } };
          },
        },
      });
      assert.equal(code, 0);
      assert.equal(await reported.promise, 'smoke true exit 0: all well');
      assert.match(errors, /^gate smoke: runs \.\/smoke\.sh\ngate smoke: passed$/m);
    });
});

describe('vent plan', () => {
  const plan = {
    hash: '1f6c3a9be0d24785',
    revision: '4',
    waves: ['c1', 'w1', 'w2 w3'],
    irreversible: ['etcd 3.7.3 to 3.8.0: a minor version is never taken back'],
    machines: [
      {
        machine: 'c1',
        quorum: 'etcd has one member: the Kubernetes API is away while it restarts',
        files: [{ path: 'file:/etc/vent/x', before: 'a\n', after: 'b\n' }],
        resources: [
          { id: 'file:/etc/vent/x', component: 'a', sentences: ['write /etc/vent/x'] },
          { id: 'artifact:old', component: 'a', sentences: ['remove /opt/vent/bin/old'], is_removal: true },
          { id: 'file:/etc/vent/y', component: 'a', left: ['write /etc/vent/y'] },
        ],
      },
      { machine: 'w1', error: 'cannot ask the machine: it is not connected' },
    ],
  };
  const prepare = (shell: { readonly files: Map<string, string> }): void => void shell.files.set('cluster.yaml', 'x');

  it('shows what each machine would do, and ends with 1', async () => {
    const { code, output } = await run('plan -f cluster.yaml', { prepare, answers: { Plan: () => plan } });
    assert.equal(code, 1);
    assert.equal(
      output,
      [
        'c1',
        '  ~ file:/etc/vent/x: write /etc/vent/x',
        '  - artifact:old: remove /opt/vent/bin/old',
        '  = file:/etc/vent/y: left by its drift policy: write /etc/vent/y',
        '  ! etcd has one member: the Kubernetes API is away while it restarts',
        '--- /etc/vent/x',
        '+++ /etc/vent/x',
        '@@ -1,1 +1,1 @@',
        '-a',
        '+b',
        'w1',
        '  ? cannot ask the machine: it is not connected',
        '! etcd 3.7.3 to 3.8.0: a minor version is never taken back',
        'Waves:',
        '  1. c1',
        '  2. w1',
        '  3. w2, w3',
        'Plan 1f6c3a9be0d24785 over revision 4',
        '',
      ].join('\n'),
    );
    const short = await run('plan -f cluster.yaml --no-files', { prepare, answers: { Plan: () => plan } });
    assert.doesNotMatch(short.output, /@@/);
  });

  it('tells once what several machines would do alike', async () => {
    const resources = [{ id: 'file:/etc/vent/x', component: 'a', sentences: ['write /etc/vent/x'] }];
    const machines = Array.from({ length: 10 }, (_, index) => ({ machine: `w${index + 1}`, resources }));
    const other = { machine: 'c1', resources: [] };
    const show = async (...list: readonly object[]): Promise<string> => {
      const answers = { Plan: () => ({ ...plan, irreversible: [], waves: [], machines: list }) };
      return (await run('plan -f cluster.yaml', { prepare, answers })).output.split('Waves')[0] ?? '';
    };
    const step = '  ~ file:/etc/vent/x: write /etc/vent/x\n';
    const [first = {}, second = {}] = machines;
    assert.equal(await show(first, other, second), `w1, w2\n${step}c1\n`);
    assert.equal(await show(...machines), `w1, w2, w3, w4, w5, w6, w7 and 3 more\n${step}`);
  });

  it('ends with 0 when nothing changes, and with 6 when it cannot be known', async () => {
    const empty = { hash: 'x', revision: '4', machines: [], waves: [] };
    const none = await run('plan -f cluster.yaml', { prepare, answers: { Plan: () => empty } });
    assert.deepEqual([none.code, none.output], [0, 'no machine changes\n']);
    assert.equal((await run('plan -f cluster.yaml', { prepare })).code, 6);
  });
});
