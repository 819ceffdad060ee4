/**
 * What applying a cluster file would do: each machine is asked, with the code that would do it, and only looks.
 *
 * INVARIANT: the hash names the text, the revision it starts from, and every step of every machine; when any of these
 * moves, it is another plan.
 */
import { createHash } from 'node:crypto';
import { idOf, type Resource } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import type { Risk } from '../../shared/risk.ts';
import type { ClusterFile } from '../../shared/spec/schema.ts';
import type { MachinePlanView, PlanView } from '../../shared/wire.ts';
import type { Connections } from '../connections.ts';
import type { Rendering } from '../documents.ts';
import { findDrainNeed } from '../drain/need.ts';
import { irreversibleSteps } from '../revision-rules.ts';
import { paceOf } from '../rollout/pace.ts';
import { restartsEtcd } from '../rollout/snapshots.ts';
import { changesPart, STAGE_NAMES } from '../rollout/stages.ts';
import type { Outlook, Prospect } from './prospects.ts';
import { foreseeWaves } from './waves.ts';

export interface PlannerOptions {
  /** Of every machine that has a document. */
  prospects(file: ClusterFile): Promise<Outlook>;
  /** The newest revision; undefined before the first. */
  newest(): Promise<{ readonly number: number; readonly file: ClusterFile } | undefined>;
  readonly connections: Pick<Connections, 'ask'>;
}

export interface Planner {
  /** @param content the text that `file` was read from */
  plan(file: ClusterFile, content: string): Promise<PlanView>;
  /** What applying the file would need to have accepted; asks no machine. */
  risks(file: ClusterFile): Promise<readonly Risk[]>;
}

export function createPlanner(options: PlannerOptions): Planner {
  return {
    async plan(file, content) {
      const outlook = await options.prospects(file);
      const { machines: prospects } = outlook;
      const changing = prospects.filter(({ rollout }) => rollout.isPending);
      const members = prospects.filter(({ wished }) => wished.roles.includes('etcd')).length;
      const machines = await Promise.all(changing.map((prospect) => planMachine(options, prospect, members)));
      const newest = await options.newest();
      const revision = newest?.number ?? 0;
      const irreversible = newest === undefined ? [] : irreversibleSteps(newest.file, file);
      const foreseen = foreseeStages(outlook, file);
      const waves = foreseen.map(({ names }) => names);
      const stages = outlook.stages.length === 1 ? [] : foreseen.map(({ stage }) => stage);
      const hash = createHash('sha256')
        .update(JSON.stringify([revision, content, machines, waves]))
        .digest('hex')
        .slice(0, 16);
      return { hash, revision: String(revision), machines, waves, stages, irreversible, risks: findRisks(outlook) };
    },
    risks: async (file) => findRisks(await options.prospects(file)),
  };
}

function findRisks({ machines }: Outlook): readonly Risk[] {
  const members = machines.filter(({ present }) => present.components?.some(({ name }) => name === 'etcd') === true);
  const [only] = members;
  return members.length === 1 && only !== undefined && restartsEtcd(only.present, only.wished) ? ['api-downtime'] : [];
}

/** Wave after wave, by the stage that it is in. */
function foreseeStages(
  { machines, stages }: Outlook,
  file: ClusterFile,
): readonly { readonly stage: string; readonly names: string }[] {
  return stages.flatMap((stage) => {
    const known = machines.map(({ rollout, present, wished }) =>
      stages.length === 1 ? rollout : { ...rollout, isPending: changesPart(present, wished, stage) },
    );
    return foreseeWaves(known, paceOf(file)).map((names) => ({ stage: STAGE_NAMES[stage], names: names.join(' ') }));
  });
}

async function planMachine(
  { connections }: PlannerOptions,
  { present, wished }: Prospect,
  members: number,
): Promise<MachinePlanView> {
  const base = {
    machine: wished.name,
    resources: [],
    files: compareFiles(present, wished),
    error: '',
    quorum: '',
    drain: describeDrain(present, wished),
    form: 0,
  };
  if (wished.components === undefined) return { ...base, error: wished.waitsFor ?? 'it cannot be rendered' };
  try {
    const { resources, error, form } = await connections.ask(
      wished.nodeId,
      Buffer.from(JSON.stringify(wished.components)),
    );
    const restartsEtcd = resources.some(({ sentences }) =>
      sentences.some((text) => /^(re)?start etcd\.service\b/.test(text)),
    );
    return { ...base, resources, error, form, quorum: restartsEtcd ? describeQuorum(members) : '' };
  } catch (thrown) {
    return { ...base, error: VentError.from(thrown).message };
  }
}

function describeDrain(present: Rendering, wished: Rendering): string {
  const need = findDrainNeed(present.components, wished.components);
  if (need === undefined) return '';
  return `${need.who === 'all' ? 'its pods leave it first' : 'its sandboxed pods leave it first'}: ${need.reason}`;
}

/** Members restart one at a time: the order of roll-outs sees to that. */
function describeQuorum(members: number): string {
  const needed = Math.floor(members / 2) + 1;
  if (members === 1) return 'etcd has one member: the Kubernetes API is away while it restarts';
  return `etcd keeps ${members - 1} of ${members} members while this one restarts, and needs ${needed}`;
}

/** Texts of documents hold no secret: those are named in them, and fetched by machines. */
function textsOf({ components = [] }: Rendering): ReadonlyMap<string, string> {
  const resources: readonly Resource[] = components.flatMap((component) => component.resources);
  return new Map(
    resources.flatMap((resource) => ('content' in resource ? [[idOf(resource), resource.content] as const] : [])),
  );
}

function compareFiles(present: Rendering, wished: Rendering): MachinePlanView['files'] {
  const [before, after] = [textsOf(present), textsOf(wished)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((id) => before.get(id) !== after.get(id))
    .map((path) => ({ path, before: before.get(path) ?? '', after: after.get(path) ?? '' }));
}
