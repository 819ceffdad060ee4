import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { createFakeEtcd } from '../../../agent/fake/etcd.ts';
import { createFakeHost } from '../../../agent/host/fake/host.ts';
import { type SendSnapshot, takeSnapshot } from '../../../agent/operations/snapshot.ts';
import { SNAPSHOT_PART } from '../../../shared/snapshot.ts';

function createMachine() {
  const host = createFakeHost();
  const etcd = createFakeEtcd('11');
  host.responders.set('https://127.0.0.1:2379/v3', etcd.respond);
  const sent: { readonly id: string; readonly size: number; readonly parts: Uint8Array[] }[] = [];
  const send: SendSnapshot = async (id, size, parts) => {
    const one = { id, size, parts: [] as Uint8Array[] };
    for await (const part of parts) one.parts.push(part);
    sent.push(one);
  };
  return { etcd, host, sent, send, take: () => takeSnapshot('op', host.connections, send) };
}

describe('a snapshot on a machine', () => {
  it('goes on as it comes, in parts of bounded size, with what etcd states of it', async () => {
    const { etcd, sent, take } = createMachine();
    etcd.database = Buffer.alloc(700 * 1024, 'abc');
    const file = Buffer.concat([etcd.database, createHash('sha256').update(etcd.database).digest()]);
    const taken = await take();
    assert.deepEqual(taken, {
      revision: 61,
      version: '3.7.3',
      size: file.length,
      sha256: createHash('sha256').update(file).digest('hex'),
    });
    const [one] = sent;
    assert.deepEqual([one?.id, one?.size], ['op', file.length]);
    assert.ok(Buffer.concat(one?.parts ?? []).equals(file));
    assert.ok(one?.parts.every(({ length }) => length <= SNAPSHOT_PART));
  });

  it('is never sent to its end when etcd broke off, or sent other bytes than it stated', async () => {
    const cases: readonly (readonly [(lines: readonly string[]) => readonly string[], string, RegExp])[] = [
      [(lines) => lines.slice(0, 2), 'SNAPSHOT_CORRUPT', /ends after 65536 bytes/],
      [(lines) => lines.slice(0, -1), 'SNAPSHOT_CORRUPT', /where no snapshot ends/],
      [(lines) => lines.map((line) => line.replace('BwcH', 'CAgI')), 'SNAPSHOT_CORRUPT', /SHA-256/],
      [([first = '']) => [first, first.slice(0, 100)], 'ETCD_REFUSED', /not JSON/],
      [
        ([first = '']) => [first, '{"error":{"code":14,"message":"etcdserver: server stopped"}}\n'],
        'ETCD_REFUSED',
        /server stopped/,
      ],
      [() => ['{"code":16,"message":"etcdserver: permission denied"}\n'], 'ETCD_REFUSED', /permission denied/],
      [() => [], 'ETCD_REFUSED', /nothing more/],
      [() => ['x'.repeat(2 << 20)], 'ETCD_REFUSED', /longer than/],
    ];
    for (const [spoil, code, message] of cases) {
      const { etcd, sent, take } = createMachine();
      etcd.spoil = spoil;
      await assert.rejects(take(), { code, message });
      assert.deepEqual(sent, [], String(message));
    }
  });

  it('is not taken by a member that does not run, nor by a learner', async () => {
    const { etcd, take } = createMachine();
    etcd.isUp = false;
    await assert.rejects(take(), { code: 'UNAVAILABLE' });
    etcd.isUp = true;
    etcd.members = [{ ID: '11', peerURLs: [], isLearner: true }];
    await assert.rejects(take(), { code: 'ETCD_REFUSED', message: /not supported for learner/ });
  });

  it('that was not taken in to its end is none', async () => {
    const { host } = createMachine();
    const send: SendSnapshot = async (_, __, parts) => {
      for await (const _part of parts) return;
    };
    await assert.rejects(takeSnapshot('op', host.connections, send), { code: 'UNAVAILABLE' });
  });
});
