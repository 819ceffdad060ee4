/** Kubernetes from one minor version to the next, under the eyes of a client of its API and one of a service in it. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { stringify } from 'yaml';
import { startVent } from '../../scripts/lab/cluster.ts';
import { stopDaemon } from '../../scripts/lab/daemon.ts';
import { waitFor } from '../../scripts/lab/machine.ts';
import { BUSYBOX, seconds, useCluster } from './cluster.ts';
import { labOptions, outputOf } from './lab.ts';
import { watchApi, watchService } from './upgrade-watch.ts';

const [OLD, NEW] = ['1.36.3', '1.37.2'] as const;
const SHAPE = { controlPlanes: 3, workers: 2, kubernetes: [OLD, NEW] } as const;
const CONTROL = ['control-1', 'control-2', 'control-3'] as const;
const WORKERS = ['workers-1', 'workers-2'] as const;
const ENDPOINTS = ['10.80.0.3', '10.80.0.5', '10.80.0.7'].map((address) => `https://${address}:6443`);
const MINUTE = 60_000;
/** Goes on answering while it is taken out of the service. */
const SERVE = 'echo web > /www/index.html; httpd -f -p 8080 -h /www & wait';

function renderWeb(): string {
  const app = { app: 'web' };
  const container = {
    name: 'main',
    image: BUSYBOX,
    imagePullPolicy: 'Never',
    command: ['sh', '-c', `mkdir -p /www; ${SERVE}`],
    readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
    lifecycle: { preStop: { sleep: { seconds: 4 } } },
  };
  const spread = {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: app },
  };
  const template = {
    metadata: { labels: app },
    spec: { terminationGracePeriodSeconds: 5, topologySpreadConstraints: [spread], containers: [container] },
  };
  const deployment = { replicas: 2, selector: { matchLabels: app }, template };
  const service = { selector: app, ports: [{ port: 80, targetPort: 8080 }] };
  return [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: deployment },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: service },
    renderBudget(2),
  ]
    .map((object) => stringify(object))
    .join('---\n');
}

/** Of the two pods. */
function renderBudget(minAvailable: number) {
  const spec = { minAvailable, selector: { matchLabels: { app: 'web' } } };
  return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web' }, spec };
}

describe('a cluster that is to be upgraded', labOptions, () => {
  const cluster = useCluster('upgrade', SHAPE);
  const { lab } = cluster;

  before(
    async () => {
      await Promise.all(WORKERS.map((worker) => cluster.importBusybox(worker)));
      await cluster.kubectl(['apply', '-f', '-'], renderWeb());
      await cluster.kubectl(['rollout', 'status', 'deployment/web', '--timeout=60s']);
    },
    { timeout: 2 * MINUTE },
  );

  /** Versions of the kubelets, as the Nodes say them. */
  const kubelets = async (): Promise<readonly string[]> => {
    const path = 'jsonpath={range .items[*]}{.status.nodeInfo.kubeletVersion}{"\\n"}{end}';
    return (await cluster.kubectl(['get', 'nodes', '-o', path])).trim().split('\n');
  };

  const isCordoned = async (machine: string): Promise<boolean> =>
    (await cluster.kubectl(['get', 'node', machine, '-o', 'jsonpath={.spec.unschedulable}'])) === 'true';

  it('is drained by hand no faster than a budget allows', { timeout: 3 * MINUTE }, async () => {
    const podsOn = async (machine: string): Promise<string> =>
      cluster.kubectl(['get', 'pods', '-l', 'app=web', '--field-selector', `spec.nodeName=${machine}`, '-o', 'name']);
    assert.notEqual(await podsOn('workers-1'), '');
    const told: string[] = [];
    await cluster.withOperator(async (operator) => {
      const request = { machine: 'workers-1', deadline_seconds: 120, force: false };
      for await (const { message } of operator.stream((methods) => methods.DrainMachine, request)) {
        told.push(message);
        if (!/default\/web-\S+ is kept by a disruption budget/.test(message)) continue;
        assert.notEqual(await podsOn('workers-1'), '', 'the pod that the budget keeps is there');
        await cluster.kubectl(['apply', '-f', '-'], stringify(renderBudget(1)));
      }
    });
    console.log(`vent node drain workers-1: ${told.join('; ')}`);
    assert.match(told.join('; '), /is kept by a disruption budget/);
    assert.deepEqual([await podsOn('workers-1'), await isCordoned('workers-1')], ['', true]);
    await cluster.withOperator((operator) =>
      operator.call((methods) => methods.CordonMachine, { machine: 'workers-1', cordon: false }),
    );
    assert.equal(await isCordoned('workers-1'), false);
  });

  it(`goes from ${OLD} to ${NEW} without a lost write or a failed request to a service`, {
    timeout: 20 * MINUTE,
  }, async () => {
    assert.deepEqual(new Set(await kubelets()), new Set([`v${OLD}`]));
    const address = await cluster.kubectl(['get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}']);
    const endService = await watchService(cluster, 'control-1', `http://${address}/`);
    const endApi = await watchApi(cluster, ENDPOINTS);
    const began = Date.now();
    const state = await upgrade();
    const took = seconds(began);
    const [api, service] = [await endApi(), await endService()];
    console.log(`${OLD} to ${NEW} on 5 machines after ${took} s: ${state}`);
    console.log(
      `API: ${api.calls} calls, ${JSON.stringify(api.failed)} failed once, ${JSON.stringify(api.lost)} twice`,
    );
    console.log(`service: ${service.asked} requests, failed: ${service.failures.join('; ')}`);
    assert.equal(state, 'done');
    assert.match(await cluster.vent(['etcd', 'snapshots', '-o', 'wide']), new RegExp(`takes Kubernetes from ${OLD}`));
    assert.deepEqual(new Set(await kubelets()), new Set([`v${NEW}`]));
    for (const machine of CONTROL)
      for (const program of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])
        assert.match(
          await outputOf(lab, machine, [program, '--version']),
          new RegExp(`v${NEW.replaceAll('.', '\\.')}`),
        );
    const names = (await cluster.kubectl(['get', 'configmaps', '-l', 'from=client', '-o', 'name'])).split('\n');
    const kept = new Set(names.map((name) => name.replace('configmap/', '')));
    assert.deepEqual(
      api.written.filter((name) => !kept.has(name)),
      [],
      'every acknowledged write is there',
    );
    assert.deepEqual(api.lost, []);
    for (const endpoint of ENDPOINTS)
      assert.ok(api.failed.filter((one) => one.endpoint === endpoint).length <= 1, `calls to ${endpoint}`);
    assert.ok(service.asked > 100);
    assert.deepEqual(service.failures, []);
    for (const machine of [...CONTROL, ...WORKERS]) assert.equal(await isCordoned(machine), false, machine);
  });

  /** Rolls the newer version out; the coordinator is killed between two stages. @returns how it ended */
  async function upgrade(): Promise<string> {
    const applied = await cluster.withOperator(async (operator) => {
      const { content, revision } = await operator.call((methods) => methods.GetRevision, { number: '0' });
      const faster = content
        .replace(`version: ${OLD}`, `version: ${NEW}`)
        .replace(/^spec:$/m, 'spec:\n  rollout: { soak: 2s }');
      const request = { content: faster, file_name: revision?.file_name ?? '', message: 'upgrade', dry_run: false };
      const plan = await operator.call((methods) => methods.Plan, request);
      assert.deepEqual(plan.stages.slice(0, 4), [
        ...CONTROL.map(() => 'API servers'),
        'controller managers and schedulers',
      ]);
      assert.equal(plan.machines.filter(({ drain }) => drain.includes(`kubelet goes from ${OLD} to ${NEW}`)).length, 5);
      assert.match(plan.irreversible.join(), /a minor version is never taken back/);
      return (await operator.call((methods) => methods.Apply, request)).revision;
    });
    const read = () => cluster.withOperator((operator) => operator.call((methods) => methods.GetRollout, {}));
    let [told, wasKilled] = ['', false];
    const ended = await waitFor(
      async () => {
        // A coordinator that has just started has none to show, and that of the revision before is the newest for a moment.
        const rollout = await read().catch(() => undefined);
        if (rollout === undefined || rollout.revision !== applied) return undefined;
        const { state, message } = rollout;
        if (message !== told) console.log(`  ${message}`);
        told = message;
        if (!wasKilled && message.startsWith('controller managers')) {
          wasKilled = true;
          await stopDaemon('coordinator', lab.names);
          await startVent(lab);
        }
        return state === 'running' ? undefined : `${state}${message === '' ? '' : `: ${message}`}`;
      },
      'the roll-out to end',
      15 * MINUTE,
    );
    return ended;
  }
});
