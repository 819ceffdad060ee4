/** A change on real machines: in order, behind a canary, taken back by itself or by an operator. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse, stringify } from 'yaml';
import { specOf } from '../../scripts/lab/cluster.ts';
import { waitFor } from '../../scripts/lab/machine.ts';
import type { ClusterFile, Patch } from '../../shared/spec/schema.ts';
import { seconds, useCluster } from './cluster.ts';
import { labOptions, outputOf } from './lab.ts';
import { runPods } from './pods.ts';

const MINUTE = 60_000;
const SHAPE = { controlPlanes: 1, workers: 6, attach: 'macvlan' } as const;
const SOAK = 3;
const PACE = { maxUnavailable: 2, canary: 1, soak: `${SOAK}s`, deadline: '45s', confirm: '30s' };
const WORKERS = Array.from({ length: SHAPE.workers }, (_, index) => `workers-${index + 1}`);

describe('a roll-out', labOptions, () => {
  const cluster = useCluster('rollout', SHAPE);
  const { lab } = cluster;

  /** The lab's cluster file with more in its spec. */
  async function fileWith(more: Partial<ClusterFile['spec']>): Promise<string> {
    const file = parse(await specOf(lab, SHAPE));
    return stringify({ ...file, spec: { ...file.spec, rollout: PACE, ...more } });
  }

  /** @param hash of the plan that it must still be; any without it */
  async function apply(more: Partial<ClusterFile['spec']>, message: string, hash = ''): Promise<void> {
    const request = { content: await fileWith(more), file_name: 'lab.yaml', message, dry_run: false, plan_hash: hash };
    newest = (await cluster.withOperator((operator) => operator.call((methods) => methods.Apply, request))).revision;
  }

  const plan = async (more: Partial<ClusterFile['spec']>) => {
    const request = { content: await fileWith(more), file_name: 'lab.yaml' };
    return await cluster.withOperator((operator) => operator.call((methods) => methods.Plan, request));
  };

  /** The revision that was applied last. */
  let newest = '';

  const readRollout = () => cluster.withOperator((operator) => operator.call((methods) => methods.GetRollout, {}));

  /** Waits until the newest roll-out has ended. @returns it, and every set of machines that was moving at once */
  async function follow(limit = 4 * MINUTE) {
    const waves = new Set<string>();
    const rollout = await waitFor(
      async () => {
        const view = await readRollout();
        const moving = view.machines.filter(({ state }) => state === 'moving').map(({ machine }) => machine);
        // One of a wave may have settled before the others.
        const names = moving.toSorted().join(' ');
        if (moving.length > 0 && ![...waves].at(-1)?.includes(names)) waves.add(names);
        return view.state === 'running' || view.revision !== newest ? undefined : view;
      },
      'the roll-out to end',
      limit,
    );
    return { rollout, waves: [...waves] };
  }

  /** A value that each network namespace has for itself: machines of the lab share one kernel. */
  const sysctls = (value: number): { readonly patches: Patch[] } => ({
    patches: [{ sysctls: { 'net.ipv4.tcp_keepalive_time': String(value) } }],
  });

  const readSysctl = async (machine: string): Promise<number> =>
    Number(await outputOf(lab, machine, ['sysctl', '-n', 'net.ipv4.tcp_keepalive_time']));

  it('of a setting reaches the control plane, the canary and then two workers at a time', {
    timeout: 5 * MINUTE,
  }, async () => {
    const foreseen = await plan(sysctls(600));
    assert.deepEqual(foreseen.waves, [
      'control-1',
      'workers-1',
      'workers-2 workers-3',
      'workers-4 workers-5',
      'workers-6',
    ]);
    const told = foreseen.machines.map(({ resources }) => resources.flatMap(({ sentences }) => sentences).join('; '));
    assert.equal(told.length, SHAPE.workers + 1);
    for (const steps of told) assert.match(steps, /50-vent\.conf.*net\.ipv4\.tcp_keepalive_time/);
    const since = Date.now();
    await apply(sysctls(600), 'keep alive', foreseen.hash);
    const { rollout, waves } = await follow();
    assert.equal(rollout.state, 'done', rollout.message);
    console.log(
      `a sysctl on ${SHAPE.workers + 1} machines after ${seconds(since)} s, soak ${SOAK} s: ${waves.join('; ')}`,
    );
    assert.equal(waves[0], 'control-1');
    assert.equal(waves[1], 'workers-1');
    assert.deepEqual(waves, foreseen.waves, 'what was planned is what was done');
    assert.ok(waves.every((wave) => wave.split(' ').length <= PACE.maxUnavailable));
    for (const machine of ['control-1', ...WORKERS]) assert.equal(await readSysctl(machine), 600, machine);
  });

  it('of containerd restarts it everywhere, and no pod', { timeout: 8 * MINUTE }, async () => {
    for (const machine of WORKERS.slice(0, 2)) await cluster.importBusybox(machine);
    const command = 'while :; do sleep 3600; done';
    await runPods(
      cluster,
      WORKERS.slice(0, 2).map((machine) => ({ name: `stays-${machine}`, machine, command })),
    );
    const pods = (): Promise<string> =>
      cluster.kubectl([
        'get',
        'pods',
        '-o',
        'jsonpath={range .items[*]}{.metadata.uid} {.status.containerStatuses[0].restartCount} {.status.phase};{end}',
      ]);
    const started = (machine: string): Promise<string> =>
      outputOf(lab, machine, ['systemctl', 'show', '-p', 'ActiveEnterTimestampMonotonic', 'containerd']);
    const [before, earlier] = [await pods(), await Promise.all(WORKERS.map(started))];
    const change = { ...sysctls(600), runtimes: { sandbox: 'none' as const } };
    const early = await plan(change);
    const restarts = early.machines.map(({ resources }) => resources.flatMap(({ sentences }) => sentences).join('; '));
    for (const steps of restarts)
      assert.match(steps, /restart containerd\.service: file:\/etc\/containerd\/config\.toml/);
    // Somebody stops a unit between reading and applying: the plan is another one.
    await outputOf(lab, 'workers-3', ['systemctl', 'mask', '--now', '--runtime', 'kube-proxy']);
    await assert.rejects(apply(change, 'no sandbox', early.hash), {
      code: 'CONFLICT',
      message: /a machine has changed/,
    });
    await outputOf(lab, 'workers-3', ['systemctl', 'unmask', '--runtime', 'kube-proxy']);
    const isReady = async (): Promise<true | undefined> =>
      (await cluster.machines()).every(({ state }) => state === 'ready' || state === 'drifted') ? true : undefined;
    await waitFor(isReady, 'kube-proxy to be back', 2 * MINUTE);
    const since = Date.now();
    await apply(change, 'no sandbox');
    const { rollout, waves } = await follow();
    assert.equal(rollout.state, 'done', rollout.message);
    console.log(
      `containerd on ${SHAPE.workers + 1} machines after ${seconds(since)} s in ${waves.length} waves, soak ${SOAK} s`,
    );
    const later = await Promise.all(WORKERS.map(started));
    for (const [index, machine] of WORKERS.entries()) assert.notEqual(later[index], earlier[index], machine);
    assert.equal(await pods(), before);
  });

  it('with a bad flag of the kubelet stops at the canary, which goes back; five are untouched', {
    timeout: 6 * MINUTE,
  }, async () => {
    const generations = async (): Promise<Readonly<Record<string, string>>> =>
      Object.fromEntries((await cluster.machines()).map(({ name, generation }) => [name, generation]));
    const before = await generations();
    const bad: Patch = { pool: 'workers', kubelet: { extraArgs: { 'no-such-flag': '1' } } };
    await apply(
      { ...sysctls(600), runtimes: { sandbox: 'none' }, patches: [...sysctls(600).patches, bad] },
      'a bad flag',
    );
    const { rollout } = await follow();
    assert.equal(rollout.state, 'failed');
    assert.match(
      rollout.message,
      /^workers-1: took document \d+ back: kubelet\.service .*unknown flag: --no-such-flag/,
    );
    const untouched = WORKERS.slice(1);
    const after = await generations();
    assert.deepEqual(
      untouched.map((name) => after[name]),
      untouched.map((name) => before[name]),
    );
    const isReady = async (): Promise<true | undefined> =>
      (await cluster.machines()).every(({ state }) => state === 'ready') ? true : undefined;
    await waitFor(isReady, 'the canary to be ready again', 2 * MINUTE);
    assert.doesNotMatch(await outputOf(lab, 'workers-1', ['systemctl', 'cat', 'kubelet']), /no-such-flag/);
    assert.match(
      await cluster.withOperator(
        async (operator) => (await operator.call((methods) => methods.GetCluster, {})).rollout_message,
      ),
      /workers-1/,
    );
  });

  /** What a roll-out that stands still may not hold up: a certificate is lost, is told of, and is issued anew. */
  async function assertCertificateComesBack(machine: string): Promise<void> {
    const path = '/etc/kubernetes/kube-proxy/kube-proxy.pem';
    const read = (): Promise<string> => outputOf(lab, machine, ['cat', path]);
    const before = await read();
    await outputOf(lab, machine, ['truncate', '-s', '10', path]);
    const isTold = async (): Promise<true | undefined> =>
      (
        await cluster.withOperator((operator) => operator.call((methods) => methods.ListDrift, { machine }))
      ).entries.some(({ resource }) => resource === 'certificate:kube-proxy')
        ? true
        : undefined;
    await waitFor(isTold, `the drift of ${machine} to be told`, MINUTE / 2);
    const isBack = async (): Promise<true | undefined> =>
      /END CERTIFICATE/.test(await read()) && (await read()) !== before ? true : undefined;
    await waitFor(isBack, `another certificate on ${machine}`, MINUTE / 2);
  }

  it('is paused, aborted in the second wave of workers, and undone', { timeout: 6 * MINUTE }, async () => {
    const control = (action: string) =>
      cluster.withOperator((operator) => operator.call((methods) => methods.ControlRollout, { action }));
    const whoHas = async (value: number): Promise<readonly string[]> => {
      const values = await Promise.all(WORKERS.map(async (machine) => [machine, await readSysctl(machine)] as const));
      return values.filter(([, present]) => present === value).map(([machine]) => machine);
    };
    // Long enough for an operator to step in between two waves.
    const rollout = { ...PACE, soak: '15s', drain: { deadline: '2m', force: false }, gates: [] };
    await apply({ ...sysctls(700), runtimes: { sandbox: 'none' }, rollout }, 'keep alive longer');
    const inSecondWave = async (): Promise<true | undefined> =>
      (await readRollout()).machines.some(({ machine, state }) => machine === 'workers-2' && state === 'moving')
        ? true
        : undefined;
    await waitFor(inSecondWave, 'the second wave of workers', 2 * MINUTE);
    await control('pause');
    await assertCertificateComesBack('workers-6');
    assert.equal((await readRollout()).state, 'paused');
    await control('abort');
    const reached = ['workers-1', 'workers-2', 'workers-3'];
    await waitFor(
      async () => {
        return (await whoHas(700)).join(' ') === reached.join(' ') ? true : undefined;
      },
      'the wave under way, and no other, to have the value',
      MINUTE,
    );
    const number = (await readRollout()).previous_revision;
    const undo = { number, message: 'undo', dry_run: false };
    newest = (await cluster.withOperator((operator) => operator.call((methods) => methods.Rollback, undo))).revision;
    const undone = await follow();
    assert.equal(undone.rollout.state, 'done', undone.rollout.message);
    assert.deepEqual(await whoHas(700), []);
    assert.deepEqual(await whoHas(600), WORKERS);
  });

  /** A second value, which machines have already: nothing is planned for it. */
  const probes = {
    patches: [{ sysctls: { 'net.ipv4.tcp_keepalive_time': '600', 'net.ipv4.tcp_keepalive_probes': '9' } }],
  };
  const PROBES = 'set net.ipv4.tcp_keepalive_probes to 9';

  it('stops when a machine has done more than it said, and goes on when an operator has looked', {
    timeout: 6 * MINUTE,
  }, async () => {
    // Somebody who is faster than the agent: the value changes once the machine was asked, and before it is looked at again.
    const meddle =
      'until grep -q keepalive_probes /var/lib/vent/document; do sleep 0.01; done; sysctl -w net.ipv4.tcp_keepalive_probes=5';
    await outputOf(lab, 'workers-1', ['systemd-run', '--unit', 'meddler', 'sh', '-c', meddle]);
    await apply({ ...probes, runtimes: { sandbox: 'none' } }, 'probes');
    const { rollout } = await follow();
    assert.equal(rollout.state, 'failed');
    const difference = `done, not planned: sysctl:vent: ${PROBES}: it is 5`;
    assert.equal(rollout.message, `workers-1 did something else than planned: ${difference}`);
    const told = rollout.machines.map(({ machine, state, differences }) => [machine, state, ...differences].join(' '));
    assert.deepEqual(told, [
      'control-1 settled',
      `workers-1 moving ${difference}`,
      ...WORKERS.slice(1).map((machine) => `${machine} pending`),
    ]);
    assert.equal(await outputOf(lab, 'workers-1', ['sysctl', '-n', 'net.ipv4.tcp_keepalive_probes']), '9');
    await cluster.withOperator((operator) => operator.call((methods) => methods.ControlRollout, { action: 'resume' }));
    const resumed = await follow();
    assert.equal(resumed.rollout.state, 'done', resumed.rollout.message);
    assert.deepEqual(
      resumed.rollout.machines.flatMap(({ differences }) => differences),
      [difference],
    );
  });

  it('of a plan that was read stops before a machine that would do something else by now', {
    timeout: 6 * MINUTE,
  }, async () => {
    const change = { ...sysctls(600), runtimes: { sandbox: 'none' as const } };
    await apply(change, 'without probes');
    assert.equal((await follow()).rollout.state, 'done');
    const foreseen = await plan({ ...probes, runtimes: { sandbox: 'none' } });
    await apply({ ...probes, runtimes: { sandbox: 'none' } }, 'probes again', foreseen.hash);
    await outputOf(lab, 'workers-6', ['sysctl', '-w', 'net.ipv4.tcp_keepalive_probes=5']);
    const { rollout } = await follow();
    assert.equal(rollout.state, 'failed');
    const breach = `workers-6 would do something else than plan ${foreseen.hash} says: not in the plan: sysctl:vent: ${PROBES}`;
    assert.equal(rollout.message, breach);
    assert.equal(await outputOf(lab, 'workers-6', ['sysctl', '-n', 'net.ipv4.tcp_keepalive_probes']), '5', 'untouched');
    assert.deepEqual(
      rollout.machines.filter(({ state }) => state === 'pending').map(({ machine }) => machine),
      ['workers-6'],
    );
  });
});
