import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stringify } from 'yaml';
import { findDrainNeed } from '../../../coordinator/drain/need.ts';
import type { DocumentComponent, Resource } from '../../../shared/document.ts';
import { makeFile } from '../../agent/machine.ts';

function artifact(name: string, version: string): Resource {
  return { kind: 'artifact', name, version, sha256: 'a'.repeat(64), size: 1, path: `/opt/vent/bin/${name}` };
}

function macvlan(address: string): Resource {
  const place = { address, prefix: 31, gateway: '10.80.0.2' };
  return { kind: 'interface', name: 'vent0', parent: 'bond0', mac: '02:00:00:00:00:01', ...place };
}

function config(fields: Readonly<Record<string, unknown>>): Resource {
  return makeFile('/etc/kubernetes/kubelet/config.yaml', stringify(fields));
}

/** A worker's document, in so far as it matters here. */
function worker(...others: readonly Resource[]): readonly DocumentComponent[] {
  const standard = [
    artifact('kubelet', '1.36.3'),
    artifact('containerd', '2.3.7'),
    artifact('runsc', '20260905'),
    macvlan('10.80.0.3'),
    config({ maxPods: 110 }),
  ];
  const kept = standard.filter(({ kind, name }) => !others.some((one) => one.kind === kind && one.name === name));
  return [{ name: 'all', resources: [...kept, ...others] }];
}

function without(name: string): readonly DocumentComponent[] {
  return worker().map((one) => ({ ...one, resources: one.resources.filter((resource) => resource.name !== name) }));
}

describe('the pods of a machine notice', () => {
  it('a change of its address on the private network', () => {
    const need = findDrainNeed(worker(), worker(macvlan('10.80.0.5')));
    assert.deepEqual(need, { who: 'all', reason: 'the interface vent0 changes' });
    assert.equal(findDrainNeed(worker(), without('vent0'))?.who, 'all');
  });

  it("a kubelet of another minor version, as Kubernetes' skew policy has it", () => {
    const need = findDrainNeed(worker(), worker(artifact('kubelet', '1.37.2')));
    assert.deepEqual(need, { who: 'all', reason: 'kubelet goes from 1.36.3 to 1.37.2' });
  });

  it('another way of giving them groups and processors', () => {
    const need = findDrainNeed(worker(), worker(config({ maxPods: 110, cpuManagerPolicy: 'static' })));
    assert.deepEqual(need, { who: 'all', reason: "kubelet's cpuManagerPolicy changes" });
  });

  it("another runsc, but for those outside gVisor's sandbox", () => {
    const need = findDrainNeed(worker(), worker(artifact('runsc', '20261003')));
    assert.deepEqual(need, { who: 'sandboxed', reason: 'runsc goes from 20260905 to 20261003' });
    assert.deepEqual(findDrainNeed(worker(), without('runsc')), { who: 'sandboxed', reason: 'runsc goes' });
  });
});

describe('the pods of a machine do not notice', () => {
  const unnoticed: readonly (readonly [string, readonly DocumentComponent[]])[] = [
    ['a patch version of kubelet', worker(artifact('kubelet', '1.36.9'))],
    ['another containerd, which their shims outlive', worker(artifact('containerd', '2.4.0'))],
    ['another runc', worker(artifact('runc', '1.6.0'))],
    ['another number of pods', worker(config({ maxPods: 200 }))],
    ['a file', worker(makeFile('/etc/vent/x', 'new\n'))],
  ];
  for (const [what, wished] of unnoticed)
    it(what, () => {
      assert.equal(findDrainNeed(worker(), wished), undefined);
    });

  it('the first document, nor anything where there are no pods', () => {
    assert.equal(findDrainNeed(undefined, worker()), undefined);
    assert.equal(findDrainNeed(without('kubelet'), worker()), undefined);
  });
});
