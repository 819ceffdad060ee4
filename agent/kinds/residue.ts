/**
 * Kind `residue`: what a component's programs leave behind. Wanting it is noting it, so that the ledger knows of it; removing
 * it undoes what is there by then: processes first, so that nothing makes anew what is taken away after them.
 */
import type { ResourceOf } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import { checkResidue } from '../../shared/paths.ts';
import type { Chain, HostView, Process } from '../host/host.ts';
import { type Kind, phrase, type Step } from '../kind.ts';
import { PRIVATE, planDirectoryRemoval, planRemoval, planText } from './steps/files.ts';

type Residue = ResourceOf<'residue'>;

const NOTES = '/var/lib/vent/residue';
/** Milliseconds that a pod's processes have between SIGTERM and SIGKILL. */
const GRACE = 10_000;
/** An interface of another kind is the machine's own. */
const VIRTUAL = ['bridge', 'dummy', 'macvlan', 'veth', 'vxlan'];

export function createResidueKind(): Kind<'residue'> {
  return {
    name: 'residue',
    isRemovedAfterCommit: true,
    async plan(resource, view) {
      checkPaths(resource);
      return await planText(view, noteOf(resource), describe(resource), PRIVATE);
    },
    async remove(resource, view) {
      checkPaths(resource);
      const steps = await Promise.all([
        planProcesses(resource, view),
        planMounts(resource, view),
        planLinks(resource, view),
        planTables(resource, view),
        planChains(resource, view),
        planPaths(resource, view),
      ]);
      return [
        ...steps.flat(),
        ...(await planRemoval(view, noteOf(resource))),
        ...(await planDirectoryRemoval(view, NOTES, [resource.name])),
      ];
    },
  };
}

function noteOf({ name }: Residue): string {
  return `${NOTES}/${name}`;
}

function describe({ kind: _kind, after: _after, drift: _drift, restarts: _restarts, ...declared }: Residue): string {
  return `${JSON.stringify(declared, null, 2)}\n`;
}

function checkPaths({ paths = [], mounts = [] }: Residue): void {
  for (const path of [...paths, ...mounts]) checkResidue(path);
}

/** Also those whose parent is one of them, however far up. */
export function findProcesses(wanted: NonNullable<Residue['processes']>, all: readonly Process[]): readonly Process[] {
  const { argument, controlGroup } = wanted;
  const isMeant = ({ argv, controlGroups }: Process): boolean =>
    (argument !== undefined && argv.includes(argument)) ||
    (controlGroup !== undefined && controlGroups.some((path) => path.split('/').includes(controlGroup)));
  const found = new Map(all.filter(isMeant).map((one) => [one.pid, one]));
  for (let size = -1; size < found.size; ) {
    size = found.size;
    for (const one of all) if (found.has(one.parent)) found.set(one.pid, one);
  }
  return [...found.values()];
}

async function planProcesses({ processes }: Residue, view: HostView): Promise<readonly Step[]> {
  if (processes === undefined) return [];
  const found = findProcesses(processes, await view.processes.list());
  if (found.length === 0) return [];
  const programs = [...new Set(found.map(({ argv }) => (argv[0] ?? '').slice((argv[0] ?? '').lastIndexOf('/') + 1)))];
  return [
    {
      ...phrase(
        `stop ${found.length === 1 ? '1 process' : `${found.length} processes`}`,
        programs.toSorted().join(', '),
      ),
      async apply(host) {
        const all = findProcesses(processes, await host.processes.list());
        const isShim = ({ argv }: Process): boolean =>
          processes.argument !== undefined && argv.includes(processes.argument);
        // A pod's processes end while their shim still waits for them.
        await host.processes.stop(
          all.filter((one) => !isShim(one)),
          GRACE,
        );
        await host.processes.stop(findProcesses(processes, await host.processes.list()), GRACE);
      },
    },
  ];
}

/** Whether a path is the one that is named, matches it where it ends in `*`, or lies below. */
function isUnder(path: string, named: string): boolean {
  if (!named.endsWith('*')) return path === named || path.startsWith(`${named}/`);
  return path.startsWith(named.slice(0, -1));
}

/** What was mounted last goes first. */
async function planMounts({ mounts = [] }: Residue, view: HostView): Promise<readonly Step[]> {
  if (mounts.length === 0) return [];
  const found = (await view.mounts.list()).filter((path) => mounts.some((named) => isUnder(path, named)));
  return found.toReversed().map((path) => ({
    ...phrase(`unmount ${path}`),
    async apply(host) {
      if ((await host.mounts.list()).includes(path)) await host.mounts.unmount(path);
    },
  }));
}

async function planLinks({ links = [] }: Residue, view: HostView): Promise<readonly Step[]> {
  if (links.length === 0) return [];
  const found = (await view.network.links()).filter(({ name }) => links.includes(name));
  return found.map(({ name, type }) => {
    if (type === undefined || !VIRTUAL.includes(type))
      throw new VentError('PATH_REFUSED', `cannot remove interface ${name}: it is no virtual one`);
    return {
      ...phrase(`remove interface ${name}`),
      async apply(host) {
        const isThere = (await host.network.links()).some((link) => link.name === name);
        if (isThere) await host.network.batch([`link delete ${name}`]);
      },
    };
  });
}

async function planTables({ tables = [] }: Residue, view: HostView): Promise<readonly Step[]> {
  const steps = tables.map(async (table): Promise<readonly Step[]> => {
    const [family = '', name = ''] = table.split(' ');
    if ((await view.network.table(family, name)) === undefined) return [];
    return [
      {
        ...phrase(`remove table ${table}`),
        apply: (host) => host.network.applyRules(`add table ${table}\ndelete table ${table}\n`),
      },
    ];
  });
  return (await Promise.all(steps)).flat();
}

async function planChains({ chains = [] }: Residue, view: HostView): Promise<readonly Step[]> {
  if (chains.length === 0) return [];
  const byTable = groupChains(chains, await view.network.chains());
  return [...byTable].map(([table, names]) => ({
    ...phrase(`remove ${names.length === 1 ? '1 chain' : `${names.length} chains`} of iptables from table ${table}`),
    async apply(host) {
      const { family, table: name, names: left } = ofTable(table, groupChains(chains, await host.network.chains()));
      if (left.length > 0) await host.network.removeChains(family, name, left);
    },
  }));
}

/** Names by `family table`. */
function groupChains(beginnings: readonly string[], all: readonly Chain[]): ReadonlyMap<string, readonly string[]> {
  const found = all.filter(({ name }) => beginnings.some((beginning) => name.startsWith(beginning)));
  const groups = new Map<string, string[]>();
  for (const { family, table, name } of found)
    groups.set(`${family} ${table}`, [...(groups.get(`${family} ${table}`) ?? []), name]);
  return groups;
}

function ofTable(key: string, groups: ReadonlyMap<string, readonly string[]>) {
  const [family, table = ''] = key.split(' ');
  return { family: family === 'ip6' ? ('ip6' as const) : ('ip' as const), table, names: groups.get(key) ?? [] };
}

async function planPaths({ paths = [] }: Residue, view: HostView): Promise<readonly Step[]> {
  if (paths.length === 0) return [];
  const mounted = await view.mounts.list();
  // A file system of its own that somebody mounted there stays, empty.
  const patterns = paths.map((path) => (mounted.includes(path) ? `${path}/*` : path));
  const named = await Promise.all(patterns.map((path) => (path.endsWith('*') ? listNamed(view, path) : [path])));
  const there = await Promise.all(
    named.flat().map(async (path) => ((await view.files.stat(path)) === undefined ? [] : [path])),
  );
  return there.flat().map((path) => ({ ...phrase(`remove ${path}`), apply: (host) => host.files.removeTree(path) }));
}

async function listNamed(view: HostView, pattern: string): Promise<readonly string[]> {
  const parent = pattern.slice(0, pattern.lastIndexOf('/'));
  const names = await view.files.list(parent);
  return names.map((name) => `${parent}/${name}`).filter((path) => isUnder(path, pattern));
}
