import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addonObjects } from '../../../coordinator/addons/manifests/index.ts';
import { COMPONENTS } from '../../../coordinator/components/index.ts';
import { eachMachine, shapeNamed } from '../components/shapes.ts';

const { spec } = shapeNamed('one-and-two');
const objects = addonObjects(spec);

function objectNamed(kind: string, name: string) {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  assert.ok(found, `${kind} ${name}`);
  return found;
}

describe('add-ons', () => {
  it('are the same each time, each object once, as plain JSON', () => {
    assert.deepEqual(addonObjects(spec), objects);
    assert.deepEqual(JSON.parse(JSON.stringify(objects)), objects);
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''} ${metadata.name}`);
    assert.equal(new Set(names).size, names.length);
  });

  it('CoreDNS answers where kubelets tell pods to ask, from an image that every machine has', () => {
    assert.match(JSON.stringify(objectNamed('Service', 'kube-dns')), /"clusterIP":"172\.17\.0\.10"/);
    const text = JSON.stringify(objectNamed('Deployment', 'coredns'));
    const image = /"image":"([^"]+)","imagePullPolicy":"Never"/.exec(text)?.[1];
    for (const { shape, self } of eachMachine().filter(({ self: machine }) => machine.roles.includes('worker'))) {
      const ids = COMPONENTS.flatMap((component) => component.render(shape.spec, self, shape.machines));
      assert.ok(
        ids.some((resource) => resource.kind === 'image' && resource.name === image),
        self.name,
      );
    }
  });

  it('CoreDNS does not tolerate the start-up taint', () => {
    assert.doesNotMatch(JSON.stringify(objectNamed('Deployment', 'coredns')), /uninitialised/);
  });

  it('CoreDNS has a budget where there is more than one machine for it, as a single one could never be drained', () => {
    assert.match(JSON.stringify(objectNamed('PodDisruptionBudget', 'coredns')), /"maxUnavailable":1/);
    const alone = {
      ...spec,
      pools: spec.pools.map((pool) => ({ ...pool, count: pool.roles.includes('worker') ? 0 : 1 })),
    };
    assert.ok(addonObjects(alone).every(({ kind }) => kind !== 'PodDisruptionBudget'));
  });

  it('pods get gVisor where it is proved; the proof itself goes anywhere', () => {
    const scheduling = { nodeSelector: { 'node-restriction.kubernetes.io/vent-sandbox': 'true' } };
    assert.deepEqual(objectNamed('RuntimeClass', 'gvisor').scheduling, scheduling);
    assert.equal(objectNamed('RuntimeClass', 'gvisor-proof').scheduling, undefined);
    assert.equal(objectNamed('RuntimeClass', 'gvisor-proof').handler, 'runsc');
  });

  it('without the sandbox there is no class for it', () => {
    const kinds = addonObjects(shapeNamed('etcd-apart').spec).map(({ kind }) => kind);
    assert.ok(!kinds.includes('RuntimeClass'));
  });

  it("flanneld is narrowed to its own Node by the user's name", () => {
    const text = JSON.stringify(objectNamed('ValidatingAdmissionPolicy', 'flannel.vent'));
    assert.match(text, /username == 'vent:flannel:' \+ object\.metadata\.name/);
    assert.match(JSON.stringify(objectNamed('ValidatingAdmissionPolicyBinding', 'flannel.vent')), /"Deny"/);
  });

  it('binds the identities of certificates to what they may do', () => {
    const bindings = objects
      .filter(({ kind }) => kind === 'ClusterRoleBinding')
      .map((object) => JSON.stringify(object));
    for (const [role, subject] of [
      ['cluster-admin', 'vent:cluster-admins'],
      ['cluster-admin', 'vent:coordinator'],
      ['system:kubelet-api-admin', 'vent:kube-apiserver-kubelet-client'],
    ] as const)
      assert.ok(
        bindings.some((text) => text.includes(`"name":"${role}"`) && text.includes(`"name":"${subject}"`)),
        role,
      );
  });
});
