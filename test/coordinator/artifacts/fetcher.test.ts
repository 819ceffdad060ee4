import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { describe, it, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { createArtifactCache } from '../../../coordinator/artifacts/cache.ts';
import { createFetcher, type Fetcher } from '../../../coordinator/artifacts/fetcher.ts';
import type { Upstream } from '../../../coordinator/artifacts/upstream.ts';
import { createEagerClock } from '../../../shared/fake-clock.ts';
import { type Mirror, startMirror } from './mirror.ts';
import { createListener, makeRoom } from './room.ts';

async function makeTarball(members: Record<string, string>): Promise<Buffer> {
  const archive = pack();
  for (const [name, body] of Object.entries(members)) archive.entry({ name }, body);
  archive.entry({ name: 'bin/ctr-link', type: 'symlink', linkname: '/etc/passwd' });
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return gzipSync(Buffer.concat(chunks));
}

interface Bench {
  readonly fetcher: Fetcher;
  readonly mirror: Mirror;
  readonly room: string;
}

async function makeBench(t: TestContext): Promise<Bench> {
  const [mirror, room] = [await startMirror(t), await makeRoom(t)];
  const deps = { fetch, clock: createEagerClock(), random: () => 0, cache: createArtifactCache(room), directory: room };
  return { fetcher: createFetcher(deps), mirror, room };
}

const digest = (bytes: Uint8Array, algorithm = 'sha256'): string => createHash(algorithm).update(bytes).digest('hex');
const x64 = { architecture: 'x64' } as const;
const quiet = { ...x64, report() {} };

function single(base: string, algorithm: 'sha256' | 'sha512' = 'sha256'): Upstream {
  const url = `${base}/runsc`;
  return { url, checksum: { url: `${url}.sum`, algorithm }, version: '1', programs: [{ name: 'runsc' }] };
}

function tarball(base: string, ...names: readonly string[]): Upstream {
  const url = `${base}/all.tar.gz`;
  const programs = names.map((name) => ({ name, member: `bin/${name}` }));
  return { url, checksum: { url: `${url}.sum`, algorithm: 'sha256' }, version: '1', programs };
}

describe('the fetcher', () => {
  it('brings a program that upstream vouches for, once', async (t) => {
    const { fetcher, mirror } = await makeBench(t);
    const bytes = Buffer.from('a program');
    mirror.files.set('/runsc', bytes);
    mirror.files.set('/runsc.sum', Buffer.from(`${digest(bytes, 'sha512')}  runsc\n`));
    const [runsc] = await fetcher.fetch([single(mirror.base, 'sha512')], quiet);
    assert.deepEqual(await readFile(runsc?.path ?? ''), bytes);
    const [url, checkedBy] = [`${mirror.base}/runsc`, `${mirror.base}/runsc.sum`];
    assert.deepEqual(runsc?.record.origin, { method: 'fetched', url, checkedBy });
    const { report, lines } = createListener();
    await fetcher.fetch([single(mirror.base, 'sha512')], { ...x64, report });
    assert.deepEqual(lines, ['runsc 1 cached']);
    assert.equal(mirror.requests.length, 2);
  });

  it('takes the wanted members out of a tarball and nothing else', async (t) => {
    const { fetcher, mirror, room } = await makeBench(t);
    const bytes = await makeTarball({ './bin/ctr': 'ctr', 'bin/containerd': 'containerd', '../../evil': 'evil' });
    mirror.files.set('/all.tar.gz', bytes);
    mirror.files.set('/all.tar.gz.sum', Buffer.from(digest(bytes)));
    const fetched = await fetcher.fetch([tarball(mirror.base, 'containerd', 'ctr')], quiet);
    assert.deepEqual(await Promise.all(fetched.map(({ path }) => readFile(path, 'utf8'))), ['containerd', 'ctr']);
    assert.deepEqual((await readdir(room)).toSorted(), ['containerd', 'ctr', 'downloads']);
  });

  it('says so where upstream publishes no checksum', async (t) => {
    const { fetcher, mirror } = await makeBench(t);
    mirror.files.set('/flanneld-amd64', Buffer.from('flanneld'));
    const upstream = { url: `${mirror.base}/flanneld-amd64`, version: '1', programs: [{ name: 'flanneld' }] };
    const { report, all } = createListener();
    const [flanneld] = await fetcher.fetch([upstream], { ...x64, report });
    assert.match(all.find((one) => one.state === 'notice')?.detail ?? '', /no checksum/);
    assert.deepEqual(flanneld?.record.origin, { method: 'fetched', url: upstream.url });
  });

  it('fetches only what is asked for', async (t) => {
    const { fetcher, mirror } = await makeBench(t);
    assert.deepEqual(await fetcher.fetch([single(mirror.base)], { ...quiet, names: ['kubelet'] }), []);
    assert.deepEqual(mirror.requests, []);
  });
});

describe('the fetcher, refusing', () => {
  it('never lets bytes through that upstream does not vouch for, and begins anew', async (t) => {
    const { fetcher, mirror, room } = await makeBench(t);
    const bytes = Buffer.from('a program');
    mirror.files.set('/runsc', Buffer.from('a prograX'));
    mirror.files.set('/runsc.sum', Buffer.from(digest(bytes)));
    await assert.rejects(fetcher.fetch([single(mirror.base)], quiet), { code: 'ARTIFACT_CORRUPT' });
    assert.deepEqual(await readdir(`${room}/downloads`), []);
    mirror.files.set('/runsc', bytes);
    assert.equal((await fetcher.fetch([single(mirror.base)], quiet)).length, 1);
  });

  it('refuses a tarball that is cut, lacks a program or has one twice', async (t) => {
    const { fetcher, mirror } = await makeBench(t);
    const whole = await makeTarball({ 'bin/ctr': 'ctr'.repeat(9999) });
    const twice = await makeTarball({ 'bin/ctr': 'one', './bin/ctr': 'two' });
    const absent = await makeTarball({ 'bin/other': 'other' });
    for (const bytes of [whole.subarray(0, whole.length / 2), twice, absent, Buffer.from('no tarball')]) {
      mirror.files.set('/all.tar.gz', bytes);
      mirror.files.set('/all.tar.gz.sum', Buffer.from(digest(bytes)));
      await assert.rejects(fetcher.fetch([tarball(mirror.base, 'ctr')], quiet), { code: 'ARTIFACT_CORRUPT' });
    }
  });

  it('does not take a link for a program', async (t) => {
    const { fetcher, mirror } = await makeBench(t);
    const bytes = await makeTarball({});
    mirror.files.set('/all.tar.gz', bytes);
    mirror.files.set('/all.tar.gz.sum', Buffer.from(digest(bytes)));
    await assert.rejects(fetcher.fetch([tarball(mirror.base, 'ctr-link')], quiet), { code: 'ARTIFACT_CORRUPT' });
  });
});
