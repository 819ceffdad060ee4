/** Enrolment tokens: what the store keeps of them, which is too little to enrol with, and their limits. */
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../shared/clock.ts';
import { VentError } from '../shared/errors.ts';
import { storedKeyOf } from '../shared/identity/proof.ts';
import { makeToken, TOKEN_ID } from '../shared/identity/tokens.ts';
import { type Role, roleSchema } from '../shared/spec/schema.ts';
import type { Audit } from './audit.ts';
import { createCollection, type Row } from './store/collection.ts';
import type { Store, Transaction } from './store/store.ts';

/** Also what `Begin` takes for one. */
export const DEVICE_ID = /^[A-Za-z0-9._:-]{1,128}$/;

const tokenSchema = z.strictObject({
  id: z.string().regex(TOKEN_ID),
  /** Hex; 32 bytes. An empty or short one is refused when the row is read. */
  storedKey: z.string().regex(/^[0-9a-f]{64}$/),
  pool: z.string(),
  roles: z.array(roleSchema).min(1),
  /** The only device that may use it; absent for batches, and until a create call is answered. */
  deviceId: z.string().regex(DEVICE_ID).optional(),
  /** The provider's project that the device must be in, where providers have projects. */
  project: z.string().optional(),
  /** True for a token made with the intent to create a machine: that machine is younger than the token. */
  provisioned: z.boolean(),
  maxUses: z.int().positive(),
  uses: z.array(
    z.strictObject({
      deviceId: z.string(),
      /** Hex SHA-256 of the SPKI. */
      spki: z.string(),
      nodeId: z.uuid(),
      /** Serial of the certificate given. */
      certificate: z.string(),
      at: z.iso.datetime(),
    }),
  ),
  state: z.enum(['reserved', 'active', 'used', 'revoked']),
  createdAt: z.iso.datetime(),
  lifetimeSeconds: z.int().positive(),
  expiresAt: z.iso.datetime(),
});

export type TokenRow = z.infer<typeof tokenSchema>;
export type TokenState = TokenRow['state'] | 'expired';

export interface TokenRequest {
  readonly pool: string;
  /** Of that pool, as the newest spec says. */
  readonly roles: readonly Role[];
  readonly deviceId?: string;
  readonly project?: string;
  /** 1 unless said otherwise. */
  readonly maxUses?: number;
  /** An hour unless said otherwise. */
  readonly lifetimeSeconds?: number;
  /** For the audit: `operator:<name>` or `coordinator`. */
  readonly actor: string;
}

/** The one moment that a secret is known. */
export interface NewToken {
  readonly row: TokenRow;
  /** 32 bytes, hex. */
  readonly secret: string;
}

export interface Tokens {
  /** Makes a token that can be used at once. @throws VentError INVALID_INPUT when it breaks a limit */
  create(request: TokenRequest): Promise<NewToken>;
  /**
   * Records a token before the create call of its device; nobody can use it until it is bound.
   * @param intent further rows of the same transaction: what is about to be created
   */
  reserve(request: TokenRequest, intent?: (tokenId: string) => Transaction['put']): Promise<NewToken>;
  /** Ties a reserved token to the device that was created for it and starts its life; again with the same device changes nothing. @throws VentError NOT_FOUND, CONFLICT */
  bind(id: string, deviceId: string): Promise<TokenRow>;
  /** Machines that enrolled with it stay. @throws VentError NOT_FOUND */
  revoke(id: string, actor: string): Promise<void>;
  get(id: string): Promise<Row<TokenRow> | undefined>;
  list(): Promise<readonly TokenRow[]>;
  /** What a transaction must hold to replace the row that was read. */
  replacing(read: Row<TokenRow>, next: TokenRow): Required<Pick<Transaction, 'compare' | 'put'>>;
  stateOf(row: TokenRow): TokenState;
}

const HOUR_SECONDS = 3600;
const MAX_LIFETIME_SECONDS = 24 * HOUR_SECONDS;
const BATCH_LIFETIME_SECONDS = 4 * HOUR_SECONDS;
const BATCH_USES = 50;

/** @throws VentError INVALID_INPUT naming the limit */
function checkLimits(request: TokenRequest): void {
  const { maxUses = 1, lifetimeSeconds = HOUR_SECONDS, roles } = request;
  const refuse = (cause: string, hint: string): never => {
    throw new VentError('INVALID_INPUT', `cannot make a token for pool ${request.pool}: ${cause}`, { hint });
  };
  if (!Number.isInteger(maxUses) || maxUses < 1) refuse(`${maxUses} uses are none`, 'Ask for 1 use or more.');
  if (!Number.isInteger(lifetimeSeconds) || lifetimeSeconds < 1 || lifetimeSeconds > MAX_LIFETIME_SECONDS)
    refuse(`a life of ${lifetimeSeconds} s is not between 1 s and 24 h`, 'Ask for a shorter life.');
  if (request.deviceId !== undefined && !DEVICE_ID.test(request.deviceId))
    refuse('the device id has a shape that no provider uses', 'Copy the id from the provider.');
  if (maxUses > 1 && (roles.some((role) => role !== 'worker') || request.deviceId !== undefined))
    refuse('only workers of no particular device share one', 'Make one token for each machine.');
  if (maxUses > BATCH_USES || (maxUses > 1 && lifetimeSeconds > BATCH_LIFETIME_SECONDS))
    refuse(`a shared one has at most ${BATCH_USES} uses and lives 4 h`, 'Make several tokens, or a shorter-lived one.');
}

function makeRow(request: TokenRequest, state: 'reserved' | 'active', now: number): NewToken {
  checkLimits(request);
  const { id, secret } = makeToken(randomBytes);
  const lifetimeSeconds = request.lifetimeSeconds ?? HOUR_SECONDS;
  // A reservation that is never bound ends by itself.
  const seconds = state === 'reserved' ? MAX_LIFETIME_SECONDS : lifetimeSeconds;
  const row: TokenRow = {
    id,
    storedKey: Buffer.from(storedKeyOf(secret)).toString('hex'),
    pool: request.pool,
    roles: [...request.roles],
    ...(request.deviceId === undefined ? {} : { deviceId: request.deviceId }),
    ...(request.project === undefined ? {} : { project: request.project }),
    provisioned: state === 'reserved',
    maxUses: request.maxUses ?? 1,
    uses: [],
    state,
    createdAt: new Date(now).toISOString(),
    lifetimeSeconds,
    expiresAt: new Date(now + seconds * 1000).toISOString(),
  };
  return { row, secret: Buffer.from(secret).toString('hex') };
}

export interface TokensOptions {
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
}

export function createTokens({ store, audit, clock }: TokensOptions): Tokens {
  const rows = createCollection(store, '/tokens/', tokenSchema);

  async function add(made: NewToken, actor: string, more: Transaction['put'] = []): Promise<NewToken> {
    const put = [rows.writing(made.row.id, made.row), ...more];
    const entry = {
      actor,
      action: 'token.create',
      subject: `token:${made.row.id} pool:${made.row.pool}`,
      result: 'done',
    };
    const compare = [{ key: rows.keyOf(made.row.id), revision: 0 }];
    if ((await audit.transact(entry, { compare, put })) === undefined)
      throw new VentError('CONFLICT', 'cannot make a token: its id is taken', { retry: 'now' });
    return made;
  }

  return {
    async create(request) {
      if (request.deviceId === undefined && request.roles.some((role) => role !== 'worker'))
        throw new VentError('INVALID_INPUT', `cannot make a token for pool ${request.pool}: it names no device`, {
          hint: 'Pools with etcd or a control plane need --device.',
        });
      return add(makeRow(request, 'active', clock.now()), request.actor);
    },
    async reserve(request, intent) {
      const made = makeRow(request, 'reserved', clock.now());
      return await add(made, request.actor, intent?.(made.row.id));
    },
    async bind(id, deviceId) {
      const bound = await rows.update(id, (row) => {
        if (row === undefined) throw noToken('bind', id);
        if (row.state !== 'reserved' && row.deviceId === deviceId) return undefined;
        if (row.state !== 'reserved')
          throw new VentError('CONFLICT', `cannot bind token ${id} to device ${deviceId}: it is ${row.state}`);
        const expiresAt = new Date(clock.now() + row.lifetimeSeconds * 1000).toISOString();
        return { ...row, deviceId, state: 'active', expiresAt };
      });
      if (bound === undefined) throw noToken('bind', id);
      return bound;
    },
    async revoke(id, actor) {
      for (let row = await rows.get(id); ; row = await rows.get(id)) {
        if (row === undefined) throw noToken('revoke', id);
        if (row.value.state === 'revoked') return;
        const entry = { actor, action: 'token.revoke', subject: `token:${id}`, result: 'done' };
        const next: TokenRow = { ...row.value, state: 'revoked' };
        const compare = [{ key: rows.keyOf(id), revision: row.revision }];
        if ((await audit.transact(entry, { compare, put: [rows.writing(id, next)] })) !== undefined) return;
      }
    },
    get: (id) => rows.get(id),
    list: async () => (await rows.list()).rows.map((row) => row.value),
    replacing: (read, next) => ({
      compare: [{ key: rows.keyOf(read.key), revision: read.revision }],
      put: [rows.writing(read.key, next)],
    }),
    stateOf: (row) =>
      (row.state === 'active' || row.state === 'reserved') && Date.parse(row.expiresAt) <= clock.now()
        ? 'expired'
        : row.state,
  };
}

function noToken(verb: string, id: string): VentError {
  return new VentError('NOT_FOUND', `cannot ${verb} token ${id}: there is none`, { hint: 'See `vent token list`.' });
}
