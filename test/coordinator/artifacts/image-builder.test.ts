import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createArtifactCache } from '../../../coordinator/artifacts/cache.ts';
import { createImageBuilder } from '../../../coordinator/artifacts/image-builder.ts';
import type { RunProgram } from '../../../coordinator/artifacts/program.ts';
import { createListener, makeRoom, VERSIONS } from './room.ts';

/** A Debian without busybox-static, whose mirror has it or has not. */
function createFakeDebian(hasMirror: boolean): { readonly run: RunProgram; readonly calls: string[] } {
  const calls: string[] = [];
  const good = { code: 0, output: '', complaint: '' };
  const run: RunProgram = async (argv, { directory = '' }) => {
    calls.push(argv.slice(0, 2).join(' '));
    if (argv[0] === 'dpkg-query') return { ...good, code: 1 };
    if (argv.includes('--list')) return { ...good, output: 'sh\nnc\n' };
    if (argv.includes('-f')) return { ...good, output: '1:1.35.0-4\n' };
    if (argv.includes('download')) {
      if (!hasMirror) return { ...good, code: 100, complaint: 'E: no mirror' };
      await writeFile(join(directory, 'busybox-static_1_amd64.deb'), 'deb');
    }
    if (argv.includes('-x')) {
      await mkdir(join(directory, 'tree/bin'), { recursive: true });
      await writeFile(join(directory, 'tree/bin/busybox'), 'static busybox');
    }
    return good;
  };
  return { run, calls };
}

const x64 = { architecture: 'x64' } as const;
const coredns = { name: 'coredns', version: '1.15.0', ...x64 };

describe('the image builder', () => {
  it('packs the three images from a package and a program of the cache, leaving nothing else', async (t) => {
    const directory = await makeRoom(t);
    const cache = createArtifactCache(directory);
    await writeFile(join(directory, 'part'), 'dns');
    await cache.adopt(coredns, join(directory, 'part'), { method: 'package', package: 'test' });
    const debian = createFakeDebian(true);
    const deps = { cache, directory, run: debian.run, now: () => 0, hostArchitecture: 'x64' };
    const { report, lines } = createListener();
    const built = await createImageBuilder(deps).build(VERSIONS, { ...x64, report });
    assert.deepEqual(
      built.map(({ record }) => `${record.name} ${record.version}`),
      ['pause 1.0.0', 'busybox 1', 'coredns 1.15.0'],
    );
    assert.ok(lines.includes('pause 1.0.0 x64 (image) notice'));
    assert.equal((await cache.find({ name: 'busybox', version: 'static', ...x64 }))?.record.size, 14);
    assert.deepEqual((await readdir(directory)).toSorted(), ['busybox', 'coredns', 'pause']);
  });

  it('packs again only when the program in an image is another', async (t) => {
    const directory = await makeRoom(t);
    const cache = createArtifactCache(directory);
    const deps = { cache, directory, run: createFakeDebian(true).run, now: () => 0, hostArchitecture: 'x64' };
    const builder = createImageBuilder(deps);
    for (const [program, state] of [
      ['dns', 'done'],
      ['dns', 'cached'],
      ['new dns', 'done'],
    ] as const) {
      await writeFile(join(directory, 'part'), program);
      await cache.adopt(coredns, join(directory, 'part'), { method: 'package', package: 'test' });
      const { report, all } = createListener();
      await builder.build(VERSIONS, { ...x64, report, names: ['coredns'] });
      assert.equal(all.at(-1)?.state, state);
    }
  });

  it('asks for CoreDNS to be built or fetched first', async (t) => {
    const directory = await makeRoom(t);
    const run = createFakeDebian(true).run;
    const deps = { cache: createArtifactCache(directory), directory, run, now: () => 0, hostArchitecture: 'x64' };
    const building = createImageBuilder(deps).build(VERSIONS, { ...x64, report() {}, names: ['coredns'] });
    await assert.rejects(building, { code: 'ARTIFACT_UNKNOWN', hint: /coredns/ });
  });

  it('says which package it lacks, or that the machine is of the wrong kind', async (t) => {
    const directory = await makeRoom(t);
    const run = createFakeDebian(false).run;
    const deps = { cache: createArtifactCache(directory), directory, run, now: () => 0, hostArchitecture: 'x64' };
    const names = ['pause'] as const;
    const builder = createImageBuilder(deps);
    await assert.rejects(builder.build(VERSIONS, { ...x64, report() {}, names }), {
      code: 'HOST_UNSUPPORTED',
      message: /no mirror/,
      hint: /busybox-static/,
    });
    await assert.rejects(builder.build(VERSIONS, { architecture: 'arm64', report() {}, names }), {
      code: 'HOST_UNSUPPORTED',
    });
  });
});
