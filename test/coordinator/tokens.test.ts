import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createAudit } from '../../coordinator/audit.ts';
import { createMemoryStore } from '../../coordinator/store/memory.ts';
import { createTokens, type TokenRequest } from '../../coordinator/tokens.ts';
import { VentError } from '../../shared/errors.ts';
import { createFakeClock } from '../../shared/fake-clock.ts';
import { storedKeyOf } from '../../shared/identity/proof.ts';
import { parseSecret } from '../../shared/identity/tokens.ts';

const MINUTE = 60_000;
const worker: TokenRequest = { pool: 'workers', roles: ['worker'], actor: 'operator:ada' };
const control: TokenRequest = { pool: 'control', roles: ['etcd', 'control-plane'], actor: 'operator:ada' };

function setUp() {
  const store = createMemoryStore();
  const clock = createFakeClock();
  const audit = createAudit(store, clock);
  return { store, clock, audit, tokens: createTokens({ store, audit, clock }) };
}

const isError = (code: string) => (error: unknown) => error instanceof VentError && error.code === code;

describe('a token', () => {
  it('is kept as too little to enrol with', async () => {
    const { store, tokens } = setUp();
    const { row, secret } = await tokens.create(worker);
    const bytes = parseSecret(secret);
    assert.equal(row.storedKey, Buffer.from(storedKeyOf(bytes)).toString('hex'));
    const kept = JSON.stringify((await store.list('/')).entries);
    for (const encoding of ['hex', 'base64'] as const) assert.ok(!kept.includes(Buffer.from(bytes).toString(encoding)));
  });

  it('lives for an hour unless told otherwise', async () => {
    const { tokens, clock } = setUp();
    const { row } = await tokens.create(worker);
    await clock.advance(60 * MINUTE - 1);
    assert.equal(tokens.stateOf(row), 'active');
    await clock.advance(1);
    assert.equal(tokens.stateOf(row), 'expired');
  });

  it('has limits', async () => {
    const { tokens } = setUp();
    const refused: TokenRequest[] = [
      { ...worker, lifetimeSeconds: 86_401 },
      { ...worker, lifetimeSeconds: 0 },
      { ...worker, maxUses: 51 },
      { ...worker, maxUses: 0 },
      { ...worker, maxUses: 1.5 },
      { ...worker, maxUses: 2, lifetimeSeconds: 4 * 3600 + 1 },
      { ...worker, maxUses: 2, deviceId: 'd1' },
      { ...worker, deviceId: 'd 1' },
      { ...control, maxUses: 2 },
      control,
    ];
    for (const request of refused) await assert.rejects(tokens.create(request), isError('INVALID_INPUT'));
    await tokens.create({ ...worker, maxUses: 50, lifetimeSeconds: 4 * 3600 });
    await tokens.create({ ...control, deviceId: 'd1', lifetimeSeconds: 86_400 });
  });

  it('is audited when it is made and revoked', async () => {
    const { tokens, audit } = setUp();
    const { row, secret } = await tokens.create(worker);
    await tokens.revoke(row.id, 'operator:bob');
    await tokens.revoke(row.id, 'operator:bob');
    const records = await audit.list();
    assert.deepEqual(
      records.map((record) => `${record.actor} ${record.action}`),
      ['operator:ada token.create', 'operator:bob token.revoke'],
    );
    assert.ok(!JSON.stringify(records).includes(secret));
    assert.equal((await tokens.get(row.id))?.value.state, 'revoked');
    await assert.rejects(tokens.revoke('0123456789abcdef', 'operator:bob'), isError('NOT_FOUND'));
  });
});

describe('a reserved token', () => {
  it('is recorded together with the intent to create its machine', async () => {
    const { store, tokens } = setUp();
    const { row } = await tokens.reserve(control, (id) => [{ key: '/intents/1', value: id }]);
    assert.equal(row.state, 'reserved');
    const intent = await store.get('/intents/1');
    assert.deepEqual([intent?.value, intent?.revision], [row.id, (await tokens.get(row.id))?.revision]);
  });

  it('starts its life when its device is known, once', async () => {
    const { tokens, clock } = setUp();
    const { row } = await tokens.reserve(control);
    await clock.advance(30 * MINUTE);
    const bound = await tokens.bind(row.id, 'd1');
    assert.deepEqual([bound.state, bound.deviceId], ['active', 'd1']);
    assert.equal(Date.parse(bound.expiresAt), clock.now() + 60 * MINUTE);
    await clock.advance(MINUTE);
    assert.deepEqual(await tokens.bind(row.id, 'd1'), bound);
    await assert.rejects(tokens.bind(row.id, 'd2'), isError('CONFLICT'));
  });

  it('ends by itself after a day', async () => {
    const { tokens, clock } = setUp();
    const { row } = await tokens.reserve(worker);
    await clock.advance(24 * 60 * MINUTE);
    assert.equal(tokens.stateOf(row), 'expired');
  });
});
