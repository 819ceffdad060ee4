/** Snapshots of a real etcd, read through its gateway as an agent does, restored by etcd's own program. Needs no machine. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Connections } from '../../agent/host/host.ts';
import { createConnections } from '../../agent/host/linux/connections.ts';
import { type SendSnapshot, takeSnapshot } from '../../agent/operations/snapshot.ts';
import { createBuilder } from '../../coordinator/artifacts/builder.ts';
import { cacheDirectory, createArtifactCache } from '../../coordinator/artifacts/cache.ts';
import { runProgram } from '../../coordinator/artifacts/program.ts';
import { versionsOf } from '../../coordinator/artifacts/recipes.ts';
import { createAuthorities } from '../../coordinator/authority/authorities.ts';
import { createMemoryStore } from '../../coordinator/store/memory.ts';
import { createSealer } from '../../coordinator/store/sealer.ts';
import { waitFor } from '../../scripts/lab/machine.ts';
import { systemClock } from '../../shared/clock.ts';
import { encodePrivateKey, generateKey, spkiOf } from '../../shared/identity/keys.ts';
import { shapeNamed } from '../coordinator/components/shapes.ts';
import { seconds } from './cluster.ts';
import { freePort } from './kubernetes-server.ts';

const MINUTE = 60_000;
const VALUE = 512 << 10;
const IDENTITY = { trust: '/etc/etcd/trust.pem', certificate: '/etc/etcd/etcd.pem' };

async function programs(): Promise<Readonly<Record<'etcd' | 'etcdutl', string>>> {
  const directory = cacheDirectory(process.env, homedir());
  const deps = { cache: createArtifactCache(directory), directory, run: runProgram, clock: systemClock };
  const builder = createBuilder({ ...deps, hostArchitecture: process.arch, isRoot: process.getuid?.() === 0 });
  const [etcd, etcdutl] = await builder.build(versionsOf(shapeNamed('one-machine').spec), {
    architecture: process.arch === 'arm64' ? 'arm64' : 'x64',
    names: ['etcd', 'etcdutl'],
    report: ({ state, subject }) => state === 'cached' || console.log(`${subject}: ${state}`),
  });
  return { etcd: etcd?.path ?? '', etcdutl: etcdutl?.path ?? '' };
}

/** Where the component etcd puts them. */
async function placeIdentity(root: string): Promise<void> {
  const authorities = await createAuthorities({
    store: createMemoryStore(),
    sealer: createSealer(new Uint8Array(32)),
    clock: systemClock,
  });
  const key = await generateKey();
  const subject = { commonName: 'm1', organizations: [] };
  const leaf = { spki: spkiOf(key), subject, usages: ['server', 'client'], addresses: ['127.0.0.1'], days: 1 } as const;
  const { chain } = await authorities.issue('etcd', { ...leaf, dnsNames: [], holder: 'm1', name: 'etcd' });
  await mkdir(join(root, 'etc/etcd'), { recursive: true });
  await writeFile(root + IDENTITY.trust, authorities.roots('etcd'));
  await writeFile(root + IDENTITY.certificate, `${encodePrivateKey(key)}${chain}`);
}

describe('a snapshot of a real etcd', () => {
  const children: ChildProcess[] = [];
  let root: string;
  let paths: Awaited<ReturnType<typeof programs>>;
  let connections: Connections;
  let etcd: ChildProcess;

  /** @returns how it is asked; the agent knows the port of a machine only */
  async function start(data: string): Promise<{ readonly asked: Connections; readonly child: ChildProcess }> {
    const [client, peer] = [await freePort(), await freePort()];
    const files = [`--cert-file=${root}${IDENTITY.certificate}`, `--key-file=${root}${IDENTITY.certificate}`];
    const child = spawn(paths.etcd, [
      ...[`--data-dir=${data}`, '--client-cert-auth', `--trusted-ca-file=${root}${IDENTITY.trust}`, ...files],
      ...[`--listen-client-urls=https://127.0.0.1:${client}`, `--advertise-client-urls=https://127.0.0.1:${client}`],
      ...[`--listen-peer-urls=http://127.0.0.1:${peer}`, '--log-level=error'],
    ]);
    process.once('exit', () => child.kill('SIGKILL'));
    children.push(child);
    const real = createConnections(root);
    const there = (url: string): string => url.replace('127.0.0.1:2379', `127.0.0.1:${client}`);
    const asked: Connections = {
      ...real,
      post: (url, body, options) => real.post(there(url), body, options),
      stream: (url, body, options) => real.stream(there(url), body, options),
    };
    await waitFor(async () => ((await put(asked, 'ready', '')) ? true : undefined), 'etcd to answer');
    return { asked, child };
  }

  async function ask(to: Connections, path: string, body: object): Promise<string | undefined> {
    const options = { ...IDENTITY, milliseconds: 5000 };
    const answer = await to.post(`https://127.0.0.1:2379/v3${path}`, JSON.stringify(body), options);
    return answer?.status === 200 ? answer.body : undefined;
  }

  const base64 = (text: string | Uint8Array): string => Buffer.from(text as string).toString('base64');

  async function put(to: Connections, key: string, value: string | Uint8Array): Promise<boolean> {
    return (await ask(to, '/kv/put', { key: base64(key), value: base64(value) })) !== undefined;
  }

  before(
    async () => {
      root = await mkdtemp(join(tmpdir(), 'vent-etcd-'));
      [paths] = [await programs(), await placeIdentity(root)];
      ({ asked: connections, child: etcd } = await start(join(root, 'data')));
    },
    { timeout: 15 * MINUTE },
  );
  after(async () => {
    for (const child of children) if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
    await rm(root, { recursive: true });
  });

  it('is restored by etcdutl with every write before it, and takes no memory for its size', {
    timeout: 2 * MINUTE,
  }, async () => {
    const filler = new Uint8Array(VALUE);
    const written = Array.from({ length: 200 }, (_, index) => `/written/${index}`);
    for (const key of written) assert.ok(await put(connections, key, filler));
    const path = join(root, 'etcd.db');
    const memory = { before: process.memoryUsage().rss, most: 0 };
    const send: SendSnapshot = async (_, __, parts) => {
      const file = await open(path, 'wx');
      for await (const part of parts) {
        await file.appendFile(part);
        memory.most = Math.max(memory.most, process.memoryUsage().rss);
      }
      await file.close();
    };
    const since = Date.now();
    const taken = await takeSnapshot('op', connections, send);
    const grown = Math.round((memory.most - memory.before) / 2 ** 20);
    console.log(`${taken.size >> 20} MiB of etcd ${taken.version} in ${seconds(since)} s, ${grown} MiB of memory`);
    assert.ok(taken.size > written.length * VALUE);
    assert.ok(grown < 90, `${grown} MiB of memory more`);
    assert.equal(taken.revision, written.length + 2);
    const restored = join(root, 'restored');
    const restore = [paths.etcdutl, 'snapshot', 'restore', path, `--data-dir=${restored}`] as const;
    const { code, complaint } = await runProgram(restore, { milliseconds: MINUTE });
    assert.equal(code, 0, complaint);
    const { asked } = await start(restored);
    const range = { key: base64('/written/'), range_end: base64('/written0'), keys_only: true };
    const found = JSON.parse((await ask(asked, '/kv/range', range)) ?? '{}').kvs.length;
    assert.equal(found, written.length);
  });

  it('that ends half way with its etcd is none', { timeout: MINUTE }, async () => {
    let parts = 0;
    const send: SendSnapshot = async (_, __, all) => {
      for await (const _part of all) {
        parts += 1;
        if (parts === 4) etcd.kill('SIGKILL');
      }
    };
    await assert.rejects(takeSnapshot('op', connections, send), { code: /UNAVAILABLE|SNAPSHOT_CORRUPT/ });
    assert.ok(parts >= 4 && parts < 400, `${parts} parts`);
    await assert.rejects(takeSnapshot('op', connections, send), { code: 'UNAVAILABLE' });
  });
});
