/** What operators ask for beyond looking: tokens, userdata, machines, access. */

import { randomUUID } from 'node:crypto';
import { VentError } from '../shared/errors.ts';
import { isSignedBy, readPublicKey } from '../shared/identity/keys.ts';
import type { ClusterSpec, Pool } from '../shared/spec/schema.ts';
import type { TokenView } from '../shared/wire.ts';
import { listCertificates } from './certificates.ts';
import type { Core } from './core.ts';
import { deprovision } from './departures.ts';
import { listDrift } from './drift.ts';
import type { EtcdKeeper } from './etcd/keeper.ts';
import { provision } from './provision.ts';
import { orderReset } from './resets.ts';
import { PORTS, type ServeOptions } from './serve-options.ts';
import type { KubeconfigAnswer, OperatorServiceOptions } from './services/operator.ts';
import type { State } from './state.ts';
import type { TokenRow } from './tokens.ts';
import { parseFormat, renderUserdata } from './userdata/userdata.ts';

type Operations = Pick<
  OperatorServiceOptions,
  | 'createToken'
  | 'listTokens'
  | 'revokeToken'
  | 'userdata'
  | 'provision'
  | 'deprovision'
  | 'reset'
  | 'kubeconfig'
  | 'certificates'
  | 'drift'
  | 'audit'
>;

const ADMIN_DAYS = 7;

export function createOperations(options: ServeOptions, state: State, core: Core, etcd: EtcdKeeper): Operations {
  const parts = { options, state, core };
  return {
    createToken: (request, actor) => createToken(parts, request, actor),
    listTokens: async () => (await state.tokens.list()).map((row) => viewToken(state, row)),
    revokeToken: (id, actor) => state.tokens.revoke(id, `operator:${actor}`),
    userdata: (request) => makeUserdata(parts, request.tokenId, request.secret, request.format, request.deviceId),
    provision: (spec, pool) => provisionMachines(parts, spec, pool),
    deprovision: (machine, actor) => deprovision({ ...parts, etcd }, machine, actor),
    reset: (request, actor) => orderReset({ ...parts, etcd }, request, actor),
    kubeconfig: (spec, spki, signature, actor) => makeKubeconfig(parts, spec, spki, signature, actor),
    certificates: () => listCertificates(state),
    drift: (machine) => listDrift(state, machine),
    audit: (actor, action, subject) =>
      state.audit.append({ actor: `operator:${actor}`, action, subject, result: 'done' }),
  };
}

interface Parts {
  readonly options: ServeOptions;
  readonly state: State;
  readonly core: Core;
}

type TokenWish = Parameters<Operations['createToken']>[0];

/** A token for a known device makes the device a machine of the cluster: it is shown from now on. @throws VentError NOT_FOUND for a device that the provider does not have */
async function createToken({ options, state, core }: Parts, request: TokenWish, actor: string) {
  const { pool, deviceId, maxUses, lifetimeSeconds } = request;
  const { roles } = await findPool(state, pool);
  const device = deviceId === '' ? undefined : await core.provider.get().device(deviceId);
  if (device === undefined && deviceId !== '') {
    throw new VentError('NOT_FOUND', `cannot make a token for device ${deviceId}: the provider has no such device`);
  }
  const wish = { pool, roles, maxUses, lifetimeSeconds, actor: `operator:${actor}` };
  const made = await state.tokens.create(device === undefined ? wish : { ...wish, deviceId });
  if (device !== undefined) {
    const known = (await state.intents.list()).rows.find((row) => row.value.deviceId === deviceId)?.value;
    const createdAt = known?.createdAt ?? new Date(options.clock.now()).toISOString();
    const id = known?.id ?? randomUUID();
    await state.intents.put(id, { id, hostname: device.hostname, pool, tokenId: made.row.id, deviceId, createdAt });
    core.changes.notify();
  }
  return { token: viewToken(state, made.row), secret: made.secret };
}

async function findPool(state: State, name: string): Promise<Pool> {
  const newest = await state.revisions.newest();
  const found = newest?.file.spec.pools.find((pool) => pool.name === name);
  if (found !== undefined) return found;
  const known =
    newest?.file.spec.pools.map((pool) => pool.name).join(', ') ?? 'none, because no cluster was applied yet';
  throw new VentError('NOT_FOUND', `cannot find pool ${name}: the cluster has ${known}`);
}

function viewToken(state: State, row: TokenRow): TokenView {
  return {
    id: row.id,
    pool: row.pool,
    device_id: row.deviceId ?? '',
    max_uses: row.maxUses,
    uses: row.uses.length,
    state: state.tokens.stateOf(row),
    expires_at: row.expiresAt,
    created_at: row.createdAt,
  };
}

async function makeUserdata(
  { options, state }: Parts,
  tokenId: string,
  secret: string,
  format: string,
  deviceId: string,
): Promise<ReadonlyMap<string, string>> {
  const { name } = await state.revisions.cluster();
  const device = deviceId === '' ? (await state.tokens.get(tokenId))?.value.deviceId : deviceId;
  const input = {
    artifactBase: `https://${options.advertise}:${PORTS.web}`,
    enrolAddresses: [`${options.advertise}:${PORTS.enrol}`],
    roots: [state.authorities.roots('vent')],
    tokenId,
    secret,
    agentFiles: options.agentFiles.map(describeAgentFile),
    ...(name === '' ? {} : { clusterName: name }),
    ...(device === undefined ? {} : { deviceId: device }),
  };
  return renderUserdata(input, parseFormat(format));
}

function describeAgentFile(file: ServeOptions['agentFiles'][number]) {
  const architecture = file.name.endsWith('arm64') ? ('arm64' as const) : ('x64' as const);
  const form = file.name.endsWith('.cjs') ? ('bundle' as const) : ('executable' as const);
  return { architecture, form, name: file.name, size: file.size, sha256: file.sha256 };
}

async function* provisionMachines(parts: Parts, spec: ClusterSpec, pool: string | undefined) {
  const { options, state, core } = parts;
  const provider = core.provider.get();
  const steps = provision(
    {
      intents: state.intents,
      nodes: state.nodes,
      async reserve(draft) {
        const { roles } = await findPool(state, draft.pool);
        const request = { pool: draft.pool, roles, actor: 'coordinator' };
        const { row, secret } = await state.tokens.reserve(request, (tokenId) => [
          state.intents.writing(draft.id, { ...draft, tokenId }),
        ]);
        return { intent: { ...draft, tokenId: row.id }, secret };
      },
      bindToken: async (tokenId, deviceId) => void (await state.tokens.bind(tokenId, deviceId)),
      revokeToken: (tokenId) => state.tokens.revoke(tokenId, 'coordinator'),
      async userdata(tokenId, secret) {
        const [script] = (await makeUserdata(parts, tokenId, secret, 'script', '')).values();
        return script ?? '';
      },
      clock: options.clock,
    },
    provider,
    spec,
    pool,
  );
  const end = await core.provisioning.take();
  try {
    for await (const step of steps) {
      core.changes.notify();
      yield step;
    }
  } finally {
    end();
  }
}

async function makeKubeconfig(
  { state }: Parts,
  spec: ClusterSpec,
  spki: Uint8Array,
  signature: Uint8Array,
  actor: string,
): Promise<KubeconfigAnswer> {
  if (!isSignedBy(readPublicKey(spki), Buffer.from('vent kubeconfig'), signature)) {
    throw new VentError('INVALID_INPUT', 'cannot make a kubeconfig: the request does not prove its key');
  }
  const rows = (await state.nodes.list()).rows
    .map((row) => row.value)
    .filter((row) => row.roles.includes('control-plane'));
  const machines = rows.map((row) => ({
    name: row.name,
    url: `https://${row.publicAddress?.address ?? row.privateAddress.address}:6443`,
  }));
  const endpoint = spec.api.endpoint === undefined ? [] : [{ name: 'api', url: `https://${spec.api.endpoint}:6443` }];
  const servers = [...endpoint, ...machines];
  if (servers.length === 0)
    throw new VentError('NOT_FOUND', 'cannot make a kubeconfig: no control-plane machine has enrolled yet', {
      hint: 'vent status says what each machine does.',
    });
  const leaf = await state.authorities.issue('kubernetes', {
    spki,
    subject: { commonName: `vent:operator:${actor}`, organizations: ['vent:cluster-admins'] },
    usages: ['client'],
    days: ADMIN_DAYS,
    holder: `operator:${actor}`,
    name: 'kubeconfig',
  });
  await state.audit.append({
    actor: `operator:${actor}`,
    action: 'kubeconfig',
    subject: `certificate:${leaf.serial}`,
    result: 'done',
  });
  return { chain: leaf.chain, trust: state.authorities.roots('kubernetes'), servers };
}
