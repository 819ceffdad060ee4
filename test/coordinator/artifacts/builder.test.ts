import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type Builder, createBuilder } from '../../../coordinator/artifacts/builder.ts';
import { type ArtifactCache, createArtifactCache } from '../../../coordinator/artifacts/cache.ts';
import { createFakeGo, type FakeGo, type FakeGoOptions } from '../../../coordinator/artifacts/fake-go.ts';
import { createEagerClock } from '../../../shared/fake-clock.ts';
import { createListener, makeRoom, VERSIONS } from './room.ts';

interface Bench {
  readonly builder: Builder;
  readonly cache: ArtifactCache;
  readonly go: FakeGo;
  readonly room: string;
}

async function makeBench(t: TestContext, options: FakeGoOptions & { readonly isRoot?: boolean } = {}): Promise<Bench> {
  const room = await makeRoom(t);
  const cache = createArtifactCache(room);
  const go = createFakeGo(options);
  const deps = { cache, directory: room, run: go.run, clock: createEagerClock() };
  const builder = createBuilder({ ...deps, hostArchitecture: 'x64', isRoot: options.isRoot ?? false });
  return { builder, cache, go, room };
}

const x64 = { architecture: 'x64' } as const;
const quiet = { ...x64, report() {} };

describe('the builder', () => {
  it('builds everything, step by step, and records how', async (t) => {
    const { builder, go } = await makeBench(t);
    const { report, all } = createListener();
    const built = await builder.build(VERSIONS, { ...x64, report });
    assert.equal(built.length, 21);
    assert.equal(go.compiled().length, 21);
    assert.deepEqual(new Set(all.map((one) => one.steps)), new Set([21]));
    assert.deepEqual(
      [...new Set(all.map((one) => one.step))],
      [...built.keys()].map((index) => index + 1),
    );
    const kubelet = built.find((one) => one.record.name === 'kubelet')?.record;
    assert.deepEqual(kubelet?.origin, {
      method: 'built',
      module: 'k8s.io/kubernetes',
      moduleVersion: 'v1.37.2',
      package: 'k8s.io/kubernetes/cmd/kubelet',
      go: 'go1.26.8',
      arguments: kubelet?.origin.method === 'built' ? kubelet.origin.arguments : [],
      cgo: false,
    });
  });

  it('builds nothing twice, and each version of Kubernetes once', async (t) => {
    const { builder, go } = await makeBench(t);
    await builder.build(VERSIONS, quiet);
    const { report, all } = createListener();
    await builder.build(VERSIONS, { ...x64, report });
    assert.deepEqual(new Set(all.map((one) => one.state)), new Set(['cached']));
    assert.equal(go.compiled().length, 21);
    const older = await builder.build({ ...VERSIONS, kubernetes: '1.36.3' }, { ...quiet, names: ['kubelet'] });
    assert.equal(older[0]?.record.version, '1.36.3');
    assert.equal(go.compiled().length, 22);
  });

  it('goes on after a failure with what is missing, and leaves nothing half made', async (t) => {
    const broken = ['github.com/containerd/containerd/v2/cmd/ctr'];
    const { builder, cache, room } = await makeBench(t, { broken });
    const names = ['containerd', 'ctr'];
    await assert.rejects(builder.build(VERSIONS, { ...quiet, names }), { code: 'COMMAND_FAILED', message: /syntax/ });
    assert.deepEqual(await readdir(room), ['containerd']);
    const repaired = createFakeGo();
    const deps = { cache, directory: room, run: repaired.run, clock: createEagerClock() };
    await createBuilder({ ...deps, hostArchitecture: 'x64', isRoot: false }).build(VERSIONS, { ...quiet, names });
    assert.deepEqual(repaired.compiled(), broken);
  });

  it('builds a damaged artifact again and says so', async (t) => {
    const { builder, go } = await makeBench(t);
    const [ctr] = await builder.build(VERSIONS, { ...quiet, names: ['ctr'] });
    await writeFile(ctr?.path ?? '', 'cut');
    const { report, lines } = createListener();
    const [again] = await builder.build(VERSIONS, { ...x64, report, names: ['ctr'] });
    assert.equal(again?.record.sha256, ctr?.record.sha256);
    assert.ok(lines.includes('ctr 2.3.7 x64 notice'));
    assert.equal(go.compiled().length, 2);
  });

  it('lets two builds at once take turns, so that the second finds the work done', async (t) => {
    const { builder, go } = await makeBench(t);
    const options = { ...quiet, names: ['bridge', 'loopback'] };
    await Promise.all([builder.build(VERSIONS, options), builder.build(VERSIONS, options)]);
    assert.equal(go.compiled().length, 2);
  });

  it('replaces the parts of Kubernetes by their published versions', async (t) => {
    const room = await makeRoom(t);
    const go = createFakeGo();
    const written: string[] = [];
    const run: typeof go.run = async (argv, options) => {
      if (argv[1] === 'build') written.push(await readFile(join(options.directory ?? '', 'go.mod'), 'utf8'));
      return go.run(argv, options);
    };
    const deps = { cache: createArtifactCache(room), directory: room, run, clock: createEagerClock() };
    const builder = createBuilder({ ...deps, hostArchitecture: 'x64', isRoot: false });
    await builder.build(VERSIONS, { ...quiet, names: ['kubectl'] });
    assert.match(written[0] ?? '', /replace \(\n\tk8s\.io\/api => k8s\.io\/api v0\.37\.2\n\)/);
  });
});

describe('the builder, refusing', () => {
  it('names a module that cannot be had, as root or as a dependency', async (t) => {
    for (const refused of ['github.com/coredns/coredns@v1.15.0', 'example.com/deep@v1.2.3']) {
      const { builder, go } = await makeBench(t, { refused });
      const building = builder.build(VERSIONS, { ...quiet, names: ['coredns'] });
      await assert.rejects(building, { code: 'UNAVAILABLE', message: new RegExp(refused), hint: /GOPROXY/ });
      assert.deepEqual(go.compiled(), []);
    }
  });

  it('names a program that it has no recipe for, and those it has', async (t) => {
    const { builder } = await makeBench(t);
    const building = builder.build(VERSIONS, { ...quiet, names: ['kubelt'] });
    await assert.rejects(building, { code: 'ARTIFACT_UNKNOWN', message: /kubelt/, hint: /kubelet/ });
  });

  it('says that Go is missing', async (t) => {
    const { builder } = await makeBench(t, { isInstalled: false });
    await assert.rejects(builder.build(VERSIONS, { ...quiet, names: ['ctr'] }), { code: 'HOST_UNSUPPORTED' });
  });

  it('does not compile C for another architecture, but Go it does', async (t) => {
    const { builder } = await makeBench(t);
    const arm64 = { architecture: 'arm64', report() {} } as const;
    const [ctr] = await builder.build(VERSIONS, { ...arm64, names: ['ctr'] });
    assert.equal(ctr?.record.architecture, 'arm64');
    await assert.rejects(builder.build(VERSIONS, { ...arm64, names: ['runc'] }), { code: 'HOST_UNSUPPORTED' });
  });

  it('installs libseccomp-dev when it may, saying so, and otherwise says how', async (t) => {
    const names = ['runc'];
    const asUser = await makeBench(t, { hasLibrary: false });
    await assert.rejects(asUser.builder.build(VERSIONS, { ...quiet, names }), {
      code: 'HOST_UNSUPPORTED',
      hint: /apt-get install .*libseccomp-dev/,
    });
    const asRoot = await makeBench(t, { hasLibrary: false, isRoot: true });
    const { report, all } = createListener();
    await asRoot.builder.build(VERSIONS, { ...x64, report, names });
    assert.match(all.find((one) => one.state === 'notice')?.detail ?? '', /libseccomp-dev/);
  });

  it('stops when it is interrupted', async (t) => {
    const { builder, room } = await makeBench(t);
    const stop = new AbortController();
    const report = (): void => stop.abort();
    const building = builder.build(VERSIONS, { ...x64, report, signal: stop.signal });
    await assert.rejects(building, { code: 'CANCELLED' });
    assert.deepEqual(await readdir(room), []);
  });
});
