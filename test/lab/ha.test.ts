/** Three control planes that also hold etcd, two workers: each control plane is switched off in turn, and comes back. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { specOf } from '../../scripts/lab/cluster.ts';
import { waitFor } from '../../scripts/lab/machine.ts';
import { findOrder } from '../../scripts/lab/orders.ts';
import { pointService } from '../../scripts/lab/settings.ts';
import { seconds, useCluster, waitForBoot } from './cluster.ts';
import { callFacility, labOptions, outputOf } from './lab.ts';
import { runPods } from './pods.ts';

const CONTROL = [
  { name: 'control-1', address: '10.80.0.3', other: 'control-2' },
  { name: 'control-2', address: '10.80.0.5', other: 'control-3' },
  { name: 'control-3', address: '10.80.0.7', other: 'control-1' },
] as const;
const WORKERS = ['workers-1', 'workers-2'] as const;
const SHAPE = { controlPlanes: 3, workers: 2 } as const;
const MINUTE = 60_000;
/** Within this time the loss of a control plane is over, for whoever uses the cluster. */
const LIMIT = 60_000;
const ETCDCTL = ['etcdctl', '--cacert=/etc/etcd/trust.pem', '--cert=/etc/etcd/etcd.pem', '--key=/etc/etcd/etcd.pem'];

const healthSchema = z.array(z.object({ endpoint: z.string(), health: z.boolean() }));

describe('a cluster of three control planes and two workers', labOptions, () => {
  const cluster = useCluster('ha', SHAPE);
  const { lab } = cluster;

  before(
    async () => {
      await Promise.all(WORKERS.map((worker) => cluster.importBusybox(worker)));
    },
    { timeout: MINUTE },
  );

  async function switchPower(machine: string, type: 'power_off' | 'power_on'): Promise<void> {
    const { id } = await findOrder(lab.names, machine);
    await callFacility(lab, 'POST', `/devices/${id}/actions`, { type });
    const isDone = async (): Promise<true | undefined> => {
      const isOn = await lab.execute(machine, ['true']).then(
        () => true,
        () => false,
      );
      return isOn === (type === 'power_on') ? true : undefined;
    };
    await waitFor(isDone, `${type} of ${machine}`);
  }

  /** Addresses of the members that are healthy, as one of them sees it. */
  async function healthyMembers(machine: string): Promise<readonly string[]> {
    const argv = [...ETCDCTL, 'endpoint', 'health', '--cluster', '--command-timeout=2s', '--write-out=json'];
    const { stdout } = await lab.execute(machine, argv);
    const list = healthSchema.parse(JSON.parse(stdout));
    return list.flatMap(({ endpoint, health }) => (health ? [new URL(endpoint).hostname] : [])).toSorted();
  }

  const all = CONTROL.map(({ address }) => address);

  it('has three healthy members of etcd', { timeout: MINUTE }, async () => {
    assert.deepEqual(await healthyMembers('control-1'), all);
  });

  for (const { name, address, other } of CONTROL) {
    it(`goes on without ${name}`, { timeout: 2 * MINUTE }, async () => {
      await pointService(lab.names, 'kubernetes', `${CONTROL.find((one) => one.name === other)?.address}:6443`);
      await switchPower(name, 'power_off');
      const stopped = Date.now();
      const left = (): number => Math.max(1, LIMIT - (Date.now() - stopped));
      const isTrue = async (answer: Promise<boolean>): Promise<true | undefined> =>
        (await answer.catch(() => false)) ? true : undefined;

      const answers = cluster.kubectl(['get', '--raw', '/readyz']).then((text) => text === 'ok');
      await waitFor(() => isTrue(answers), 'the API to answer through another server', left());
      console.log(`without ${name}: the API answers after ${seconds(stopped)} s`);

      const pods = WORKERS.map((machine) => ({
        name: `without-${name}-${machine}`,
        machine,
        command: 'while :; do sleep 3600; done',
        ...(machine === 'workers-2' ? { runtimeClass: 'gvisor' as const } : {}),
      }));
      await waitFor(() => isTrue(runPods(cluster, pods, 30).then(() => true)), 'new pods to start', left());
      console.log(`without ${name}: new pods run after ${seconds(stopped)} s`);

      for (const worker of WORKERS) {
        const renewed = async (): Promise<boolean> => {
          const path = ['-n', 'kube-node-lease', '-o', 'jsonpath={.spec.renewTime}'];
          return Date.parse(await cluster.kubectl(['get', 'lease', worker, ...path])) > stopped;
        };
        await waitFor(() => isTrue(renewed()), `${worker} to be heard of`, left());
      }
      await cluster.kubectl(['wait', '--for=condition=Ready', '--timeout=1s', ...WORKERS.map((one) => `node/${one}`)]);
      const status = await cluster.vent(['status']);
      for (const worker of WORKERS) assert.match(status, new RegExp(`^${worker} +ready `, 'm'));
      console.log(`without ${name}: both workers were heard of after ${seconds(stopped)} s`);
      assert.ok(Date.now() - stopped < LIMIT, `it took ${seconds(stopped)} s`);
      assert.deepEqual(
        await healthyMembers(other),
        all.filter((one) => one !== address),
      );
    });

    it(`takes ${name} back`, { timeout: 3 * MINUTE }, async () => {
      const started = Date.now();
      await switchPower(name, 'power_on');
      await waitForBoot(cluster, name);
      const isWhole = async (): Promise<true | undefined> =>
        (await healthyMembers(name)).length === 3 ? true : undefined;
      await waitFor(isWhole, 'three healthy members of etcd');
      console.log(`${name} is back ${seconds(started)} s after it was switched on`);
      const plan = ['vent-agent', 'plan'];
      assert.equal(await outputOf(lab, name, plan), 'nothing to do');
    });
  }

  it('lets no change restart a member of etcd while another is away, and goes on when it is back', {
    timeout: 5 * MINUTE,
  }, async () => {
    const file = parse(await specOf(lab, SHAPE));
    const patches = [{ kubeScheduler: { extraArgs: { v: '1' } } }];
    const content = stringify({ ...file, spec: { ...file.spec, rollout: { soak: '1s' }, patches } });
    const readRollout = () => cluster.withOperator((operator) => operator.call((methods) => methods.GetRollout, {}));
    await switchPower('control-3', 'power_off');
    await cluster.withOperator((operator) =>
      operator.call((methods) => methods.Apply, { content, file_name: 'lab.yaml', message: 'louder', dry_run: false }),
    );
    const refused = async (): Promise<string | undefined> =>
      /every other member of etcd must answer .*\[etcd-restart\]: control-3 does not; .*/.exec(
        (await readRollout()).message,
      )?.[0];
    console.log(await waitFor(refused, 'the roll-out to be refused by the rule', MINUTE));
    assert.deepEqual(
      (await readRollout()).machines.filter(({ state }) => state === 'moving' || state === 'settled'),
      [],
    );
    await switchPower('control-3', 'power_on');
    const isDone = async (): Promise<true | undefined> => ((await readRollout()).state === 'done' ? true : undefined);
    await waitFor(isDone, 'the roll-out to reach everybody', 4 * MINUTE);
    assert.deepEqual(await healthyMembers('control-1'), all);
    for (const { name } of CONTROL)
      assert.match(await outputOf(lab, name, ['systemctl', 'cat', 'kube-scheduler']), /--v=1/);
  });
});
