/** From revision and enrolled machines to what each machine's document should hold: placing, forming etcd, rendering. */
import type { DocumentComponent, NodeDocument } from '../shared/document.ts';
import type { Endpoints } from '../shared/endpoints.ts';
import { VentError } from '../shared/errors.ts';
import type { Logger } from '../shared/log.ts';
import type { Risk } from '../shared/risk.ts';
import { loadSpec, normaliseSpec } from '../shared/spec/load.ts';
import { settingsOf } from '../shared/spec/patches.ts';
import type { ClusterFile, ClusterSpec } from '../shared/spec/schema.ts';
import type { ArtifactRecord, Component, Machine, RenderSpec, Self } from './component.ts';
import type { Rendering } from './documents.ts';
import { votesInEtcd } from './etcd/members.ts';
import { type FormingNode, firstMembers, missingForFormation } from './formation.ts';
import { allocatePodCIDR } from './kubernetes/cidrs.ts';
import type { NodeRow } from './nodes/row.ts';
import { createRecall, type Recall } from './recall.ts';
import { renderComponents } from './render.ts';
import { CLUSTER_KEY, type Revisions } from './revisions.ts';
import type { Versions } from './rollout/undo.ts';
import type { AgentRow, ClusterRow, PlaceRow } from './rows.ts';
import { SECRET_NAMES } from './secrets.ts';
import type { Collection } from './store/collection.ts';
import type { Store } from './store/store.ts';

export interface FleetOptions {
  readonly store: Store;
  readonly revisions: Revisions;
  readonly nodes: Collection<NodeRow>;
  /** Of machines that have left. */
  readonly places: Pick<Collection<PlaceRow>, 'list'>;
  readonly components: readonly Component[];
  /** All that `artifact` answers from, as text. */
  readonly catalogue: string;
  /** @throws VentError ARTIFACT_UNKNOWN */
  artifact(name: string, version: string, architecture: 'x64' | 'arm64'): ArtifactRecord;
  /** Where machines reach this coordinator. */
  readonly coordinator: Endpoints;
  /** What machines run as their agent from the next revision on. */
  readonly agents: readonly AgentRow[];
  /** Present version number of a secret. @throws VentError NOT_FOUND */
  secretVersion(name: string): number;
  readonly recall: FleetRecall;
  readonly log: Logger;
}

/** Documents are looked at after every change of anything, and seldom are others than they were. */
export interface FleetRecall {
  /** By revision. */
  readonly specs: Recall<RenderSpec>;
  /** By machine and revision. */
  readonly renderings: Recall<Rendering>;
  /** By machine and name: a component that is the same in two revisions is one object, so that it is compared at once. */
  readonly components: Recall<DocumentComponent>;
}

export function createFleetRecall(): FleetRecall {
  return { specs: createRecall(), renderings: createRecall(), components: createRecall() };
}

/** How a machine looks to components. */
export function machineOf(row: NodeRow): Machine {
  return {
    id: row.id,
    name: row.name,
    pool: row.pool,
    roles: row.roles,
    privateAddress: row.privateAddress.address,
    privatePrefix: row.privateAddress.prefix,
    privateGateway: row.privateAddress.gateway,
    publicAddress: row.publicAddress?.address,
    podCIDR: row.podCIDR,
    providerId: row.providerId,
    etcd: row.etcd,
    servesEtcd: votesInEtcd(row),
  };
}

/** Everything that must be known to render, read once. */
export interface Fleet {
  readonly cluster: NodeDocument['cluster'];
  readonly epoch: number;
  /** Number of the newest revision. */
  readonly newest: number;
  /** The newest revision's. */
  readonly file: ClusterFile;
  /** Risks that were accepted for the newest revision's roll-out. */
  readonly accepts: readonly Risk[];
  /** Hash of the plan that it was applied with. */
  readonly plan?: string | undefined;
  readonly rows: readonly NodeRow[];
  /** What the machine's document should hold as that revision has it. @throws VentError NOT_FOUND for a revision that is not there */
  render(row: NodeRow, revision: number): Promise<Rendering>;
  /** Versions that a revision names. @throws VentError NOT_FOUND */
  versions(revision: number): Promise<Versions>;
  /** What it would hold if the file were the next revision. */
  foresee(row: NodeRow, file: ClusterFile): Rendering;
}

/**
 * What it decides once (pod CIDRs, the first etcd members) is durable before anything is rendered from it.
 * @returns undefined before the first revision
 */
export async function openFleet(options: FleetOptions): Promise<Fleet | undefined> {
  const newest = await options.revisions.newest();
  const cluster = await options.revisions.cluster();
  if (newest === undefined) return undefined;
  const spec = normaliseSpec(newest.file);
  await placeNodes(options, spec);
  const formed = cluster.etcdFormed || (await formEtcd(options, spec, cluster));
  const rows = (await options.nodes.list()).rows.map((row) => row.value);
  const missing = formed ? undefined : missingForFormation(spec, rows.map(formingOf));
  const peers = rows.map(machineOf);
  const { specs, renderings } = options.recall;
  for (const recall of [specs, renderings]) recall.turn();
  const surroundings = JSON.stringify([peers, missing, cluster.id]);

  async function specOf(revision: number): Promise<RenderSpec> {
    const row = await options.revisions.get(revision);
    const { content, fileName, agents = [] } = row;
    return specs.made(`${revision}`, [row, ...lookedUp(options)], () =>
      renderSpecOf(options, normaliseSpec(loadSpec(content, fileName)), cluster.id, agents),
    );
  }

  return {
    cluster: { id: cluster.id, name: cluster.name },
    epoch: cluster.epoch,
    newest: newest.row.number,
    file: newest.file,
    accepts: newest.row.accepts ?? [],
    plan: newest.row.plan,
    rows,
    async render(row, revision) {
      const spec = await specOf(revision);
      return renderings.made(`${row.id} ${revision}`, [row, spec, surroundings], () => ({
        revision,
        ...renderNode(options, spec, row, peers, missing),
      }));
    },
    async versions(revision) {
      const { kubernetes, versions } = await specOf(revision);
      return { kubernetes: kubernetes.version, etcd: versions.etcd };
    },
    foresee: (row, file) => ({
      revision: newest.row.number + 1,
      ...renderNode(
        options,
        renderSpecOf(options, normaliseSpec(file), cluster.id, options.agents),
        row,
        peers,
        missing,
      ),
    }),
  };
}

/** What a spec is completed with, beside what its revision says. */
function lookedUp({ catalogue, coordinator, secretVersion }: FleetOptions): readonly string[] {
  return [catalogue, JSON.stringify(coordinator), SECRET_NAMES.map((name) => secretVersion(name)).join()];
}

function renderNode(
  options: FleetOptions,
  spec: RenderSpec,
  row: NodeRow,
  peers: readonly Machine[],
  missing: string | undefined,
): Omit<Rendering, 'revision'> {
  const base = { nodeId: row.id, name: row.name, roles: row.roles };
  const waitsFor = missing ?? whyUnplaced(row, spec.network.podCIDR);
  if (waitsFor !== undefined || row.facts === undefined)
    return { ...base, components: undefined, waitsFor: waitsFor ?? 'waits for its facts' };
  try {
    return {
      ...base,
      components: renderComponents(spec, selfOf(spec, row, row.facts), peers, options.components).map((component) =>
        options.recall.components.made(`${row.id} ${component.name}`, [JSON.stringify(component)], () => component),
      ),
      waitsFor: undefined,
    };
  } catch (thrown) {
    const error = VentError.from(thrown);
    options.log.warn('a document could not be rendered', { node: row.name, code: error.code, cause: error.message });
    return { ...base, components: undefined, waitsFor: error.message };
  }
}

function selfOf(spec: RenderSpec, row: NodeRow, facts: NonNullable<NodeRow['facts']>): Self {
  return { ...machineOf(row), facts, settings: settingsOf(spec.patches, row) };
}

/** What is the file's fault, and not one machine's: a setting that is Vent's, a program that nobody has built. */
const FAULTS_OF_A_FILE: readonly string[] = ['INVALID_INPUT', 'ARTIFACT_UNKNOWN'];

/**
 * Renders a file for every machine that could have a document of it, and keeps nothing.
 * @throws VentError INVALID_INPUT, ARTIFACT_UNKNOWN of the first machine that it cannot be rendered for
 */
export async function previewFleet(options: FleetOptions, file: ClusterFile): Promise<void> {
  const cluster = await options.revisions.cluster();
  const rows = (await options.nodes.list()).rows.map((row) => row.value);
  const spec = renderSpecOf(options, normaliseSpec(file), cluster.id, options.agents);
  const peers = rows.map(machineOf);
  for (const row of rows) {
    if (row.facts === undefined || whyUnplaced(row, spec.network.podCIDR) !== undefined) continue;
    try {
      renderComponents(spec, selfOf(spec, row, row.facts), peers, options.components);
    } catch (thrown) {
      if (FAULTS_OF_A_FILE.includes(VentError.from(thrown).code)) throw thrown;
    }
  }
}

function renderSpecOf(
  options: FleetOptions,
  spec: ClusterSpec,
  clusterId: string,
  agents: readonly AgentRow[],
): RenderSpec {
  const { artifact, secretVersion, coordinator } = options;
  const agent: RenderSpec['agent'] = (architecture) => {
    const found = agents.find((one) => one.architecture === architecture);
    return found && { sha256: found.sha256, size: found.size };
  };
  return { ...spec, clusterId, coordinator, artifact, secretVersion, agent };
}

/** Whether the machine's role calls for a share of the pod CIDR. */
function runsPods({ roles }: NodeRow): boolean {
  return roles.includes('control-plane') || roles.includes('worker');
}

function whyUnplaced(row: NodeRow, podCIDR: string): string | undefined {
  // It would take up nothing, and the others would wait for that.
  if (row.resettingSince !== undefined) return 'is being reset';
  if (row.facts === undefined) return 'waits for its first connection to say what machine it is';
  if (row.roles.includes('etcd') && row.etcd === undefined) return 'waits to be made a member of etcd';
  if (runsPods(row) && row.podCIDR === undefined)
    return `waits for a pod CIDR: every /24 of ${podCIDR} is taken, and it cannot grow; deprovision machines that are gone`;
  return undefined;
}

/**
 * Gives every machine that will run a kubelet its pod CIDR, as long as there are any; who gets none says so. One with the name of
 * a machine that has left gets that one's, which others get only when there is no other.
 */
async function placeNodes(options: FleetOptions, spec: ClusterSpec): Promise<void> {
  const rows = (await options.nodes.list()).rows.map((row) => row.value);
  const taken = rows.flatMap((row) => row.podCIDR ?? []);
  const places = (await options.places.list()).rows.map((row) => row.value);
  const kept = places.flatMap((place) => place.podCIDR ?? []);
  for (const row of rows) {
    if (row.podCIDR !== undefined || !runsPods(row)) continue;
    const earlier = places.find(({ name }) => name === row.name)?.podCIDR;
    const share =
      earlier !== undefined && !taken.includes(earlier)
        ? earlier
        : (allocatePodCIDR(spec.network.podCIDR, [...taken, ...kept]) ?? allocatePodCIDR(spec.network.podCIDR, taken));
    if (share === undefined) return;
    taken.push(share);
    await options.nodes.update(row.id, (current) =>
      current === undefined ? undefined : { ...current, podCIDR: share },
    );
  }
}

function formingOf(row: NodeRow): FormingNode {
  return { id: row.id, name: row.name, pool: row.pool, roles: row.roles, privateAddress: row.privateAddress.address };
}

/** One transaction: all first members get their parameters and the cluster is recorded as formed, or nothing happens. @returns whether it is formed now */
async function formEtcd(options: FleetOptions, spec: ClusterSpec, cluster: ClusterRow): Promise<boolean> {
  const { rows } = await options.nodes.list();
  const nodes = rows.map((row) => formingOf(row.value));
  if (missingForFormation(spec, nodes) !== undefined) return false;
  const members = firstMembers(nodes);
  const clusterEntry = await options.revisions.clusters.get(CLUSTER_KEY);
  const written = await options.store.transact({
    compare: [
      { key: options.revisions.clusters.keyOf(CLUSTER_KEY), revision: clusterEntry?.revision ?? 0 },
      ...rows.map((row) => ({ key: options.nodes.keyOf(row.key), revision: row.revision })),
    ],
    put: [
      options.revisions.clusters.writing(CLUSTER_KEY, { ...cluster, etcdFormed: true }),
      ...rows.flatMap((row) => {
        const etcd = members.get(row.value.id);
        return etcd === undefined ? [] : [options.nodes.writing(row.key, { ...row.value, etcd })];
      }),
    ],
  });
  if (written !== undefined)
    options.log.info('etcd formed', { members: [...members.values()][0]?.initialCluster ?? '' });
  return written !== undefined;
}
