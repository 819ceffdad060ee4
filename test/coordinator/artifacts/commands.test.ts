import assert from 'node:assert/strict';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createBuilder } from '../../../coordinator/artifacts/builder.ts';
import { type ArtifactCache, createArtifactCache } from '../../../coordinator/artifacts/cache.ts';
import { createCatalogue } from '../../../coordinator/artifacts/catalogue.ts';
import {
  buildArtifacts,
  type Depot,
  fetchArtifacts,
  importArtifacts,
  importFile,
  listArtifacts,
  verifyArtifacts,
} from '../../../coordinator/artifacts/commands.ts';
import { createFakeGo } from '../../../coordinator/artifacts/fake-go.ts';
import type { Fetcher } from '../../../coordinator/artifacts/fetcher.ts';
import { createImageBuilder, type ImageBuilder } from '../../../coordinator/artifacts/image-builder.ts';
import { createArtifactStore } from '../../../coordinator/artifacts/store.ts';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { createEagerClock } from '../../../shared/fake-clock.ts';
import { createListener, makeRoom, VERSIONS } from './room.ts';

const x64 = { architecture: 'x64' } as const;
const signer = { keyId: 'k', sign: (bytes: Uint8Array) => bytes.slice(0, 64), verify: () => true };

interface Bench {
  readonly room: string;
  readonly cache: ArtifactCache;
  readonly images: ImageBuilder;
  readonly build: (report: Parameters<typeof buildArtifacts>[2]['report']) => ReturnType<typeof buildArtifacts>;
  readonly depot: Depot;
}

async function makeBench(t: TestContext): Promise<Bench> {
  const room = await makeRoom(t);
  const cache = createArtifactCache(join(room, 'cache'));
  await writeFile(join(room, 'busybox'), 'busybox');
  const busybox = { name: 'busybox', version: 'static', ...x64 };
  await cache.adopt(busybox, join(room, 'busybox'), { method: 'package', package: 'busybox-static 1' });
  const clock = createEagerClock();
  const run: ReturnType<typeof createFakeGo>['run'] = async (argv, options) =>
    argv[1] === '--list' ? { code: 0, output: 'sh\n', complaint: '' } : createFakeGo().run(argv, options);
  const deps = {
    cache,
    directory: join(room, 'cache'),
    run,
    clock,
    now: clock.now,
    hostArchitecture: 'x64',
    isRoot: false,
  };
  const [builder, images] = [createBuilder(deps), createImageBuilder(deps)];
  const store = createArtifactStore(join(room, 'data'));
  const depot = { store, catalogue: createCatalogue({ store: createMemoryStore(), signer }), now: clock.now };
  return {
    room,
    cache,
    images,
    depot,
    build: (report) => buildArtifacts({ builder, images }, VERSIONS, { ...x64, report }),
  };
}

describe('building artifacts', () => {
  it('makes everything that machines are given, counted as one piece of work', async (t) => {
    const { build } = await makeBench(t);
    const { report, all } = createListener();
    const built = await build(report);
    const coredns = built.filter(({ record }) => record.name === 'coredns');
    assert.deepEqual([built.length, coredns.length, coredns[0]?.record.variant], [23, 1, 'image']);
    assert.deepEqual(new Set(all.map((one) => one.steps)), new Set([24]));
    assert.deepEqual(new Set(all.map((one) => one.step)), new Set(Array.from({ length: 24 }, (_, index) => index + 1)));
    assert.deepEqual(
      all.map((one) => one.step),
      all.map((one) => one.step).toSorted((a, b) => a - b),
    );
  });
});

describe('fetching artifacts', () => {
  it('asks upstream for every program that would be built, and packs the images', async (t) => {
    const { images, cache, room } = await makeBench(t);
    const asked: string[] = [];
    const fetcher: Fetcher = {
      async fetch(upstreams) {
        const programs = upstreams.flatMap((one) => one.programs.map(({ name }) => ({ name, version: one.version })));
        asked.push(...programs.map(({ name }) => name));
        return Promise.all(
          programs.map(async (program) => {
            await writeFile(join(room, program.name), program.name);
            return cache.adopt({ ...program, ...x64 }, join(room, program.name), {
              method: 'fetched',
              url: 'https://e.org',
            });
          }),
        );
      },
    };
    const fetched = await fetchArtifacts({ fetcher, images }, VERSIONS, { ...x64, report() {} });
    assert.equal(asked.length, 21);
    assert.deepEqual([fetched.length, fetched.filter(({ record }) => record.variant === 'image').length], [23, 3]);
  });
});

describe('importing artifacts', () => {
  it('makes them known by name, with where they came from, and a second time is no change', async (t) => {
    const { build, depot } = await makeBench(t);
    const built = await build(() => {});
    const { report, lines } = createListener();
    await importArtifacts(depot, built, { report });
    await importArtifacts(depot, built, { report });
    assert.equal(lines.length, 46);
    const entries = await listArtifacts(depot.catalogue);
    assert.equal(entries.length, 23);
    const upstreamOf = (name: string): string | undefined => entries.find((entry) => entry.name === name)?.upstream;
    assert.equal(upstreamOf('kubelet'), 'k8s.io/kubernetes/cmd/kubelet@v1.37.2');
    assert.match(upstreamOf('coredns') ?? '', /^vent\.local\/coredns:1\.15\.0 from coredns 1\.15\.0 x64 sha256:/);
  });

  it('never takes in what was damaged on the way', async (t) => {
    const { build, depot } = await makeBench(t);
    const [bridge, ...rest] = await build(() => {});
    await truncate(bridge?.path ?? '', 3);
    await assert.rejects(importArtifacts(depot, bridge ? [bridge, ...rest] : [], { report() {} }), {
      code: 'ARTIFACT_CORRUPT',
    });
    assert.deepEqual(await listArtifacts(depot.catalogue), []);
  });

  it("takes the operator's own file, and another for it only when asked", async (t) => {
    const { room, depot } = await makeBench(t);
    const wanted = { name: 'kubelet', version: '1.37.2', ...x64 };
    await writeFile(join(room, 'one'), 'one');
    await writeFile(join(room, 'two'), 'two');
    await importFile(depot, join(room, 'one'), wanted);
    await assert.rejects(importFile(depot, join(room, 'two'), wanted), { code: 'CONFLICT' });
    const entry = await importFile(depot, join(room, 'two'), wanted, { replace: true });
    assert.deepEqual(await listArtifacts(depot.catalogue), [entry]);
    await assert.rejects(importFile(depot, join(room, 'none'), wanted), { code: 'NOT_FOUND' });
  });
});

describe('verifying artifacts', () => {
  it('names each one that is damaged and what is wrong with it', async (t) => {
    const { room, build, depot } = await makeBench(t);
    await importArtifacts(depot, await build(() => {}), { report() {} });
    assert.deepEqual(await verifyArtifacts(depot, () => {}), []);
    const kubectl = (await listArtifacts(depot.catalogue)).find((entry) => entry.name === 'kubectl');
    await truncate(join(room, 'data', `sha256-${kubectl?.sha256}`), 2);
    const damaged = await verifyArtifacts(depot, () => {});
    assert.deepEqual(
      damaged.map(({ entry, error }) => [entry.name, error.code]),
      [['kubectl', 'ARTIFACT_CORRUPT']],
    );
    assert.match(damaged[0]?.error.message ?? '', /kubectl 1\.37\.2 x64: it has 2 bytes/);
  });
});
