/** What commands print is kept in docs/screens, for pages to show; VENT_GOLDEN=write writes it anew. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { OperatorAnswers } from '../../coordinator/cli/fake-operator.ts';
import { type RunOptions, run } from '../coordinator/cli/bench.ts';
import { listMachines } from '../coordinator/cli/machines.ts';
import { ROOT } from './pages.ts';

/** What a worker of the lab answered when the kubelet was to run more pods. */
const KUBELET = [
  {
    id: 'file:/etc/kubernetes/kubelet/config.yaml',
    component: 'kubelet',
    sentences: ['write /etc/kubernetes/kubelet/config.yaml (0600 root:root): content differs'],
  },
  {
    id: 'unit:kubelet.service',
    component: 'kubelet',
    sentences: [
      'write /etc/systemd/system/kubelet.service.d/50-vent.conf (0644 root:root): content differs',
      'reload systemd: the files of kubelet.service changed',
      'restart kubelet.service: file:/etc/kubernetes/kubelet/config.yaml changed',
    ],
  },
];
const FILE = {
  path: 'file:/etc/kubernetes/kubelet/config.yaml',
  before: 'containerLogMaxSize: 10Mi\ncontainerLogMaxFiles: 5\n',
  after: 'containerLogMaxSize: 10Mi\ncontainerLogMaxFiles: 5\nmaxPods: 200\n',
};
const WORKERS = ['workers-1', 'workers-2', 'workers-3'];

const MOVING = { state: 'moving', moved_at: '2026-11-24T11:59:20Z' };

/** Of revision 5, which the first worker alone has so far. @param first what is said of that worker */
function viewRollout(state: string, message: string, first: typeof MOVING & { readonly differences?: string[] }) {
  const machines = WORKERS.map((machine, index) =>
    index === 0 ? { machine, revision: '5', ...first } : { machine, revision: '4', state: 'pending', moved_at: '' },
  );
  return { revision: '5', state, message, machines };
}

const answers: OperatorAnswers = {
  ...listMachines,
  Plan: () => ({
    hash: '1f6c3a9be0d24785',
    revision: '4',
    waves: ['workers-1', 'workers-2 workers-3'],
    machines: WORKERS.map((machine) => ({
      machine,
      resources: KUBELET,
      files: [FILE],
    })),
  }),
  GetRollout: () => viewRollout('running', 'waits 60 s for workers-1 to stay well', MOVING),
  GetCluster: () => ({ name: 'demo', revision: '4', etcd_formed: true, kubernetes_version: '1.37.2' }),
};

/** A roll-out that stopped because the first machine did something else than it had said. */
const DIFFERENCE = 'done, not planned: sysctl:vent: set net.ipv4.ip_forward to 1: it is 0';
const stopped: OperatorAnswers = {
  GetRollout: () =>
    viewRollout('failed', `workers-1 did something else than planned: ${DIFFERENCE}`, {
      ...MOVING,
      differences: [DIFFERENCE],
    }),
};

/** A roll-out that waits for somebody to run a command. */
const gated: OperatorAnswers = {
  GetRollout: () =>
    viewRollout(
      'running',
      'gate smoke waits for an operator to run its command: vent rollout run-gates -f cluster.yaml',
      { state: 'settled', moved_at: '2026-11-24T11:58:20Z' },
    ),
};

describe('the screens of the documentation', () => {
  for (const [name, command, more] of [
    ['status', 'status'],
    ['describe', 'describe node workers-1'],
    ['plan', 'plan -f cluster.yaml'],
    ['rollout', 'rollout status'],
    ['rollout-differs', 'rollout status', stopped],
    ['rollout-gate', 'rollout status', gated],
  ] as const)
    it(`show what vent ${command} prints`, async () => {
      const prepare: RunOptions['prepare'] = (shell) => void shell.files.set('cluster.yaml', 'kind: Cluster\n');
      const { code, output } = await run(command, { answers: { ...answers, ...more }, prepare });
      assert.equal(code, name === 'plan' ? 1 : 0);
      const path = join(ROOT, 'docs/screens', `${name}.txt`);
      if (process.env.VENT_GOLDEN === 'write') await writeFile(path, output);
      assert.equal(output, await readFile(path, 'utf8'));
    });
});
