/** The operator port: what the command line and other operators' programs ask. */
import { VentError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/log.ts';
import { answer, answerMany } from '../../shared/rpc.ts';
import { normaliseSpec } from '../../shared/spec/load.ts';
import type { ClusterSpec } from '../../shared/spec/schema.ts';
import type { CertificateView, DriftView, Handlers, TokenView } from '../../shared/wire.ts';
import type { Machines } from '../machines.ts';
import type { ProvisionStep } from '../provision.ts';
import type { ResetOrdered, ResetRequest } from '../resets.ts';
import { changer, reader } from './callers.ts';
import { type EtcdMethodsOptions, etcdMethods } from './etcd.ts';
import { type NodeMethodsOptions, nodeMethods } from './nodes.ts';
import { type OnBug, type RevisionMethodsOptions, revisionMethods } from './revisions.ts';
import { type RolloutMethodsOptions, rolloutMethods } from './rollouts.ts';
import { type SnapshotMethodsOptions, snapshotMethods } from './snapshots.ts';

export interface KubeconfigAnswer {
  readonly chain: string;
  readonly trust: string;
  readonly servers: readonly { readonly name: string; readonly url: string }[];
}

export interface OperatorServiceOptions
  extends RevisionMethodsOptions,
    RolloutMethodsOptions,
    NodeMethodsOptions,
    EtcdMethodsOptions,
    SnapshotMethodsOptions {
  readonly version: string;
  readonly machines: Machines;
  createToken(
    request: {
      readonly pool: string;
      readonly deviceId: string;
      readonly maxUses: number;
      readonly lifetimeSeconds: number;
    },
    actor: string,
  ): Promise<{ readonly token: TokenView; readonly secret: string }>;
  listTokens(): Promise<readonly TokenView[]>;
  revokeToken(id: string, actor: string): Promise<void>;
  userdata(request: {
    readonly tokenId: string;
    readonly secret: string;
    readonly format: string;
    readonly deviceId: string;
  }): Promise<ReadonlyMap<string, string>>;
  provision(spec: ClusterSpec, pool: string | undefined): AsyncIterable<ProvisionStep>;
  /** @returns the name of what went */
  deprovision(machine: string, actor: string): Promise<string>;
  /** @throws VentError NOT_FOUND, RESET_REFUSED, DEADLINE; for a dry run UNAVAILABLE */
  reset(request: ResetRequest, actor: string): Promise<ResetOrdered>;
  /** An administrator's certificate for the key, and where the API is. */
  kubeconfig(spec: ClusterSpec, spki: Uint8Array, signature: Uint8Array, actor: string): Promise<KubeconfigAnswer>;
  certificates(): Promise<readonly CertificateView[]>;
  /** Foreign changes on the machine of that name, or on all; oldest first. */
  drift(machine: string | undefined): Promise<readonly DriftView[]>;
  readonly log: Logger;
}

async function requireSpec(options: OperatorServiceOptions): Promise<ClusterSpec> {
  const newest = await options.revisions.newest();
  if (newest === undefined)
    throw new VentError('NOT_FOUND', 'cannot find a cluster: none was applied yet', {
      hint: 'Run vent apply -f cluster.yaml.',
    });
  return normaliseSpec(newest.file);
}

export function createOperatorService(options: OperatorServiceOptions): Handlers['operator'] {
  const onBug = (error: VentError): void =>
    options.log.error('a call of an operator met a defect', { cause: String(error.cause), stack: error.stack ?? '' });
  return {
    ...revisionMethods(options, onBug),
    ...rolloutMethods(options, onBug),
    ...nodeMethods(options, onBug),
    ...etcdMethods(options, onBug),
    ...snapshotMethods(options, onBug),
    ...lookMethods(options, onBug),
    ...changeMethods(options, onBug),
    ...tokenMethods(options, onBug),
  };
}

type LookMethods = Pick<
  Handlers['operator'],
  'GetVersion' | 'GetCluster' | 'ListMachines' | 'WatchMachines' | 'ListCertificates' | 'ListDrift'
>;

function lookMethods(options: OperatorServiceOptions, onBug: OnBug): LookMethods {
  return {
    GetVersion: answer(async (_, caller) => {
      await reader(options, caller);
      return { version: options.version };
    }, onBug),
    GetCluster: answer(async (_, caller) => {
      await reader(options, caller);
      const cluster = await options.revisions.cluster();
      const newest = await options.revisions.newest();
      return {
        id: cluster.id,
        name: cluster.name,
        revision: String(newest?.row.number ?? 0),
        content: newest?.row.content ?? '',
        etcd_formed: cluster.etcdFormed,
        kubernetes_version: newest?.file.spec.kubernetes.version ?? '',
        rollout_state: options.rollouts.status()?.rollout.state ?? '',
        etcd_message: options.etcd.message(),
        rollout_message: options.rollouts.status()?.message ?? '',
      };
    }, onBug),
    ListMachines: answer(async (_, caller) => {
      await reader(options, caller);
      return { machines: await options.machines.list() };
    }, onBug),
    WatchMachines: answerMany(async function* (_, caller) {
      await reader(options, caller);
      for await (const machines of options.machines.watch(caller.signal)) yield { machines };
    }, onBug),
    ListCertificates: answer(async (_, caller) => {
      await reader(options, caller);
      return { certificates: await options.certificates() };
    }, onBug),
    ListDrift: answer(async (request, caller) => {
      await reader(options, caller);
      return { entries: await options.drift(request.machine === '' ? undefined : request.machine) };
    }, onBug),
  };
}

type ChangeMethods = Pick<Handlers['operator'], 'Provision' | 'Deprovision' | 'ResetMachine' | 'GetKubeconfig'>;

function changeMethods(options: OperatorServiceOptions, onBug: OnBug): ChangeMethods {
  return {
    Provision: answerMany(async function* (request, caller) {
      const actor = await changer(options, caller);
      await options.audit(actor, 'provision', request.pool);
      yield* options.provision(await requireSpec(options), request.pool === '' ? undefined : request.pool);
    }, onBug),
    Deprovision: answer(
      async (request, caller) => ({
        machine: await options.deprovision(request.machine, await changer(options, caller)),
      }),
      onBug,
    ),
    ResetMachine: answer(async (request, caller) => {
      const { machine, force, dry_run: dryRun, only_check: onlyCheck } = request;
      const actor = await changer(options, caller);
      const ordered = await options.reset({ machine, force, dryRun, onlyCheck }, actor);
      const { steps, isConnected, runsPods } = ordered;
      return { machine: ordered.machine, steps, connected: isConnected, runs_pods: runsPods };
    }, onBug),
    GetKubeconfig: answer(async (request, caller) => {
      const actor = await changer(options, caller);
      const spec = await requireSpec(options);
      const { chain, trust, servers } = await options.kubeconfig(spec, request.spki, request.signature, actor);
      return { certificate_chain: chain, trust, cluster_name: spec.name, servers };
    }, onBug),
  };
}

type TokenMethods = Pick<Handlers['operator'], 'CreateToken' | 'ListTokens' | 'RevokeToken' | 'GetUserdata'>;

function tokenMethods(options: OperatorServiceOptions, onBug: OnBug): TokenMethods {
  return {
    CreateToken: answer(async (request, caller) => {
      const { pool, device_id: deviceId, max_uses: maxUses, lifetime_seconds: lifetimeSeconds } = request;
      return await options.createToken({ pool, deviceId, maxUses, lifetimeSeconds }, await changer(options, caller));
    }, onBug),
    ListTokens: answer(async (_, caller) => {
      await reader(options, caller);
      return { tokens: await options.listTokens() };
    }, onBug),
    RevokeToken: answer(async (request, caller) => {
      await options.revokeToken(request.id, await changer(options, caller));
      return {};
    }, onBug),
    GetUserdata: answer(async (request, caller) => {
      await changer(options, caller);
      const { token_id: tokenId, secret, format, device_id: deviceId } = request;
      return { files: Object.fromEntries(await options.userdata({ tokenId, secret, format, deviceId })) };
    }, onBug),
  };
}
