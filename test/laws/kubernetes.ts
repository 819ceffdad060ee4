/** What the coordinator relies on in a Kubernetes API. The fake and a real API server are held to the same. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { applyObjects } from '../../coordinator/addons/apply.ts';
import { addonObjects } from '../../coordinator/addons/manifests/index.ts';
import type { KubernetesClient, WatchEvent } from '../../coordinator/kubernetes/client.ts';
import { type NodeWish, nodeSchema } from '../../coordinator/kubernetes/node-object.ts';
import { keepNode, removeNode, watchNodes } from '../../coordinator/kubernetes/nodes.ts';
import { type DesiredObject, referenceTo } from '../../coordinator/kubernetes/object.ts';
import { VentError } from '../../shared/errors.ts';
import { shapeNamed } from '../coordinator/components/shapes.ts';

/** @param open gives the client, made before the first test */
export function describeKubernetes(title: string, open: () => KubernetesClient): void {
  describe(title, () => {
    describeObjects(open);
    describeRemoval(open);
    describeBudgets(open);
    describeWatching(open);
    describeNodes(open);
    describeAddons(open);
  });
}

const unique = (word: string): string => `${word}-${randomBytes(4).toString('hex')}`;
const config = (name: string, data: Readonly<Record<string, string>> = { a: '1' }): DesiredObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels: { 'vent/test': name } },
  data,
});
const isCode = (code: string) => (error: unknown) => error instanceof VentError && error.code === code;

function describeObjects(open: () => KubernetesClient): void {
  it('has nothing of a name that nobody wrote', async () => {
    assert.equal(await open().get(referenceTo(config(unique('none')))), undefined);
  });

  it('creates once, and refuses the second with CONFLICT', async () => {
    const object = config(unique('twice'));
    const created = await open().create(object);
    assert.deepEqual(created, await open().get(referenceTo(object)));
    await assert.rejects(open().create(object), isCode('CONFLICT'));
  });

  it('applies the same again without a change, and takes away what is left out', async () => {
    const name = unique('applied');
    const first = await open().apply(config(name, { a: '1', b: '2' }));
    assert.equal(
      (await open().apply(config(name, { a: '1', b: '2' }))).metadata.resourceVersion,
      first.metadata.resourceVersion,
    );
    const second = await open().apply(config(name, { a: '1' }));
    assert.deepEqual(second.data, { a: '1' });
  });

  it('leaves what another manager applied alone, and takes back what somebody else changed', async () => {
    const object = config(unique('shared'));
    const reference = referenceTo(object);
    await open().apply(object);
    await open().apply({ ...object, data: { theirs: 'x' } }, 'other');
    await open().merge(reference, { data: { a: 'edited' } });
    assert.deepEqual((await open().apply(object)).data, { a: '1', theirs: 'x' });
  });

  it('refuses a patch of an old version with CONFLICT', async () => {
    const object = config(unique('old'));
    const { metadata } = await open().apply(object);
    await open().merge(referenceTo(object), { data: { a: '2' } });
    const stale = { metadata: { resourceVersion: metadata.resourceVersion }, data: { a: '3' } };
    await assert.rejects(open().merge(referenceTo(object), stale), isCode('CONFLICT'));
  });
}

function describeRemoval(open: () => KubernetesClient): void {
  it('removes, and does not mind what is gone; a patch of it is NOT_FOUND', async () => {
    const object = config(unique('removed'));
    await open().apply(object);
    await open().remove(referenceTo(object));
    await open().remove(referenceTo(object));
    assert.equal(await open().get(referenceTo(object)), undefined);
    await assert.rejects(open().merge(referenceTo(object), { data: {} }), isCode('NOT_FOUND'));
  });

  it('lists what a label selects, with the kind that lists leave out', async () => {
    const object = config(unique('listed'));
    await open().apply(object);
    const { items } = await open().list(
      { apiVersion: 'v1', kind: 'ConfigMap' },
      { labels: `vent/test=${object.metadata.name}` },
    );
    assert.deepEqual(
      items.map(({ kind, metadata }) => [kind, metadata.name]),
      [['ConfigMap', object.metadata.name]],
    );
  });

  it('evicts a pod, and does not mind one that is gone', async () => {
    const pod = { name: unique('pod'), namespace: 'default' };
    await open().apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: 'default' },
    });
    await open().create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: pod,
      spec: { containers: [{ name: 'a', image: 'a' }] },
    });
    await open().evict(pod);
    assert.equal(await open().get({ apiVersion: 'v1', kind: 'Pod', ...pod }), undefined);
    await open().evict(pod);
  });

  it('says that it is ready, and what the caller may do', async () => {
    assert.equal(await open().isReady(), true);
    assert.equal(await open().isAllowed({ verb: '*', group: '*', resource: '*' }), true);
  });
}

function describeBudgets(open: () => KubernetesClient): void {
  it('refuses to evict what a disruption budget keeps with BUSY, and evicts no more than it allows', async () => {
    const app = unique('app');
    const metadata = { name: app, namespace: 'default' };
    const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata };
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'default' } };
    await open().apply(account);
    await open().create({ ...budget, spec: { maxUnavailable: 1, selector: { matchLabels: { app } } } });
    const pods = [`${app}-1`, `${app}-2`].map((name) => ({ name, namespace: 'default' }));
    for (const pod of pods) await runPod(open(), pod, app);
    const [first, second] = pods;
    assert.ok(first && second);
    await assert.rejects(open().evict(first), isCode('BUSY'));
    const status = {
      observedGeneration: 1,
      disruptionsAllowed: 1,
      currentHealthy: 2,
      desiredHealthy: 0,
      expectedPods: 2,
    };
    await open().merge(referenceTo(budget), { status }, 'status');
    await open().evict(first);
    await assert.rejects(open().evict(second), isCode('BUSY'));
    await open().remove(referenceTo(budget));
    await open().evict(second);
  });
}

/** As a kubelet would report it. */
async function runPod(
  client: KubernetesClient,
  pod: { readonly name: string; readonly namespace: string },
  app: string,
): Promise<void> {
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { ...pod, labels: { app } } };
  await client.create({ ...object, spec: { containers: [{ name: 'a', image: 'a' }] } });
  const conditions = [{ type: 'Ready', status: 'True' }];
  await client.merge(referenceTo(object), { status: { phase: 'Running', conditions } }, 'status');
}

function describeWatching(open: () => KubernetesClient): void {
  it('tells a watcher everything there is, and then every change in order', { timeout: 30_000 }, async () => {
    const object = config(unique('watched'));
    const told: string[] = [];
    const ended = new AbortController();
    const selection = { namespace: 'default', labels: `vent/test=${object.metadata.name}` };
    const steps = [
      () => open().apply(object),
      () => open().apply({ ...object, data: { a: '2' } }),
      () => open().remove(referenceTo(object)),
    ];
    for await (const event of open().watch({ apiVersion: 'v1', kind: 'ConfigMap' }, selection, ended.signal)) {
      told.push(describeEvent(event));
      const step = steps.shift();
      if (step === undefined) ended.abort();
      else await step();
    }
    assert.deepEqual(told, ['list 0', 'put {"a":"1"}', 'put {"a":"2"}', 'remove {"a":"2"}']);
  });
}

function describeEvent(event: WatchEvent): string {
  return event.type === 'list' ? `list ${event.items.length}` : `${event.type} ${JSON.stringify(event.object.data)}`;
}

const wishOf = (name: string): NodeWish => ({
  name,
  podCIDR: '172.16.7.0/24',
  providerId: `packet://${name}`,
  roles: ['etcd', 'control-plane'],
  pool: { name: 'control', labels: { zone: 'a' }, taints: [{ key: 'dedicated', value: 'x', effect: 'NoSchedule' }] },
});
const taintsOf = (node: unknown): readonly string[] =>
  nodeSchema
    .parse(node)
    .spec.taints.map(({ key }) => key)
    .toSorted();
const OWN = ['dedicated', 'node-role.kubernetes.io/control-plane'];
// The API server itself puts this one on a Node that has not reported (admission plug-in TaintNodesByCondition).
const NOT_READY = 'node.kubernetes.io/not-ready';
const withoutNotReady = (node: unknown): readonly string[] => taintsOf(node).filter((key) => key !== NOT_READY);

function describeNodes(open: () => KubernetesClient): void {
  it('makes a Node before its kubelet, and leaves it alone when nothing differs', async () => {
    const name = unique('node');
    const made = await keepNode(open(), wishOf(name), false);
    const { podCIDR, providerID } = nodeSchema.parse(made).spec;
    assert.deepEqual([podCIDR, providerID], ['172.16.7.0/24', `packet://${name}`]);
    assert.deepEqual(made.metadata.labels, {
      'node-role.kubernetes.io/control-plane': '',
      'vent/pool': 'control',
      zone: 'a',
    });
    assert.deepEqual(withoutNotReady(made), [...OWN, 'vent/uninitialised']);
    const again = await keepNode(open(), wishOf(name), false);
    assert.equal(again.metadata.resourceVersion, made.metadata.resourceVersion);
    await removeNode(open(), name);
  });

  it('takes the start-up taint away for good, and keeps cordon’s', async () => {
    const wish = wishOf(unique('node'));
    const made = await keepNode(open(), wish, false);
    const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
    const taints = [...nodeSchema.parse(made).spec.taints.map((taint) => ({ ...taint })), cordon];
    await open().merge(referenceTo(made), { spec: { unschedulable: true, taints } });
    assert.deepEqual(withoutNotReady(await keepNode(open(), wish, true)), [...OWN, cordon.key]);
    assert.deepEqual(withoutNotReady(await keepNode(open(), wish, false)), [...OWN, cordon.key]);
    await removeNode(open(), wish.name);
  });

  it('takes away a pool’s label and taint that the spec no longer has', async () => {
    const wish = wishOf(unique('node'));
    await keepNode(open(), wish, true);
    const bare = await keepNode(
      open(),
      { ...wish, roles: ['worker'], pool: { name: 'all', labels: {}, taints: [] } },
      true,
    );
    assert.deepEqual(withoutNotReady(bare), []);
    assert.deepEqual(bare.metadata.labels, { 'node-role.kubernetes.io/worker': '', 'vent/pool': 'all' });
    await removeNode(open(), wish.name);
  });

  it('gives a Node that made itself its address range, and refuses one with another', async () => {
    const wish = wishOf(unique('node'));
    await open().create({ apiVersion: 'v1', kind: 'Node', metadata: { name: wish.name } });
    assert.equal(nodeSchema.parse(await keepNode(open(), wish, true)).spec.podCIDR, wish.podCIDR);
    await assert.rejects(keepNode(open(), { ...wish, podCIDR: '172.16.8.0/24' }, true), isCode('KUBERNETES_REFUSED'));
    await removeNode(open(), wish.name);
  });

  it('tells of every Node by name', { timeout: 30_000 }, async () => {
    const wish = wishOf(unique('node'));
    const ended = new AbortController();
    let wasThere = false;
    for await (const nodes of watchNodes(open(), ended.signal)) {
      const isThere = nodes.has(wish.name);
      if (!isThere && wasThere) ended.abort();
      else if (!isThere) await keepNode(open(), wish, false);
      else if (!wasThere) await removeNode(open(), wish.name);
      wasThere = isThere;
    }
    assert.equal(wasThere, false);
  });
}

function describeAddons(open: () => KubernetesClient): void {
  it('takes every add-on, and a second time without a change', async () => {
    const objects = addonObjects(shapeNamed('one-and-two').spec);
    assert.deepEqual(await applyObjects(open(), objects), []);
    const versions = async (): Promise<readonly (string | undefined)[]> =>
      Promise.all(objects.map(async (object) => (await open().get(referenceTo(object)))?.metadata.resourceVersion));
    const before = await versions();
    assert.deepEqual(await applyObjects(open(), objects), []);
    assert.deepEqual(await versions(), before);
  });

  it('names what it could not apply, and applies the rest', async () => {
    const [lost, kept] = [config(unique('lost')), config(unique('kept'))];
    const failures = await applyObjects(open(), [
      { ...lost, metadata: { ...lost.metadata, namespace: 'nowhere' } },
      kept,
    ]);
    assert.deepEqual(
      failures.map(({ object, error }) => [object, error.code]),
      [[`ConfigMap nowhere/${lost.metadata.name}`, 'NOT_FOUND']],
    );
    assert.ok(await open().get(referenceTo(kept)));
  });
}
