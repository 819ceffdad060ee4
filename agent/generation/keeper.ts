/**
 * Keeps how things were, right before a change first touches them.
 *
 * INVARIANT: before anything of the machine changes, the way back is durable: the old content first, then the script that
 * uses it, then the record that says it is kept.
 */
import type { Host } from '../host/host.ts';
import { renderAbsence } from '../kinds/network-table.ts';
import { PRIVATE } from '../kinds/steps/files.ts';
import type { Journal } from './journal.ts';
import { COPIES, copyPathOf, UNDO } from './places.ts';
import type { Kept } from './records.ts';
import { renderUndo } from './undo.ts';

export interface Keeper {
  path(path: string): Promise<void>;
  unit(name: string): Promise<void>;
  enabled(name: string): Promise<void>;
  sysctl(key: string): Promise<void>;
  network(): Promise<void>;
  /** Writes the script of what was kept so far. */
  render(): Promise<void>;
}

const SCRIPT = { mode: '0700', owner: 'root:root' };
/** Families that Vent has a table in. */
const FAMILIES = ['inet', 'ip'] as const;

function keyOf(kept: Kept): string {
  if ('path' in kept) return `path ${kept.path}`;
  if (kept.type === 'unit' || kept.type === 'enabled') return `${kept.type} ${kept.name}`;
  return kept.type === 'sysctl' ? `sysctl ${kept.key}` : 'network';
}

/** @param of what is taken back: `generation 8` @param before what the journal says is kept already, oldest first */
export function createKeeper(host: Host, journal: Journal, of: string, before: readonly Kept[]): Keeper {
  let kept = before;
  let copies =
    Math.max(-1, ...before.map((one) => ('copy' in one ? one.copy + (one.type === 'network' ? 2 : 0) : -1))) + 1;
  let last: Promise<unknown> = Promise.resolve();

  async function copy(...contents: readonly Uint8Array[]): Promise<number> {
    const first = copies;
    await host.files.makeDirectory(COPIES, SCRIPT);
    for (const content of contents) await host.files.write(copyPathOf(copies++), content, PRIVATE);
    return first;
  }

  const render = (): Promise<void> => host.files.write(UNDO, new TextEncoder().encode(renderUndo(of, kept)), SCRIPT);

  /** One after the other; what is kept already is not looked at again, since it has changed since. */
  function keep(key: string, look: () => Promise<Kept | undefined>): Promise<void> {
    const run = last.then(async () => {
      if (kept.some((one) => keyOf(one) === key)) return;
      const found = await look();
      if (found === undefined) return;
      kept = [...kept, found];
      await render();
      await journal.append({ type: 'KEPT', kept: found });
    });
    last = run.catch(() => undefined);
    return run;
  }

  async function lookAtPath(path: string): Promise<Kept | undefined> {
    const stat = await host.files.stat(path);
    if (stat === undefined) return { type: 'absent', path };
    const { mode, owner, target } = stat;
    if (stat.type === 'directory') return { type: 'directory', path, mode, owner };
    if (target !== undefined) return { type: 'link', path, target };
    const content = stat.type === 'file' ? await host.files.read(path) : undefined;
    return content === undefined ? undefined : { type: 'file', path, copy: await copy(content), mode, owner };
  }

  async function lookAtNetwork(): Promise<Kept> {
    const [snapshot, links, ...tables] = await Promise.all([
      host.network.snapshot(),
      host.network.links(),
      ...FAMILIES.map((family) => host.network.table(family, 'vent')),
    ]);
    const rules = FAMILIES.map((family, index) => restoreTable(family, tables[index]));
    const texts = [...[snapshot.addresses, snapshot.routes].map((lines) => lines.map((line) => `${line}\n`)), rules];
    const first = await copy(...texts.map((lines) => new TextEncoder().encode(lines.join(''))));
    return { type: 'network', copy: first, links: links.map(({ name }) => name) };
  }

  return {
    path: (path) => keep(`path ${path}`, () => lookAtPath(path)),
    unit: (name) =>
      keep(`unit ${name}`, async () => {
        const { active } = await host.units.state(name);
        return { type: 'unit', name, active: active !== 'inactive' && active !== 'failed' };
      }),
    enabled: (name) =>
      keep(`enabled ${name}`, async () => ({ type: 'enabled', name, enabled: (await host.units.state(name)).enabled })),
    sysctl: (key) =>
      keep(`sysctl ${key}`, async () => {
        const value = await host.kernel.sysctl(key);
        return value === undefined ? undefined : { type: 'sysctl', key, value };
      }),
    network: () => keep('network', lookAtNetwork),
    render,
  };
}

/** @param printed what `nft list table` said; undefined: there was none */
function restoreTable(family: string, printed = ''): string {
  return [...renderAbsence(family), ...(printed === '' ? [] : [printed.trimEnd()]), ''].join('\n');
}
