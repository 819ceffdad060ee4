import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { conditionFrom } from '../../../coordinator/kubernetes/condition.ts';
import {
  changeTaints,
  idOfTaint,
  judgeNode,
  lastingTaints,
  listForgotten,
  type NodeWish,
  nodeLabels,
  nodeSchema,
  START_UP_TAINT,
  TAINTS_ANNOTATION,
  type Taint,
} from '../../../coordinator/kubernetes/node-object.ts';

const wish: NodeWish = {
  name: 'n1',
  podCIDR: '172.16.0.0/24',
  providerId: 'static://n1',
  roles: ['control-plane'],
  pool: { name: 'control', labels: {}, taints: [] },
};

const nodeWith = (taints: readonly Taint[], annotation = '') =>
  nodeSchema.parse({
    metadata: { resourceVersion: '1', annotations: { [TAINTS_ANNOTATION]: annotation } },
    spec: { taints },
  });

describe('taints', () => {
  it('keep control planes for themselves unless they are workers too', () => {
    assert.deepEqual(lastingTaints(wish).map(idOfTaint), ['node-role.kubernetes.io/control-plane:NoSchedule']);
    assert.deepEqual(lastingTaints({ ...wish, roles: ['control-plane', 'worker'] }), []);
  });

  const taint = fc.record({
    key: fc.constantFrom('a', 'b', 'node.kubernetes.io/unschedulable', START_UP_TAINT.key),
    effect: fc.constantFrom('NoSchedule', 'NoExecute'),
  });
  const taints = fc.uniqueArray(taint, { selector: idOfTaint });
  const pool = fc.uniqueArray(
    fc.record({ key: fc.constantFrom('a', 'c'), effect: fc.constant('NoSchedule' as const) }),
    { selector: idOfTaint },
  );

  it('settle after one change, and others’ always survive', () => {
    fc.assert(
      fc.property(taints, pool, fc.boolean(), (present, ofPool, isReady) => {
        const wanted = { ...wish, pool: { ...wish.pool, taints: ofPool } };
        const node = nodeWith(present);
        const change = changeTaints(node, wanted, isReady);
        const after = change === undefined ? node : nodeWith(change.taints, change.annotation);
        assert.equal(changeTaints(after, wanted, isReady), undefined);
        const ids = after.spec.taints.map(idOfTaint);
        for (const own of lastingTaints(wanted)) assert.ok(ids.includes(idOfTaint(own)));
        const others = present.map(idOfTaint).filter((id) => id !== idOfTaint(START_UP_TAINT));
        assert.ok(others.every((id) => ids.includes(id)));
        const wasStarting = present.some((one) => idOfTaint(one) === idOfTaint(START_UP_TAINT));
        assert.equal(ids.includes(idOfTaint(START_UP_TAINT)), wasStarting && !isReady);
      }),
    );
  });
});

describe('the condition KubernetesReady', () => {
  const stored = (
    taints: readonly Taint[],
    conditions: readonly { type: string; status: string; message?: string }[],
  ) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n1', uid: 'u', resourceVersion: '1' },
    spec: { taints: taints.map((one) => ({ ...one })) },
    status: { conditions: conditions.map((one) => ({ ...one })) },
  });

  for (const [node, status, reason] of [
    [undefined, 'False', 'NodeMissing'],
    [stored([], []), 'False', 'KubeletSilent'],
    [stored([], [{ type: 'Ready', status: 'False', message: 'no CNI' }]), 'False', 'NodeNotReady'],
    [stored([], [{ type: 'Ready', status: 'Unknown' }]), 'Unknown', 'KubeletLost'],
    [stored([START_UP_TAINT], [{ type: 'Ready', status: 'True' }]), 'False', 'NetworkMissing'],
    [stored([], [{ type: 'Ready', status: 'True' }]), 'True', 'NodeReady'],
  ] as const)
    it(`is ${status}, ${reason}`, () => {
      const judged = judgeNode(node);
      assert.deepEqual([judged.status, judged.reason], [status, reason]);
    });

  it('keeps its time while its status stays', () => {
    const first = conditionFrom(judgeNode(undefined), undefined, 1, 0);
    const second = conditionFrom(judgeNode(stored([], [])), first, 2, 1000);
    const third = conditionFrom(judgeNode(stored([], [{ type: 'Ready', status: 'True' }])), second, 3, 2000);
    assert.equal(second.lastTransitionTime, first.lastTransitionTime);
    assert.equal(third.lastTransitionTime, '1970-01-01T00:00:02.000Z');
    assert.deepEqual([second.observedGeneration, second.reason], [2, 'KubeletSilent']);
  });
});

describe('Nodes of machines that are none any more', () => {
  const nodeOf = (name: string, providerID: string | undefined, labels: Readonly<Record<string, string>>) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: name, resourceVersion: '1', labels },
    spec: providerID === undefined ? {} : { providerID },
  });
  const ours = nodeLabels(wish);

  it('are known by the device they were made for, also where another has taken the name', () => {
    const nodes = [
      nodeOf('stays', 'static://a', ours),
      nodeOf('went', 'static://b', ours),
      nodeOf('n1', 'static://c', ours),
    ];
    assert.deepEqual(listForgotten(nodes, new Set(['static://a', wish.providerId])), ['went', 'n1']);
  });

  it('are never those that somebody else has made', () => {
    const nodes = [nodeOf('theirs', 'aws:///i-1', {}), nodeOf('bare', undefined, ours)];
    assert.deepEqual(listForgotten(nodes, new Set()), []);
  });
});
