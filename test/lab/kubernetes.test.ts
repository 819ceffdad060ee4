/** What only a real API server can tell: that the fake behaves as it does, and that it takes what Vent writes. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ApplyFailure, passOverAddons } from '../../coordinator/addons/apply.ts';
import { access, COORDINATOR_USER } from '../../coordinator/addons/manifests/access.ts';
import { addonObjects } from '../../coordinator/addons/manifests/index.ts';
import { SANDBOX_LABEL } from '../../coordinator/addons/manifests/runtime-classes.ts';
import { PROOF_NAMESPACE } from '../../coordinator/addons/proof-pod.ts';
import { proveSandbox, readProof } from '../../coordinator/addons/sandbox-proof.ts';
import type { KubernetesClient } from '../../coordinator/kubernetes/client.ts';
import { NODE } from '../../coordinator/kubernetes/node-object.ts';
import { waitFor } from '../../scripts/lab/machine.ts';
import { systemClock } from '../../shared/clock.ts';
import { VentError } from '../../shared/errors.ts';
import { createFakeLog } from '../../shared/fake-log.ts';
import { shapeNamed } from '../coordinator/components/shapes.ts';
import { describeKubernetes } from '../laws/kubernetes.ts';
import { type KubernetesServer, startKubernetes } from './kubernetes-server.ts';

const POD = { apiVersion: 'v1', kind: 'Pod' };
const MAP = { apiVersion: 'v1', kind: 'ConfigMap' };
const { spec } = shapeNamed('one-and-two');

describe('a real API server', { timeout: 600_000 }, () => {
  let server: KubernetesServer;
  let coordinator: KubernetesClient;

  before(async () => {
    server = await startKubernetes();
    coordinator = await server.connect(COORDINATOR_USER, []);
  });
  after(async () => {
    coordinator?.close();
    await server?.stop();
  });

  it('takes the first bindings from the break-glass alone, and everything else from the coordinator', async () => {
    let broken = 0;
    const options = {
      client: () => coordinator,
      breakGlass: () => {
        broken += 1;
        return server.connect('vent:break-glass', ['system:masters']);
      },
      permissions: access,
      objects: () => addonObjects(spec),
      onPass: () => undefined,
      clock: systemClock,
      random: Math.random,
      log: createFakeLog(),
    };
    const pass = (): Promise<readonly ApplyFailure[]> => passOverAddons(options, AbortSignal.timeout(30_000));
    // The bindings take a moment to be heard of by the authorizer.
    await waitFor(async () => ((await pass()).length === 0 ? true : undefined), 'the add-ons to be taken');
    const times = broken;
    assert.ok(times >= 1);
    assert.deepEqual(await pass(), []);
    assert.equal(broken, times);
  });

  describeKubernetes('as the coordinator', () => coordinator);

  it('is found behind addresses where nobody answers, and refuses a stranger in its own words', async () => {
    const client = await server.connect(COORDINATOR_USER, [], ['https://127.0.0.1:1', server.endpoint]);
    assert.equal(await client.isReady(), true);
    client.close();
    const stranger = await server.connect('nobody', []);
    await assert.rejects(stranger.list(POD), (error) => {
      assert.ok(error instanceof VentError);
      assert.equal(error.code, 'KUBERNETES_REFUSED');
      assert.match(error.message, /^cannot list Pod: pods is forbidden: User "nobody"/);
      return true;
    });
    stranger.close();
  });

  it('is watched on after it was restarted, and nothing is missed', async () => {
    const told: string[] = [];
    const ended = new AbortController();
    const labels = { 'vent/test': 'restart' };
    const make = (name: string) => coordinator.apply({ ...MAP, metadata: { name, namespace: 'kube-system', labels } });
    const steps = [() => make('one'), () => server.restart().then(() => make('two'))];
    const selection = { namespace: 'kube-system', labels: 'vent/test=restart' };
    for await (const event of coordinator.watch(MAP, selection, ended.signal)) {
      if (event.type !== 'list') told.push(`${event.type} ${event.object.metadata.name}`);
      const step = steps.shift();
      if (step !== undefined) await step();
      if (told.includes('put two')) ended.abort();
    }
    assert.deepEqual(told, ['put one', 'put two']);
  });

  it('lets no kubelet say of itself that its sandbox is proved', async () => {
    await coordinator.apply({ ...NODE, metadata: { name: 'n1' } });
    const kubelet = await server.connect('system:node:n1', ['system:nodes']);
    const label = { metadata: { labels: { [SANDBOX_LABEL]: 'true' } } };
    await assert.rejects(kubelet.merge({ ...NODE, name: 'n1' }, label), /is not allowed to/);
    kubelet.close();
  });

  it('takes the proving pod, whose unread log is no proof', async () => {
    const node = 'n2';
    await coordinator.apply({ ...NODE, metadata: { name: node } });
    // No controller-manager runs here to make it.
    await coordinator.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: 'default' },
    });
    const ended = new AbortController();
    const kubelet = endPods(coordinator, ended.signal);
    const options = { client: coordinator, image: 'vent.local/pause:1.0.0', clock: systemClock };
    const proof = await proveSandbox(options, node, 'runsc 1', AbortSignal.timeout(60_000));
    ended.abort();
    await kubelet;
    assert.deepEqual([proof.status, proof.reason], ['False', 'ProofRefused']);
    const object = await coordinator.get({ ...NODE, name: node });
    assert.ok(object);
    assert.deepEqual(readProof(object), proof);
    assert.equal(object.metadata.labels?.[SANDBOX_LABEL], undefined);
    assert.deepEqual((await coordinator.list(POD, { namespace: PROOF_NAMESPACE })).items, []);
  });
});

/** Says of every pod that it ran to its end, as a kubelet does. */
async function endPods(client: KubernetesClient, signal: AbortSignal): Promise<void> {
  for await (const event of client.watch(POD, { namespace: PROOF_NAMESPACE }, signal)) {
    if (event.type !== 'put') continue;
    const { name } = event.object.metadata;
    const pod = { ...POD, name, namespace: PROOF_NAMESPACE };
    await client.merge(pod, { status: { phase: 'Succeeded' } }, 'status').catch(() => undefined);
  }
}
