import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { Rendering } from '../../../coordinator/documents.ts';
import { assign, formerPartsOf, move, partsOf } from '../../../coordinator/rollout/rows.ts';
import { findSkew, type MachineVersions } from '../../../coordinator/rollout/skew.ts';
import { advance, compose, PARTS, type Parts, partOf, stagesOf, wholeAt } from '../../../coordinator/rollout/stages.ts';
import { findNoReturn, type UndoMachine } from '../../../coordinator/rollout/undo.ts';
import { makeFile } from '../../agent/machine.ts';

const NAMES = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet'];
const AT = '2030-01-01T00:00:00.000Z';

function render(revision: number): Rendering {
  const components = NAMES.map((name) => ({ name, resources: [makeFile(`/etc/vent/${name}`, `${revision}\n`)] }));
  return { nodeId: 'c1', name: 'c1', roles: ['control-plane'], revision, components, waitsFor: undefined };
}

describe('stages', () => {
  it('are three where the version of Kubernetes changes anywhere, else one', () => {
    assert.deepEqual(stagesOf(['1.36.3'], '1.37.2'), ['api', 'control', 'rest']);
    assert.deepEqual(stagesOf(['1.37.2', '1.36.3'], '1.37.2'), ['api', 'control', 'rest']);
    assert.deepEqual(stagesOf(['1.37.2'], '1.37.2'), ['rest']);
  });

  it('take each component from the revision of its part', () => {
    const { components, revision } = compose({ api: 3, control: 2, rest: 1 }, render);
    const contents = components?.map(({ name, resources: [first] }) => [
      name,
      first?.kind === 'file' ? first.content : '',
    ]);
    assert.deepEqual(contents, [
      ['etcd', '1\n'],
      ['kube-apiserver', '3\n'],
      ['kube-controller-manager', '2\n'],
      ['kube-scheduler', '2\n'],
      ['kubelet', '1\n'],
    ]);
    assert.equal(revision, 3);
    assert.deepEqual(NAMES.map(partOf), ['rest', 'api', 'control', 'control', 'rest']);
  });

  it('wait for what cannot be rendered', () => {
    const broken = (revision: number): Rendering =>
      revision === 2 ? { ...render(2), components: undefined, waitsFor: 'waits for kubelet 1.37.2' } : render(revision);
    assert.equal(compose({ api: 2, control: 1, rest: 1 }, broken).waitsFor, 'waits for kubelet 1.37.2');
  });

  it('are kept in rows that say everything of a machine', () => {
    const revision = fc.integer({ min: 1 });
    const parts = fc.record({ api: revision, control: revision, rest: revision }, { noNullPrototype: true });
    fc.assert(
      fc.property(parts, parts, fc.constantFrom(...PARTS), (from, to, stage) => {
        assert.deepEqual(partsOf(assign('n', to)), to);
        const moved = move('n', from, to, stage, AT);
        assert.deepEqual([partsOf(moved), formerPartsOf(moved)], [to, from]);
      }),
    );
  });

  it('keep the skew policy from every lawful start, machine by machine, in any order within a stage', () => {
    const machines = fc.array(fc.boolean(), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(machines, fc.integer({ min: 20, max: 60 }), fc.nat(), (workers, minor, seed) => {
        const versions = new Map([
          [1, `1.${minor}.3`],
          [2, `1.${minor + 1}.0`],
        ]);
        const all = [
          ...[true, true, true].map((isServer) => ({ isServer })),
          ...workers.map((isServer) => ({ isServer })),
        ];
        const parts: Parts[] = all.map(() => wholeAt(1));
        for (const stage of stagesOf([`1.${minor}.3`], `1.${minor + 1}.0`))
          for (let step = 0; step < all.length; step += 1) {
            const index = (step + seed) % all.length;
            parts[index] = advance(parts[index] ?? wholeAt(1), stage, 2);
            const state = all.map(({ isServer }, at): MachineVersions => {
              const version = (part: keyof Parts) => versions.get(parts[at]?.[part] ?? 1);
              const ofServer = isServer ? { apiServer: version('api'), controllers: version('control') } : undefined;
              return {
                name: `${at}`,
                apiServer: undefined,
                controllers: undefined,
                ...ofServer,
                kubelet: version('rest'),
              };
            });
            assert.equal(findSkew(state), undefined);
          }
      }),
    );
  });
});

describe("Kubernetes' skew policy", () => {
  const machine = (name: string, apiServer?: string, controllers?: string, kubelet?: string): MachineVersions => ({
    name,
    apiServer,
    controllers,
    kubelet,
  });

  it('names the machine and the rule that is broken', () => {
    const server = machine('c1', '1.36.3', '1.36.3', '1.36.3');
    const cases: readonly (readonly [MachineVersions, RegExp])[] = [
      [
        machine('w1', undefined, undefined, '1.37.2'),
        /^w1: its kubelet would be of 1\.37\.2, newer than an API server/,
      ],
      [machine('w1', undefined, undefined, '1.32.0'), /^w1: its kubelet .* more than 3 minor versions behind/],
      [machine('c2', '1.36.3', '1.37.2'), /^c2: its controller manager .* newer than an API server of 1\.36\.3/],
      [machine('c2', '1.37.2', '1.35.1'), /^c2: its controller manager .* more than one minor version behind/],
      [machine('c2', '1.38.0'), /^API servers would be of 1\.36\.3 and 1\.38\.0/],
    ];
    for (const [other, expected] of cases) assert.match(findSkew([server, other]) ?? '', expected);
  });

  it('allows kubelets three minor versions behind, and any patch version', () => {
    const server = machine('c1', '1.36.3', '1.35.9', '1.33.0');
    assert.equal(findSkew([server, machine('w1', undefined, undefined, '1.36.9')]), undefined);
    assert.equal(findSkew([machine('w1', undefined, undefined, '1.37.2')]), undefined);
  });
});

describe('the point of no return', () => {
  const etcd = '3.7.3';
  const server = (id: string, now: string, before?: string): UndoMachine => ({
    id,
    roles: ['etcd', 'control-plane'],
    has: { kubernetes: now, etcd },
    before: before === undefined ? undefined : { kubernetes: before, etcd },
  });
  const member = (id: string, now: string, before?: string): UndoMachine => ({
    id,
    roles: ['etcd'],
    has: { kubernetes: '1.37.2', etcd: now },
    before: before === undefined ? undefined : { kubernetes: '1.37.2', etcd: before },
  });

  it('is the second API server of a new minor version', () => {
    const moving = server('c1', '1.37.2', '1.36.3');
    assert.equal(findNoReturn('c1', [moving, server('c2', '1.36.3')]), undefined);
    assert.match(findNoReturn('c1', [moving, server('c2', '1.37.0')]) ?? '', /Kubernetes 1\.37\.2 already/);
    assert.equal(findNoReturn('c1', [server('c1', '1.37.2', '1.37.1'), server('c2', '1.37.2')]), undefined);
  });

  it('is the last member of a new minor version of etcd', () => {
    const moving = member('e1', '3.8.0', '3.7.3');
    assert.equal(findNoReturn('e1', [moving, member('e2', '3.7.3'), member('e3', '3.8.0')]), undefined);
    assert.match(findNoReturn('e1', [moving, member('e2', '3.8.0')]) ?? '', /every member has etcd 3\.8\.0/);
    assert.match(findNoReturn('e1', [moving]) ?? '', /every member has etcd/);
  });
});
