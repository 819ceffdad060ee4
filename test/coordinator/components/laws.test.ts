/** What holds for every component, on every machine of every shape. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, it } from 'node:test';
import type { Component, RenderSpec } from '../../../coordinator/component.ts';
import { COMPONENTS } from '../../../coordinator/components/index.ts';
import { renderComponents, renderDocument } from '../../../coordinator/render.ts';
import { decodeDocument, encodeDocument, idOf, type Resource, resourceSchema } from '../../../shared/document.ts';
import { checkPath, isUnitName } from '../../../shared/paths.ts';
import type { Role } from '../../../shared/spec/schema.ts';
import { eachMachine, type Shape, shapeNamed } from './shapes.ts';

const FOLDER = new URL('../../../coordinator/components/', import.meta.url);
const META = {
  epoch: 1,
  generation: 7,
  revision: 3,
  issuedAt: '2026-11-24T00:00:00Z',
  expiresAt: '2026-11-25T00:00:00Z',
};
const KUBELET: readonly Role[] = ['control-plane', 'worker'];

/** Which roles call for a component; `coordinator`, `packages`, `rules` and `agent` are every machine's. */
const ROLES: Readonly<Record<string, readonly Role[]>> = {
  coordinator: ['etcd', 'control-plane', 'worker'],
  packages: ['etcd', 'control-plane', 'worker'],
  rules: ['etcd', 'control-plane', 'worker'],
  agent: ['etcd', 'control-plane', 'worker'],
  etcd: ['etcd'],
  'kube-apiserver': ['control-plane'],
  'kube-controller-manager': ['control-plane'],
  'kube-scheduler': ['control-plane'],
};

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}

function rendersOf(
  component: Component,
): readonly { readonly where: string; readonly resources: readonly Resource[] }[] {
  return eachMachine().map(({ shape, self }) => ({
    where: `${shape.name}/${self.name}`,
    resources: component.render(shape.spec, self, shape.machines),
  }));
}

function pathsOf(resource: Resource): readonly string[] {
  if (resource.kind === 'file' || resource.kind === 'trust' || resource.kind === 'secret') return [resource.name];
  if (resource.kind === 'certificate' || resource.kind === 'artifact') return [resource.path];
  return [];
}

describe('the registry', () => {
  it('lists every file of the folder, under the name of the file', async () => {
    const files = (await readdir(FOLDER, { withFileTypes: true })).filter((entry) => entry.isFile());
    const names = files.map(({ name }) => name.replace(/\.ts$/, '')).filter((name) => name !== 'index');
    assert.deepEqual(COMPONENTS.map(({ name }) => name).toSorted(), names.toSorted());
  });
});

for (const component of COMPONENTS) {
  describe(`component ${component.name}`, () => {
    it('gives the same for the same, and changes nothing it is given', () => {
      for (const { shape, self } of eachMachine()) {
        const [spec, machine, peers] = [deepFreeze(shape.spec), deepFreeze(self), deepFreeze(shape.machines)];
        assert.deepEqual(component.render(spec, machine, peers), component.render(spec, machine, peers));
      }
    });

    it('renders for machines with its roles, and for no other', () => {
      const roles = ROLES[component.name] ?? KUBELET;
      for (const { shape, self } of eachMachine()) {
        const isCalledFor =
          self.roles.some((role) => roles.includes(role)) &&
          (component.name !== 'runsc' || shape.spec.runtimes.sandbox === 'runsc');
        const count = component.render(shape.spec, self, shape.machines).length;
        assert.equal(count > 0, isCalledFor, `${shape.name}/${self.name}: ${count} resources`);
      }
    });

    it('renders resources that an agent reads', () => {
      for (const { where, resources } of rendersOf(component))
        for (const resource of resources)
          assert.doesNotThrow(() => resourceSchema.parse(resource), `${where}: ${idOf(resource)}`);
    });

    it('names only paths and units that an agent may write', () => {
      for (const { resources } of rendersOf(component))
        for (const resource of resources) {
          for (const path of pathsOf(resource)) checkPath(path, 'content');
          if (resource.kind === 'directory') checkPath(resource.name, 'directory');
          if (resource.kind === 'unit') assert.ok(isUnitName(resource.name), resource.name);
        }
    });

    it('says in one line what it is for', () => {
      assert.match(component.summary, /^\S[^\n]{8,}[^.\n]$/);
    });
  });
}

function documentOf(shape: Shape, self: Shape['machines'][number], components = COMPONENTS) {
  return renderDocument(shape.spec, self, shape.machines, { components, meta: META });
}

describe('a document', () => {
  it('comes back from its bytes as it was', () => {
    for (const { shape, self } of eachMachine()) {
      const document = documentOf(shape, self);
      assert.deepEqual(decodeDocument(encodeDocument(document)), document);
    }
  });

  it('has the same bytes whatever order the machines are given in', () => {
    for (const { shape, self } of eachMachine()) {
      const reversed = { ...shape, machines: shape.machines.toReversed() };
      assert.deepEqual(encodeDocument(documentOf(reversed, self)), encodeDocument(documentOf(shape, self)));
    }
  });

  it('holds no secret: only names and versions of them', () => {
    const { spec, machines } = shapeNamed('three-and-two');
    const versions = machines.flatMap((self) =>
      documentOf({ name: '', spec, machines }, self)
        .components.flatMap(({ resources }) => resources)
        .filter((resource) => resource.kind === 'secret')
        .map((resource) => `${resource.secret}@${resource.version}`),
    );
    assert.deepEqual([...new Set(versions)].toSorted(), [
      'encryption-config@1',
      'service-account-key@1',
      'service-account-public-key@1',
    ]);
  });
});

describe('renderDocument', () => {
  const shape = shapeNamed('one-machine');
  const [self] = shape.machines;
  assert.ok(self);
  const probe = (name: string, relations: { readonly after?: string[]; readonly restarts?: string[] }): Resource => ({
    kind: 'probe',
    name,
    sentence: 'something is there',
    deadlineSeconds: 1,
    check: { type: 'file', path: '/run/x' },
    ...relations,
  });
  const componentOf = (name: string, ...resources: readonly Resource[]): Component => ({
    name,
    summary: 'for this test',
    render: () => resources,
  });

  it('refuses a reference to what is not there', () => {
    const lost = componentOf('a', probe('one', { after: ['unit:gone.service'] }));
    assert.throws(() => documentOf(shape, self, [lost]), { code: 'BUG', message: /unit:gone\.service/ });
  });

  it('refuses to restart what is no unit', () => {
    const odd = componentOf('a', probe('one', {}), probe('two', { restarts: ['probe:one'] }));
    assert.throws(() => documentOf(shape, self, [odd]), { code: 'BUG', message: /no unit/ });
  });

  it('refuses two resources of one name', () => {
    const twice = [componentOf('a', probe('one', {})), componentOf('b', probe('one', {}))];
    assert.throws(() => documentOf(shape, self, twice), { code: 'BUG', message: /probe:one/ });
  });

  it('refuses resources that wait for each other, across components too', () => {
    const circle = [
      componentOf('a', probe('one', { after: ['probe:four'] }), probe('two', {})),
      componentOf('b', probe('three', { after: ['probe:two'] }), probe('four', {})),
    ];
    assert.throws(() => documentOf(shape, self, circle), { code: 'BUG', message: /wait for each other/ });
  });

  it("refuses a machine with a link in one of the cluster's ranges", () => {
    const docker = {
      name: 'docker0',
      mac: '02:42:00:00:00:01',
      mtu: 1500,
      addresses: [{ address: '172.17.0.1', prefix: 16 }],
    };
    const machine = { ...self, facts: { ...self.facts, links: [...self.facts.links, docker] } };
    assert.throws(() => documentOf(shape, machine), { code: 'HOST_UNSUPPORTED', message: /172\.17\.0\.1 \(docker0\)/ });
  });

  it('renders the same once the macvlan and the pod network stand', () => {
    const [bond] = self.facts.links;
    assert.ok(bond);
    const links = [
      { ...bond, addresses: bond.addresses.filter(({ address }) => address !== self.privateAddress) },
      { ...bond, name: 'vent0', addresses: [{ address: self.privateAddress, prefix: 31 }] },
      { ...bond, name: 'cni0', addresses: [{ address: '172.16.0.1', prefix: 24 }] },
      { ...bond, name: 'flannel.1', addresses: [{ address: '172.16.0.0', prefix: 32 }] },
    ];
    const later = { ...self, facts: { ...self.facts, links } };
    assert.deepEqual(documentOf(shape, later), documentOf(shape, self));
  });

  it('says which link it looked for when a machine has none with its private address', () => {
    const machine = { ...self, facts: { ...self.facts, links: [] } };
    assert.throws(() => documentOf(shape, machine), { code: 'HOST_UNSUPPORTED', message: /carries 10\.80\.0\.1/ });
  });

  it('passes on that an artifact is not to be had', () => {
    const artifact: RenderSpec['artifact'] = (name) => {
      throw Object.assign(new Error(name), { code: 'ARTIFACT_UNKNOWN' });
    };
    const spec = { ...shape.spec, artifact };
    assert.throws(() => renderComponents(spec, self, shape.machines, COMPONENTS), { code: 'ARTIFACT_UNKNOWN' });
  });

  it('refuses an etcd machine whose join parameters were not stored', () => {
    assert.throws(() => documentOf(shape, { ...self, etcd: undefined }), { code: 'INVALID_INPUT' });
  });
});
