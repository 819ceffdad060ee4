import assert from 'node:assert/strict';
import { truncate, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createArtifactCache } from '../../../coordinator/artifacts/cache.ts';
import { createFakeGo } from '../../../coordinator/artifacts/fake-go.ts';
import { readManifest } from '../../../coordinator/artifacts/manifest.ts';
import type { RunProgram } from '../../../coordinator/artifacts/program.ts';
import { createArtifactWork } from '../../../coordinator/artifacts/work.ts';
import type { ArtifactOrder, ArtifactWork } from '../../../coordinator/cli/artifacts-command.ts';
import { createEagerClock } from '../../../shared/fake-clock.ts';
import { makeRoom, VERSIONS } from './room.ts';

const nowhere = { manifest: undefined, cache: undefined };

interface Bench {
  readonly room: string;
  readonly work: ArtifactWork;
  readonly order: ArtifactOrder;
}

async function makeBench(t: TestContext): Promise<Bench> {
  const room = await makeRoom(t);
  const cacheDirectory = join(room, 'cache');
  await writeFile(join(room, 'busybox'), 'busybox');
  const busybox = { name: 'busybox', version: 'static', architecture: 'x64' } as const;
  const origin = { method: 'package', package: 'busybox-static 1' } as const;
  await createArtifactCache(cacheDirectory).adopt(busybox, join(room, 'busybox'), origin);
  const go = createFakeGo();
  const run: RunProgram = async (argv, options) =>
    argv[1] === '--list' ? { code: 0, output: 'sh\n', complaint: '' } : go.run(argv, options);
  const work = createArtifactWork({
    cacheDirectory,
    hostArchitecture: 'x64',
    isRoot: false,
    run,
    fetch,
    clock: createEagerClock(),
    random: () => 0,
  });
  const { kubernetes: version, ...versions } = VERSIONS;
  const order: ArtifactOrder = {
    ...nowhere,
    method: 'build',
    kubernetes: [],
    manifest: join(room, 'artifacts.json'),
    spec: { kubernetes: { version }, versions },
    architecture: undefined,
    oomScoreRestricted: false,
    signal: new AbortController().signal,
  };
  return { room, work, order };
}

describe('the work of vent artifacts', () => {
  it('builds for this computer and writes the manifest that a coordinator takes in', async (t) => {
    const { work, order, room } = await makeBench(t);
    const made = await work.make(order, () => {});
    const manifest = await readManifest(join(room, 'artifacts.json'));
    assert.deepEqual(
      manifest.map(({ record, path }) => [record.name, record.architecture, path]),
      made.map((row) => [row.name, 'x64', row.path]),
    );
    assert.deepEqual(await work.list({ ...nowhere, manifest: order.manifest }), made);
  });

  it('lists the whole cache by name, what only images are made of included', async (t) => {
    const { work, order } = await makeBench(t);
    assert.deepEqual(
      (await work.list(nowhere)).map((row) => [row.name, row.origin]),
      [['busybox', 'busybox-static 1']],
    );
    const made = await work.make(order, () => {});
    const names = (await work.list(nowhere)).map((row) => row.name);
    assert.deepEqual(names, names.toSorted());
    assert.equal(names.length, made.length + 2);
  });

  it('makes the programs of further versions of Kubernetes too, and everything else once', async (t) => {
    const { work, order } = await makeBench(t);
    const alone = await work.make(order, () => {});
    const both = await work.make({ ...order, kubernetes: ['1.36.3'] }, () => {});
    const versionsOf = (name: string) => both.filter((row) => row.name === name).map((row) => row.version);
    assert.deepEqual(versionsOf('kubelet'), ['1.37.2', '1.36.3']);
    assert.deepEqual(versionsOf('containerd').length, 1);
    assert.equal(both.length, alone.length + 6);
  });

  it('finds an empty cache where none is', async (t) => {
    const { work, room } = await makeBench(t);
    assert.deepEqual(await work.list({ ...nowhere, cache: join(room, 'none') }), []);
  });

  it('puts absolute paths into a manifest, wherever the cache is said to be', async (t) => {
    const { work, order, room } = await makeBench(t);
    const [row] = await work.make({ ...order, cache: relative(process.cwd(), join(room, 'cache')) }, () => {});
    assert.ok(row?.path.startsWith(room), row?.path);
  });

  it('names each damaged file of a manifest', async (t) => {
    const { work, order } = await makeBench(t);
    const made = await work.make(order, () => {});
    const steps: string[] = [];
    assert.deepEqual(await work.verify(order, (progress) => steps.push(progress.state)), []);
    assert.deepEqual(steps, Array(made.length).fill('done'));
    const kubectl = made.find((row) => row.name === 'kubectl');
    await truncate(kubectl?.path ?? '', 2);
    assert.match((await work.verify(order, () => {})).join(), /^cannot use kubectl 1\.37\.2 x64: it has 2 bytes/);
  });
});
