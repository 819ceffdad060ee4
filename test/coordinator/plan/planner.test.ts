import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Rendering } from '../../../coordinator/documents.ts';
import { createPlanner } from '../../../coordinator/plan/planner.ts';
import type { Prospect } from '../../../coordinator/plan/prospects.ts';
import { createQuestions } from '../../../coordinator/plan/questions.ts';
import { VentError } from '../../../shared/errors.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import { loadSpec } from '../../../shared/spec/load.ts';
import type { Role } from '../../../shared/spec/schema.ts';
import { starterSpec } from '../../../shared/spec/starter.ts';
import type { PlanResultView } from '../../../shared/wire.ts';
import { makeFile } from '../../agent/machine.ts';

const CONTENT = starterSpec().replace(/^spec:\n/m, 'spec:\n  rollout: { maxUnavailable: 2 }\n');
const FILE = loadSpec(CONTENT, 'cluster.yaml');

function prospect(name: string, roles: readonly Role[], after = 'new\n'): Prospect {
  const render = (text: string): Rendering => ({
    nodeId: name,
    name,
    roles,
    revision: 1,
    components: [{ name: 'a', resources: [makeFile('/etc/vent/x', text)] }],
    waitsFor: undefined,
  });
  const rollout = {
    id: name,
    name,
    roles,
    isPending: after !== 'old\n',
    movedAt: undefined,
    isSettled: false,
    complaint: undefined,
    wellSince: 0,
    hasFailed: false,
    isHeld: false,
    isDraining: false,
    isConnected: true,
  };
  return { present: render('old\n'), wished: render(after), rollout };
}

/** What the machine has of etcd, and what it would have. */
function withEtcd(one: Prospect, before: string, after: string): Prospect {
  const add = (rendering: Rendering, text: string): Rendering => ({
    ...rendering,
    components: [...(rendering.components ?? []), { name: 'etcd', resources: [makeFile('/etc/etcd/x', text)] }],
  });
  return { ...one, present: add(one.present, before), wished: add(one.wished, after) };
}

function answer(sentences: readonly string[]): PlanResultView {
  const resource = { id: 'file:/etc/vent/x', component: 'a', sentences, left: [], is_removal: false, error: '' };
  return { id: '', resources: [{ ...resource, changes: [] }], error: '', form: 1 };
}

async function plan(
  prospects: readonly Prospect[],
  ask: (nodeId: string) => PlanResultView,
  newest = 4,
  content = CONTENT,
) {
  const planner = createPlanner({
    prospects: async () => ({ machines: prospects, stages: ['rest'] }),
    newest: async () => ({ number: newest, file: FILE }),
    connections: { ask: async (nodeId) => ask(nodeId) },
  });
  return await planner.plan(loadSpec(content, 'cluster.yaml'), content);
}

const MACHINES = [
  prospect('c1', ['etcd', 'control-plane']),
  ...['w1', 'w2', 'w3', 'w4'].map((name) => prospect(name, ['worker'])),
];

describe('a plan', () => {
  it('tells the steps of each machine that changes, its files, and the waves of the roll-out', async () => {
    const asked: string[] = [];
    const made = await plan([...MACHINES, prospect('w5', ['worker'], 'old\n')], (nodeId) => {
      asked.push(nodeId);
      return answer([`write /etc/vent/x on ${nodeId}`]);
    });
    assert.deepEqual(asked, ['c1', 'w1', 'w2', 'w3', 'w4']);
    assert.deepEqual(made.waves, ['c1', 'w1', 'w2 w3', 'w4']);
    assert.deepEqual(made.machines[1]?.resources[0]?.sentences, ['write /etc/vent/x on w1']);
    assert.deepEqual(made.machines[1]?.files, [{ path: 'file:/etc/vent/x', before: 'old\n', after: 'new\n' }]);
  });

  it('has the same hash while nothing moves, and another one when anything does', async () => {
    const same = (): Promise<string> => plan(MACHINES, () => answer(['write x'])).then((made) => made.hash);
    const hash = await same();
    assert.equal(await same(), hash);
    assert.notEqual((await plan(MACHINES, () => answer(['write x', 'restart y']))).hash, hash);
    assert.notEqual((await plan(MACHINES, () => answer(['write x']), 5)).hash, hash);
    assert.notEqual((await plan(MACHINES.slice(1), () => answer(['write x']))).hash, hash);
  });

  it('says what etcd has left while a member restarts', async () => {
    const three = ['c1', 'c2', 'c3'].map((name) => prospect(name, ['etcd', 'control-plane']));
    const made = await plan(three, () => answer(['restart etcd.service: artifact:etcd changed']));
    assert.equal(made.machines[0]?.quorum, 'etcd keeps 2 of 3 members while this one restarts, and needs 2');
    const alone = await plan(three.slice(0, 1), () => answer(['restart etcd.service: artifact:etcd changed']));
    assert.match(alone.machines[0]?.quorum ?? '', /the Kubernetes API is away/);
    assert.equal((await plan(three, () => answer(['write x']))).machines[0]?.quorum, '');
  });

  it('names the risk that applying it needs to have accepted: the only member of etcd restarts', async () => {
    const [c1, c2] = ['c1', 'c2'].map((name) => withEtcd(prospect(name, ['etcd', 'control-plane']), 'old\n', 'new\n'));
    const same = withEtcd(prospect('c1', ['etcd', 'control-plane']), 'old\n', 'old\n');
    assert.ok(c1 && c2);
    const risksOf = async (...prospects: readonly Prospect[]) =>
      (await plan(prospects, () => answer(['write x']))).risks;
    assert.deepEqual(await risksOf(c1, prospect('w1', ['worker'])), ['api-downtime']);
    assert.deepEqual(await risksOf(c1, c2), []);
    assert.deepEqual(await risksOf(same), []);
  });

  it('says whose pods leave first, and why', async () => {
    const kubelet = (version: string): Rendering['components'] => [
      {
        name: 'kubelet',
        resources: [{ kind: 'artifact', name: 'kubelet', version, sha256: 'a'.repeat(64), size: 1, path: '/opt/x' }],
      },
    ];
    const { present, wished, rollout } = prospect('w1', ['worker']);
    const upgraded = {
      present: { ...present, components: kubelet('1.36.3') },
      wished: { ...wished, components: kubelet('1.37.2') },
      rollout,
    };
    const made = await plan([upgraded, prospect('w2', ['worker'])], () =>
      answer(['restart kubelet.service: it changed']),
    );
    assert.deepEqual(
      made.machines.map(({ drain }) => drain),
      ['its pods leave it first: kubelet goes from 1.36.3 to 1.37.2', ''],
    );
  });

  it('names what cannot be taken back', async () => {
    const later = CONTENT.replace('version: 1.37.2', 'version: 1.38.0');
    const made = await plan(MACHINES, () => answer(['write x']), 4, later);
    assert.deepEqual(made.irreversible, [
      'Kubernetes 1.37.2 to 1.38.0: a minor version is never taken back, so this cannot be undone [version-skew]',
    ]);
    const patch = CONTENT.replace('version: 1.37.2', 'version: 1.37.3');
    assert.deepEqual((await plan(MACHINES, () => answer(['write x']), 4, patch)).irreversible, []);
  });

  it('names a machine that cannot be asked, and why', async () => {
    const made = await plan(MACHINES, (nodeId) => {
      if (nodeId === 'w2') throw new VentError('UNAVAILABLE', 'cannot ask the machine: it is not connected');
      return answer(['write x']);
    });
    assert.equal(
      made.machines.find(({ machine }) => machine === 'w2')?.error,
      'cannot ask the machine: it is not connected',
    );
  });
});

describe('a question to a machine', () => {
  it('is answered, or ends when the machine goes or takes too long', async () => {
    const clock = createFakeClock();
    const questions = createQuestions<PlanResultView>(clock, { verb: 'plan', milliseconds: 30_000 });
    const ids: string[] = [];
    const ask = (): Promise<PlanResultView> => questions.ask('n1', (id) => void ids.push(id));
    const answered = ask();
    questions.answer({ ...answer(['x']), id: ids[0] ?? '' });
    assert.equal((await answered).resources.length, 1);
    const lost = ask();
    questions.lose('n2');
    questions.lose('n1');
    await assert.rejects(lost, { code: 'UNAVAILABLE' });
    const late = assert.rejects(ask(), { code: 'DEADLINE' });
    await clock.advance(30_000);
    await late;
    assert.equal(clock.waiting(), 0);
  });
});
