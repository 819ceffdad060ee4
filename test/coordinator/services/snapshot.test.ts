/** A snapshot from an agent's sender to the coordinator's disk, over the node port, and what may befall it on the way. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Client } from '@grpc/grpc-js';
import { openChannel } from '../../../agent/link/channel.ts';
import { createSnapshotSender } from '../../../agent/link/snapshot.ts';
import { type Authorities, createAuthorities } from '../../../coordinator/authority/authorities.ts';
import { agentLeaf, readHolder } from '../../../coordinator/authority/holders.ts';
import type { Listener } from '../../../coordinator/grpc-listener.ts';
import { createNodes } from '../../../coordinator/nodes/row.ts';
import { createNodeService, type NodeServiceOptions } from '../../../coordinator/services/node.ts';
import { createUploads, type Uploads } from '../../../coordinator/snapshots/uploads.ts';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { createSealer } from '../../../coordinator/store/sealer.ts';
import type { SnapshotBook, SnapshotDraft } from '../../../coordinator/store/snapshots.ts';
import { systemClock } from '../../../shared/clock.ts';
import { silentLog } from '../../../shared/fake-log.ts';
import { encodePrivateKey, generateKey, spkiOf } from '../../../shared/identity/keys.ts';
import { loadServices } from '../../../shared/wire.ts';
import { memberRow } from '../etcd/member-row.ts';
import {
  CLUSTER,
  createTestBook,
  describeSnapshot,
  makeSnapshot,
  sha256Of,
  type TestBook,
} from '../snapshots/world.ts';
import { listenFor } from './listen.ts';

const PART = 200_000;

async function* inParts(file: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += PART) yield file.subarray(at, at + PART);
}

describe('a snapshot on its way', () => {
  const services = loadServices();
  const store = createMemoryStore();
  const nodes = createNodes(store);
  const [asked, other] = [memberRow(1), memberRow(2)];
  let authorities: Authorities;
  let test: TestBook;
  let book: SnapshotBook;
  let uploads: Uploads;
  let listener: Listener;
  const channels: Client[] = [];

  /** A coordinator that starts with what is on the disk. */
  async function serve(): Promise<void> {
    [book, uploads] = [await test.open(), createUploads()];
    const options = { nodes, uploads, clock: systemClock, log: silentLog };
    const holderOf: NodeServiceOptions['holderOf'] = async ({ certificate }) =>
      certificate && readHolder(certificate, CLUSTER);
    listener = await listenFor(authorities, {
      definition: services.node,
      implementation: createNodeService({ ...options, holderOf } as unknown as NodeServiceOptions),
    });
  }

  async function senderOf(nodeId: string) {
    const key = await generateKey();
    const { chain } = await authorities.issue('vent', agentLeaf(CLUSTER, nodeId, spkiOf(key)));
    const credentials = { roots: authorities.roots('vent'), chain, key: encodePrivateKey(key) };
    const channel = openChannel(`127.0.0.1:${listener.port}`, credentials);
    channels.push(channel);
    return createSnapshotSender(services, () => channel);
  }

  async function order(change: (draft: SnapshotDraft) => Partial<SnapshotDraft> = () => ({})) {
    const draft = await book.draft();
    const id = randomUUID();
    const progress: number[] = [];
    const expected = uploads.expect({
      operationId: id,
      nodeId: asked.id,
      draft: { ...draft, ...change(draft) },
      onProgress: (received) => void progress.push(received),
    });
    return { id, draft, expected, progress };
  }

  before(async () => {
    test = await createTestBook();
    authorities = await createAuthorities({ store, sealer: createSealer(randomBytes(32)), clock: systemClock });
    for (const row of [asked, other]) await store.transact(nodes.adding(row));
    await serve();
  });
  afterEach(async () => {
    for (const channel of channels.splice(0)) channel.close();
    await listener.close(100);
    await serve();
    assert.deepEqual(
      (await readdir(test.directory)).length,
      (await book.list()).length,
      'no file is left without a row',
    );
  });
  after(async () => {
    await listener.close(100);
    await test.remove();
  });

  it('is kept, sealed, and read back as it was', async () => {
    const file = makeSnapshot(4000);
    const { id, draft, expected, progress } = await order();
    await (await senderOf(asked.id))(id, file.length, inParts(file));
    assert.deepEqual(expected.file(), { size: file.length, sha256: sha256Of(file) });
    assert.equal(progress.at(-1), file.length);
    await expected.end();
    await draft.enter(describeSnapshot(file));
    await draft.discard();
    assert.ok((await buffer(book.read(draft.id))).equals(file));
  });

  it('is never far ahead of a coordinator whose disk is slow', async () => {
    const file = makeSnapshot(12_000);
    const state = { read: 0, written: 0, ahead: 0 };
    const { id, draft, expected } = await order((real) => ({
      async write(bytes) {
        await setTimeout(5);
        await real.write(bytes);
        state.written += bytes.length;
      },
    }));
    async function* watched(): AsyncGenerator<Uint8Array> {
      for await (const part of inParts(file)) {
        state.read += part.length;
        state.ahead = Math.max(state.ahead, state.read - state.written);
        yield part;
      }
    }
    await (await senderOf(asked.id))(id, file.length, watched());
    await expected.end();
    await draft.discard();
    assert.equal(state.written, file.length);
    assert.ok(state.ahead < 2 << 20, `${state.ahead} bytes were under way`);
  });

  it('that is cut half way, or holds another byte than etcd stated, is none', async () => {
    const file = makeSnapshot(4000);
    const changed = Buffer.from(file);
    changed.writeUInt8(changed.readUInt8(PART) ^ 1, PART);
    async function* cut(): AsyncGenerator<Uint8Array> {
      yield file.subarray(0, PART);
      throw new Error('etcd went away');
    }
    const send = await senderOf(asked.id);
    for (const [parts, expectation] of [
      [inParts(changed), { code: 'SNAPSHOT_CORRUPT' }],
      [inParts(file.subarray(0, -600)), { code: 'SNAPSHOT_CORRUPT' }],
      [cut(), { message: 'etcd went away' }],
    ] as const) {
      const { id, draft, expected } = await order();
      await assert.rejects(send(id, file.length, parts), expectation);
      assert.equal(expected.file(), undefined);
      await expected.end();
      await draft.discard();
    }
    assert.equal((await readdir(test.directory)).length, (await book.list()).length);
  });

  it('finds the disk of the coordinator full', async () => {
    const run = promisify(execFile);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'vent-test', test.directory]);
    try {
      const { id, draft, expected } = await order();
      const file = makeSnapshot(4000);
      await assert.rejects((await senderOf(asked.id))(id, file.length, inParts(file)), { code: 'DISK_FULL' });
      await expected.end();
      await draft.discard();
      assert.deepEqual(await readdir(test.directory), []);
    } finally {
      await run('umount', [test.directory]);
    }
  });

  it('ends with a coordinator that is killed, and leaves nothing to the next', async () => {
    const file = makeSnapshot(40_000);
    const { id } = await order();
    async function* killing(): AsyncGenerator<Uint8Array> {
      let parts = 0;
      for await (const part of inParts(file)) {
        yield part;
        parts += 1;
        if (parts === 8) await listener.close(0);
      }
    }
    const known = (await book.list()).length;
    await assert.rejects((await senderOf(asked.id))(id, file.length, killing()));
    assert.equal((await readdir(test.directory)).length, known + 1, 'a part was left');
    await serve();
    assert.equal((await readdir(test.directory)).length, known);
    await assert.rejects((await senderOf(asked.id))(id, file.length, inParts(file)), { code: 'NOT_FOUND' });
  });

  it('is refused from a machine that was not asked, a second time, and after its end', async () => {
    const file = makeSnapshot(10);
    const { id, draft, expected } = await order();
    await assert.rejects((await senderOf(other.id))(id, file.length, inParts(file)), { code: 'NOT_FOUND' });
    await assert.rejects((await senderOf(asked.id))(randomUUID(), 1, inParts(file)), { code: 'NOT_FOUND' });
    const send = await senderOf(asked.id);
    await send(id, file.length, inParts(file));
    await assert.rejects(send(id, file.length, inParts(file)), { code: 'NOT_FOUND' });
    await expected.end();
    await draft.discard();
  });

  it('does not go on once nobody waits for it', async () => {
    const file = makeSnapshot(40_000);
    const { id, draft, expected, progress } = await order();
    async function* ending(): AsyncGenerator<Uint8Array> {
      for await (const part of inParts(file)) {
        yield part;
        if (progress.length > 0) void expected.end();
      }
    }
    await assert.rejects((await senderOf(asked.id))(id, file.length, ending()), { code: 'UNAVAILABLE' });
    await expected.end();
    await draft.discard();
  });
});
