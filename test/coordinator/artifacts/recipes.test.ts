import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recipesFor, versionsOf } from '../../../coordinator/artifacts/recipes.ts';
import { buildArguments, writeModFile } from '../../../coordinator/artifacts/toolchain.ts';
import { specSchema } from '../../../shared/spec/schema.ts';
import { VERSIONS } from './room.ts';

const find = (name: string, options = {}) => {
  const recipe = recipesFor(VERSIONS, options).find((one) => one.name === name);
  assert.ok(recipe);
  return recipe;
};

describe('the recipes', () => {
  it('make every program that machines are given, each once', () => {
    const names = recipesFor(VERSIONS).flatMap((recipe) => recipe.programs.map((program) => program.name));
    assert.deepEqual(names.toSorted(), [
      ...['bridge', 'containerd', 'containerd-shim-runc-v2', 'containerd-shim-runsc-v1', 'coredns', 'ctr', 'etcd'],
      ...['etcdctl', 'etcdutl', 'flanneld', 'host-local', 'kube-apiserver', 'kube-controller-manager', 'kube-proxy'],
      ...['kube-scheduler', 'kubectl', 'kubelet', 'loopback', 'portmap', 'runc', 'runsc'],
    ]);
  });

  it("take their versions from the spec and know the spec's own defaults", () => {
    const spec = specSchema.parse({
      kubernetes: { version: '1.37.2' },
      provider: { static: { machines: [] } },
      pools: [{ name: 'a', roles: ['worker'], count: 0 }],
    });
    assert.deepEqual(versionsOf(spec), VERSIONS);
    assert.doesNotThrow(() => recipesFor(versionsOf(spec)));
  });

  it('hold two versions of Kubernetes side by side', () => {
    const [older] = recipesFor({ ...VERSIONS, kubernetes: '1.36.3' }).filter((recipe) => recipe.name === 'kubernetes');
    assert.equal(older?.stagingVersion, 'v0.36.3');
    assert.match(older?.linkerFlags ?? '', /gitVersion=v1\.36\.3 .*gitMinor=36 /);
    assert.equal(older?.modules[0].version, 'v1.36.3');
  });

  it('refuse a release of runsc whose commit is not known, and name those that are', () => {
    assert.throws(() => recipesFor({ ...VERSIONS, runsc: '20990101' }), { code: 'ARTIFACT_UNKNOWN', hint: /20260905/ });
  });

  it('change the shim only when the host is said to be restricted, under a key of its own', () => {
    assert.equal(find('runsc-shim').change, undefined);
    const change = find('runsc-shim', { oomScoreRestricted: true }).change;
    assert.equal(change?.name, 'oom-score-restricted');
    assert.match(change?.reason ?? '', /CAP_SYS_RESOURCE/);
    assert.equal(find('runsc', { oomScoreRestricted: true }).change, undefined);
  });
});

describe('a recipe', () => {
  it('builds without paths of this machine, and runc with seccomp', () => {
    for (const recipe of recipesFor(VERSIONS)) assert.ok(buildArguments(recipe).includes('-trimpath'), recipe.name);
    assert.deepEqual(buildArguments(find('runc')).slice(2, 4), ['-tags', 'seccomp,netgo,osusergo']);
  });

  it('is a module that names its programs as tools', () => {
    assert.equal(
      writeModFile(find('etcd'), ['a => b v1']),
      `module vent.local/build/etcd

go 1.26.0

require (
\tgo.etcd.io/etcd/server/v3 v3.7.3
\tgo.etcd.io/etcd/etcdctl/v3 v3.7.3
\tgo.etcd.io/etcd/etcdutl/v3 v3.7.3
)

replace (
\ta => b v1
)

tool (
\tgo.etcd.io/etcd/server/v3
\tgo.etcd.io/etcd/etcdctl/v3
\tgo.etcd.io/etcd/etcdutl/v3
)
`,
    );
  });
});
