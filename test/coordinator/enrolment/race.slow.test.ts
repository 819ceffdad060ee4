import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { createSqliteStore } from '../../../coordinator/store/sqlite.ts';
import type { Store } from '../../../coordinator/store/store.ts';
import { VentError } from '../../../shared/errors.ts';
import { generateKey } from '../../../shared/identity/keys.ts';
import { type Attempt, createWorld, enrol, makeDevice, prepareAttempt } from './world.ts';

const PAIRS = 1000;

/** How many of the attempts, all begun at once, end well; the others must be refused properly. */
async function countWinners(answers: readonly PromiseSettledResult<unknown>[]): Promise<number> {
  for (const answer of answers) {
    if (answer.status === 'fulfilled') continue;
    assert.ok(answer.reason instanceof VentError);
    assert.ok(['TOKEN_REFUSED', 'DEVICE_REFUSED'].includes(answer.reason.code), answer.reason.message);
  }
  return answers.filter((answer) => answer.status === 'fulfilled').length;
}

async function raceOn(store: Store): Promise<void> {
  const world = await createWorld(store);
  const token = await prepareAttempt(world);
  const keys = await Promise.all(Array.from({ length: PAIRS }, () => generateKey()));
  const attempts = keys.map((key): Attempt => ({ ...token, key }));
  const answers = await Promise.allSettled(attempts.map((attempt) => enrol(world, attempt)));
  assert.equal(await countWinners(answers), 1);
  assert.equal((await world.nodes.list()).rows.length, 1);
  assert.equal((await world.tokens.get(token.tokenId))?.value.uses.length, 1);
  assert.equal(await world.audit.verify(), undefined);
}

describe('a thousand machines at once with one token', () => {
  it('make one node, in memory', () => raceOn(createMemoryStore()));

  it('make one node, in SQLite', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vent-race-'));
    const store = await createSqliteStore({ directory });
    try {
      await raceOn(store);
    } finally {
      await store.close();
      await rm(directory, { recursive: true });
    }
  });
});

describe('machines at once', () => {
  it('with tokens and devices of their own all get in, under names of their own', async () => {
    const world = await createWorld();
    const attempts = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const deviceId = `e${index}`;
        world.devices.set(deviceId, makeDevice(deviceId, world.clock.now()));
        return { ...(await prepareAttempt(world, deviceId)), deviceId };
      }),
    );
    const answers = await Promise.all(attempts.map((attempt) => enrol(world, attempt)));
    assert.equal(new Set(answers.map((answer) => answer.nodeName)).size, 20);
    assert.equal(await world.audit.verify(), undefined);
  });

  it('with two tokens for one device make one node', async () => {
    const world = await createWorld();
    const attempts = await Promise.all([prepareAttempt(world), prepareAttempt(world), prepareAttempt(world)]);
    const answers = await Promise.allSettled(attempts.map((attempt) => enrol(world, attempt)));
    assert.equal(await countWinners(answers), 1);
  });

  it('that are one machine asking twice get one answer', async () => {
    const world = await createWorld();
    const attempt = await prepareAttempt(world);
    const answers = await Promise.all([1, 2, 3].map(() => enrol(world, attempt)));
    assert.equal(new Set(answers.map((answer) => answer.certificateChain)).size, 1);
  });
});

describe('a lost answer of the store', () => {
  it('costs the machine nothing: it asks again and gets its one identity', async () => {
    const store = createMemoryStore();
    const world = await createWorld(store);
    for (const how of ['lost', 'unanswered'] as const) {
      world.devices.set(how, makeDevice(how, world.clock.now()));
      const attempt = { ...(await prepareAttempt(world, how)), deviceId: how };
      store.failNext(new VentError('STORE_FAILED', 'cannot write the store: ordered'), how);
      await assert.rejects(
        enrol(world, attempt),
        (error) => error instanceof VentError && error.code === 'STORE_FAILED',
      );
      await enrol(world, attempt);
    }
    assert.equal((await world.nodes.list()).rows.length, 2);
    assert.equal(await world.audit.verify(), undefined);
  });
});
