/** A machine is taken in, used, and reset: it is as it was before Vent, and comes back as the node it was. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { waitFor } from '../../scripts/lab/machine.ts';
import type { MachineView } from '../../shared/wire.ts';
import { useCluster } from './cluster.ts';
import { labOptions, orderDevice, outputOf } from './lab.ts';
import { type MachineSnapshot, snapshotMachine } from './machine-snapshot.ts';
import { runPods } from './pods.ts';

const MINUTE = 60_000;
const NAME = 'spare';

describe('a reset', labOptions, () => {
  const cluster = useCluster('reset', { controlPlanes: 1, workers: 1 });
  const { lab } = cluster;
  let device = '';
  let earlier: MachineSnapshot;
  let member: MachineView;

  const find = async (): Promise<MachineView | undefined> =>
    (await cluster.machines()).find(({ device_id: id }) => id === device);
  const whenState = (state: string): Promise<MachineView> =>
    waitFor(
      async () => {
        const found = await find();
        return found?.state === state ? found : undefined;
      },
      `${NAME} to be ${state}`,
      5 * MINUTE,
    );

  /** As an operator does who has a machine without Vent. */
  async function enrol(): Promise<MachineView> {
    const script = await cluster.withOperator(async (operator) => {
      const wish = { pool: 'workers', device_id: device, max_uses: 1, lifetime_seconds: 600 };
      const { token, secret } = await operator.call((methods) => methods.CreateToken, wish);
      const request = { token_id: token?.id ?? '', secret, format: 'script', device_id: device };
      return Object.values((await operator.call((methods) => methods.GetUserdata, request)).files)[0] ?? '';
    });
    await outputOf(lab, NAME, ['sh', '-c', script]);
    return await whenState('ready');
  }

  before(
    async () => {
      device = await orderDevice(lab, NAME, '');
      earlier = await snapshotMachine(lab, NAME);
      member = await enrol();
      await cluster.importBusybox(NAME);
      const pod = { machine: NAME, command: 'while :; do sleep 3600; done' };
      await runPods(cluster, [
        { name: 'plain', ...pod },
        { name: 'sandboxed', ...pod, runtimeClass: 'gvisor' },
      ]);
    },
    { timeout: 10 * MINUTE },
  );

  it('is shown beforehand, and changes nothing then', { timeout: MINUTE }, async () => {
    const shown = await cluster.vent(['node', 'reset', NAME, '--dry-run']);
    assert.match(shown, /^unit:kubelet\.service: stop kubelet\.service$/m);
    assert.match(shown, /^residue:cni: remove interface cni0$/m);
    assert.equal(await outputOf(lab, NAME, ['vent-agent', 'plan']), 'nothing to do');
  });

  it('is refused for a member of etcd on the machine itself', { timeout: MINUTE }, async () => {
    await assert.rejects(outputOf(lab, 'control-1', ['vent-agent', 'reset', '--yes']), /rule: a member leaves etcd/);
  });

  it('is refused for the only member of etcd, whose machine is not drained for nothing', {
    timeout: MINUTE,
  }, async () => {
    await assert.rejects(cluster.vent(['node', 'reset', 'control-1', '--yes', '--force']), /\[etcd-one-member\]/);
    const cordoned = ['get', 'node', 'control-1', '-o', 'jsonpath={.spec.unschedulable}'];
    assert.equal(await cluster.kubectl(cordoned), '');
  });

  it('is refused while pods would be lost, and names them', { timeout: MINUTE }, async () => {
    await assert.rejects(cluster.vent(['node', 'reset', NAME, '--yes']), /default\/plain has no controller/);
    assert.deepEqual((await find())?.state, 'ready');
  });

  it('leaves the machine as it was before Vent, once its pods have left', { timeout: 6 * MINUTE }, async () => {
    assert.match(await cluster.vent(['node', 'reset', NAME, '--yes', '--force']), /resetting/);
    assert.equal(await cluster.kubectl(['get', 'pods', '-o', 'name']), '');
    await whenState('gone');
    const isOver = async (): Promise<true | undefined> =>
      (await outputOf(lab, NAME, ['sh', '-c', 'systemctl is-active vent-reset || true'])) === 'inactive'
        ? true
        : undefined;
    await waitFor(isOver, 'the reset to end', MINUTE);
    assert.deepEqual(await snapshotMachine(lab, NAME), earlier);
    const isForgotten = async (): Promise<true | undefined> =>
      (await cluster.kubectl(['get', 'nodes', '-o', 'name'])).includes(NAME) ? undefined : true;
    await waitFor(isForgotten, 'its Node to be removed', MINUTE);
  });

  it('lets it come back as the same node', { timeout: 6 * MINUTE }, async () => {
    const back = await enrol();
    assert.deepEqual([back.name, back.pod_cidr, back.pool], [member.name, member.pod_cidr, member.pool]);
    assert.notEqual(back.id, member.id);
  });

  it('needs no coordinator, and goes on after it was killed', { timeout: 6 * MINUTE }, async () => {
    const line = 'timeout -s KILL 3 vent-agent reset --yes; vent-agent reset --yes';
    await outputOf(lab, NAME, ['sh', '-c', `${line} 2>&1`]);
    assert.deepEqual(await snapshotMachine(lab, NAME), earlier);
  });
});
