/** What the patches of a cluster file come to on one machine: cluster < pool < machine, and later ones over earlier ones. */
import type { ClusterFile, Patch } from './schema.ts';

/** What a patch sets, without whom it is for. */
export type Settings = Omit<Patch, 'pool' | 'machine'>;

type Value = NonNullable<NonNullable<Patch['kubelet']>['config']>[string];

export interface Target {
  readonly name: string;
  readonly pool: string;
}

/** One setting with where it comes from, for `vent explain node`. */
export interface ExplainedSetting {
  /** `kubelet.maxPods` */
  readonly path: string;
  /** JSON. */
  readonly value: string;
  /** `spec.patches[2] (pool workers)` */
  readonly from: string;
}

interface Placed {
  readonly patch: Patch;
  readonly index: number;
}

function isMap(value: unknown): value is Readonly<Record<string, Value>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Maps are merged field by field; anything else, lists included, is replaced. */
export function merge(under: unknown, over: unknown): unknown {
  if (!isMap(under) || !isMap(over)) return over;
  const keys = new Set([...Object.keys(under), ...Object.keys(over)]);
  return Object.fromEntries(
    [...keys].map((key) => {
      if (!Object.hasOwn(over, key)) return [key, under[key]];
      return [key, Object.hasOwn(under, key) ? merge(under[key], over[key]) : over[key]];
    }),
  );
}

function rankOf({ pool, machine }: Patch): number {
  return machine !== undefined ? 2 : pool !== undefined ? 1 : 0;
}

/** The patches that concern a machine, the weakest first. */
function patchesFor(patches: ClusterFile['spec']['patches'], target: Target): readonly Placed[] {
  return patches
    .map((patch, index) => ({ patch, index }))
    .filter(
      ({ patch: { pool, machine } }) =>
        (pool ?? target.pool) === target.pool && (machine ?? target.name) === target.name,
    )
    .toSorted((a, b) => rankOf(a.patch) - rankOf(b.patch) || a.index - b.index);
}

/** @returns what is set on the machine, whoever set it */
export function settingsOf(patches: ClusterFile['spec']['patches'], target: Target): Settings {
  return patchesFor(patches, target).reduce<Settings>(
    (under, { patch: { pool: _, machine: __, ...over } }) => merge(under, over) as Settings,
    {},
  );
}

function leavesOf(value: unknown, path: string): readonly (readonly [string, unknown])[] {
  if (!isMap(value)) return value === undefined ? [] : [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, path === '' ? key : `${path}.${key}`));
}

function originOf({ patch: { pool, machine }, index }: Placed): string {
  const whom = machine !== undefined ? `machine ${machine}` : pool !== undefined ? `pool ${pool}` : 'every machine';
  return `spec.patches[${index}] (${whom})`;
}

/** Every setting that holds on the machine with the patch it comes from, sorted by path. */
export function explainSettings(patches: ClusterFile['spec']['patches'], target: Target): readonly ExplainedSetting[] {
  const found = new Map<string, ExplainedSetting>();
  for (const placed of patchesFor(patches, target)) {
    const { pool: _, machine: __, ...settings } = placed.patch;
    for (const [path, value] of leavesOf(settings, ''))
      found.set(path, { path, value: JSON.stringify(value), from: originOf(placed) });
  }
  const effective = new Map(leavesOf(settingsOf(patches, target), ''));
  return [...found.values()].filter(({ path }) => effective.has(path)).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** A patch for a pool that is not there would never do anything. */
export function checkPatchPools(
  file: ClusterFile,
): readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] {
  const pools = file.spec.pools.map((pool) => pool.name);
  return file.spec.patches.flatMap(({ pool }, index) =>
    pool === undefined || pools.includes(pool)
      ? []
      : [
          {
            path: ['spec', 'patches', index, 'pool'],
            message: `there is no pool ${pool}; the file has ${pools.join(', ')}`,
          },
        ],
  );
}
