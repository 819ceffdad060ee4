import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { COMPONENTS } from '../../../coordinator/components/index.ts';
import { renderComponents } from '../../../coordinator/render.ts';
import type { Resource } from '../../../shared/document.ts';
import type { Settings } from '../../../shared/spec/patches.ts';
import { SHAPES } from './shapes.ts';

/** What the one machine of the smallest shape is given with these settings, by id. */
function renderWith(settings: Settings): ReadonlyMap<string, Resource> {
  const shape = SHAPES.find(({ name }) => name === 'one-machine');
  const [machine] = shape?.machines ?? [];
  assert.ok(shape !== undefined && machine !== undefined);
  const self = { ...machine, settings };
  const resources = renderComponents(shape.spec, self, [self], COMPONENTS).flatMap((one) => one.resources);
  return new Map(resources.map((resource) => [`${resource.kind}:${resource.name}`, resource]));
}

function contentOf(resources: ReadonlyMap<string, Resource>, id: string): string {
  const found = resources.get(id);
  assert.ok(found !== undefined && 'content' in found, id);
  return found.content;
}

describe('a patch', () => {
  it('of the kubelet stands in its configuration, which restarts it, and in its flags', () => {
    const config = { evictionHard: { 'memory.available': '1Gi' } };
    const resources = renderWith({ kubelet: { maxPods: 200, config, extraArgs: { v: '4' } } });
    const file = parse(contentOf(resources, 'file:/etc/kubernetes/kubelet/config.yaml'));
    assert.equal(file.maxPods, 200);
    assert.deepEqual([file.evictionHard['memory.available'], file.evictionHard['nodefs.available']], ['1Gi', '5%']);
    assert.match(contentOf(resources, 'unit:kubelet.service'), /--v=4/);
  });

  it('of the other programs stands in their flags', () => {
    const extraArgs = { v: '4' };
    const resources = renderWith({
      kubeApiserver: { extraArgs },
      kubeControllerManager: { extraArgs },
      kubeScheduler: { extraArgs },
      etcd: { extraArgs: { 'snapshot-count': '5000' } },
    });
    for (const name of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])
      assert.match(contentOf(resources, `unit:${name}.service`), /--v=4/);
    assert.match(contentOf(resources, 'unit:etcd.service'), /--snapshot-count=5000/);
  });

  it('of sysctls goes over the values of Vent', () => {
    const resource = renderWith({ sysctls: { 'vm.max_map_count': '262144', 'kernel.panic': '20' } }).get('sysctl:vent');
    assert.ok(resource?.kind === 'sysctl');
    assert.deepEqual([resource.values['vm.max_map_count'], resource.values['kernel.panic']], ['262144', '20']);
    assert.equal(resource.values['net.ipv4.ip_forward'], '1');
  });

  for (const settings of [
    { kubelet: { extraArgs: { 'hostname-override': 'x' } } },
    { kubelet: { config: { authentication: { anonymous: { enabled: true } } } } },
    { kubeApiserver: { extraArgs: { 'authorization-mode': 'AlwaysAllow' } } },
    { etcd: { extraArgs: { 'client-cert-auth': 'false' } } },
  ] as const)
    it(`is refused where it would change what is Vent's: ${JSON.stringify(settings)}`, () => {
      assert.throws(() => renderWith(settings), { code: 'INVALID_INPUT', message: /Vent sets it itself/ });
    });
});
