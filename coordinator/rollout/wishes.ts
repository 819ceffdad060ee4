/** Every machine with what it is rendered as now, and what it would be rendered as further on. */
import type { Rendering } from '../documents.ts';
import type { Fleet } from '../fleet.ts';
import type { NodeRow } from '../nodes/row.ts';
import type { Collection } from '../store/collection.ts';
import { type AssignmentRow, assign, formerPartsOf, partsOf, type RolloutState } from './rows.ts';
import { findSkew, type MachineVersions } from './skew.ts';
import {
  advance,
  areSame,
  compose,
  differs,
  newestIn,
  type Part,
  type Parts,
  partOf,
  stagesOf,
  wholeAt,
} from './stages.ts';
import type { Versions } from './undo.ts';

export interface Wish {
  readonly row: NodeRow;
  readonly assignment: AssignmentRow;
  readonly parts: Parts;
  readonly present: Rendering;
  /** As the whole newest revision would have it. */
  readonly newest: Rendering;
  /** Whether nothing is left for it of the newest revision. */
  isWhole(): boolean;
  /** What it would have once it has taken the stage up. */
  at(stage: Part): Rendering;
}

export interface Wishes {
  readonly machines: readonly Wish[];
  readonly stages: readonly Part[];
  /** Of every revision that some part of some machine has, had before it moved last, or is to have. */
  readonly versions: ReadonlyMap<number, Versions>;
}

/**
 * Gives machines that have none a revision, and keeps it: the newest that may spread, else the newest that everybody took
 * up; in the middle of an upgrade what the slowest machine has, since a kubelet must not be newer than any API server.
 */
export async function readWishes(
  fleet: Fleet,
  state: RolloutState,
  assignments: Collection<AssignmentRow>,
  lastDone: number | undefined,
): Promise<Wishes> {
  const known = new Map((await assignments.list()).rows.map((row) => [row.key, row.value]));
  const rows = fleet.rows.flatMap(({ id }) => known.get(id) ?? []);
  const versions = await readVersions(fleet, rows);
  const running = rows.flatMap((row) => listVersions(row, fleet.newest, versions));
  const stages = stagesOf(running, versions.get(fleet.newest)?.kubernetes ?? '');
  const isOpen = state !== 'failed' && state !== 'aborted';
  const first =
    stages.length > 1 ? slowest(fleet.rows, known) : wholeAt(isOpen ? fleet.newest : (lastDone ?? fleet.newest));
  for (const { id } of fleet.rows) {
    if (known.has(id)) continue;
    const assignment = assign(id, first);
    await assignments.put(id, assignment);
    known.set(id, assignment);
  }
  const all = await readVersions(fleet, [...known.values()]);
  return {
    machines: await Promise.all(
      fleet.rows.map((row) => readWish(fleet, row, known.get(row.id) ?? assign(row.id, first))),
    ),
    stages,
    versions: all,
  };
}

async function readWish(fleet: Fleet, row: NodeRow, assignment: AssignmentRow): Promise<Wish> {
  const parts = partsOf(assignment);
  const numbers = new Set([...Object.values(parts), fleet.newest]);
  const renders = new Map<number, Rendering>();
  for (const number of numbers) renders.set(number, await fleet.render(row, number));
  const renderAs = (number: number): Rendering => {
    const found = renders.get(number);
    if (found === undefined) throw new RangeError(`revision ${number} was not rendered`);
    return found;
  };
  const [present, newest] = [compose(parts, renderAs), renderAs(fleet.newest)];
  return {
    row,
    assignment,
    parts,
    present,
    newest,
    isWhole: () => !differs(present, newest),
    at(stage) {
      const next = advance(parts, stage, fleet.newest);
      return areSame(next, parts) ? present : compose(next, renderAs);
    },
  };
}

/** What a machine takes up with a stage. @param newest number of the revision that is rolled out */
export function stepOf(
  { parts, present, at }: Wish,
  stage: Part,
  newest: number,
): { readonly present: Rendering; readonly newest: Rendering; isMeant(component: string): boolean } {
  const next = advance(parts, stage, newest);
  return {
    present,
    newest: at(stage),
    isMeant: (component) => parts[partOf(component)] !== next[partOf(component)],
  };
}

async function readVersions(fleet: Fleet, rows: readonly AssignmentRow[]): Promise<ReadonlyMap<number, Versions>> {
  const numbers = rows
    .flatMap((row) => [partsOf(row), formerPartsOf(row)])
    .flatMap((parts) => Object.values(parts ?? {}));
  const versions = new Map<number, Versions>();
  for (const number of new Set([...numbers, fleet.newest])) versions.set(number, await fleet.versions(number));
  return versions;
}

/** Of Kubernetes: as it is, and as it was before a move of this very roll-out, so that its stages stay what they were. */
function listVersions(row: AssignmentRow, newest: number, versions: ReadonlyMap<number, Versions>): readonly string[] {
  const parts = partsOf(row);
  const former = newestIn(parts) === newest ? formerPartsOf(row) : undefined;
  return [...Object.values(parts), ...Object.values(former ?? {})].flatMap(
    (number) => versions.get(number)?.kubernetes ?? [],
  );
}

/** Part by part the oldest that a machine with that part has. */
function slowest(rows: readonly NodeRow[], known: ReadonlyMap<string, AssignmentRow>): Parts {
  const partsWith = (isMeant: (row: NodeRow) => boolean): readonly Parts[] =>
    rows.filter(isMeant).flatMap(({ id }) => {
      const assignment = known.get(id);
      return assignment === undefined ? [] : [partsOf(assignment)];
    });
  const all = partsWith(() => true);
  const servers = partsWith(({ roles }) => roles.includes('control-plane'));
  const from = servers.length === 0 ? all : servers;
  return {
    api: Math.min(...from.map(({ api }) => api)),
    control: Math.min(...from.map(({ control }) => control)),
    rest: Math.min(...all.map(({ rest }) => rest)),
  };
}

/** The rule of Kubernetes that a move would break, one sentence; undefined when it keeps them all. @param move ids of those who move */
export function findSkewRisk(
  { machines, versions }: Wishes,
  stage: Part,
  move: readonly string[],
  newest: number,
): string | undefined {
  return findSkew(
    machines.map(({ row, parts }): MachineVersions => {
      const after = move.includes(row.id) ? advance(parts, stage, newest) : parts;
      const versionOf = (part: Part): string | undefined => versions.get(after[part])?.kubernetes;
      const isServer = row.roles.includes('control-plane');
      return {
        name: row.name,
        apiServer: isServer ? versionOf('api') : undefined,
        controllers: isServer ? versionOf('control') : undefined,
        kubelet: isServer || row.roles.includes('worker') ? versionOf('rest') : undefined,
      };
    }),
  );
}
