/**
 * systemd as far as Vent relies on it: what is loaded differs from what lies on disk until a reload, a process keeps the
 * environment it was started with, and enabling is a link that [Install] asks for.
 */
import { VentError } from '../../../shared/errors.ts';
import type { UnitState, Units } from '../host.ts';
import type { FakeTree } from './files.ts';
import type { World } from './world.ts';

const DIRECTORY = '/etc/systemd/system';
const WANTS = `${DIRECTORY}/multi-user.target.wants`;
const STAMPS = '/run/vent/inputs';

interface Running {
  active: UnitState['active'];
  result: string;
  mainPid: number;
  restarts: number;
  inputs: string | undefined;
}

/** How a unit of the fake machine behaves when it is started; `works` unless told otherwise. */
export type Behaviour = 'works' | 'fails' | 'hangs';

export interface FakeSystemd {
  behave(name: string, behaviour: Behaviour): void;
  /** A unit that hangs while starting becomes ready. */
  finish(name: string): void;
  /** The process dies and systemd does not bring it back. */
  fail(name: string): void;
  isActive(name: string): boolean;
  /** `systemctl VERB NAME` by somebody else than the agent; what cannot be done is passed over. */
  systemctl(verb: string, name: string): void;
  /** The power goes. */
  halt(): void;
  /** As a power cycle: /run is empty, enabled units are started from what is on disk. */
  boot(): void;
  readonly units: Units;
}

interface Manager {
  readonly tree: FakeTree;
  readonly loaded: Map<string, string>;
  readonly running: Map<string, Running>;
  readonly behaviours: Map<string, Behaviour>;
  /** Runs one line of ExecStart. */
  readonly run: (command: string) => void;
  lastPid: number;
}

function textOnDisk(tree: FakeTree, name: string): string | undefined {
  const decode = (path: string): string => new TextDecoder().decode(tree.nodes.get(path)?.content);
  if (tree.nodes.get(`${DIRECTORY}/${name}`)?.type !== 'file') return undefined;
  const dropIns = [...tree.nodes.keys()]
    .filter((path) => path.startsWith(`${DIRECTORY}/${name}.d/`) && path.endsWith('.conf'))
    .toSorted();
  return [`${DIRECTORY}/${name}`, ...dropIns].map(decode).join('\n');
}

/** What is loaded; a unit that nobody asked for before is loaded from disk. */
function load(manager: Manager, name: string): string | undefined {
  const text = manager.loaded.get(name) ?? textOnDisk(manager.tree, name);
  if (text !== undefined) manager.loaded.set(name, text);
  return text;
}

/** The value of VENT_INPUTS as the process would see it (systemd.exec(5): C escapes in quotes, %% is a percent sign). */
function inputsIn(text: string): string | undefined {
  const value = /^Environment="VENT_INPUTS=((?:[^"\\]|\\.)*)"$/m.exec(text)?.[1];
  return value?.replaceAll('%%', '%').replaceAll(/\\(.)/g, '$1');
}

function start(manager: Manager, name: string): void {
  const text = load(manager, name);
  if (text === undefined) throw new VentError('COMMAND_FAILED', `cannot start ${name}: there is no such unit`);
  const behaviour = manager.behaviours.get(name) ?? 'works';
  const isOneshot = /^Type=oneshot$/m.test(text);
  const inputs = inputsIn(text);
  if (behaviour === 'works') for (const [, command = ''] of text.matchAll(/^ExecStart=(.*)$/gm)) manager.run(command);
  manager.lastPid += 1;
  manager.running.set(name, {
    active: behaviour === 'works' ? 'active' : behaviour === 'fails' ? 'failed' : 'activating',
    result: behaviour === 'fails' ? 'exit-code' : 'success',
    mainPid: isOneshot || behaviour === 'fails' ? 0 : manager.lastPid,
    restarts: 0,
    inputs: isOneshot ? undefined : inputs,
  });
  if (isOneshot && behaviour === 'works' && text.includes(`${STAMPS}/${name}`) && inputs !== undefined)
    manager.tree.putFile(`${STAMPS}/${name}`, inputs);
  // What has run to its end, and is not to remain, can be started again.
  if (isOneshot && behaviour === 'works' && !/^RemainAfterExit=yes$/m.test(text)) manager.running.delete(name);
}

function stateOf(manager: Manager, name: string): UnitState {
  const text = load(manager, name);
  const running = manager.running.get(name);
  const stamp = manager.tree.nodes.get(`${STAMPS}/${name}`)?.content;
  const active = running?.active ?? 'inactive';
  return {
    loaded: text !== undefined,
    active,
    sub: active === 'active' ? 'running' : active === 'activating' ? 'start' : active,
    result: running?.result ?? 'success',
    enabled: manager.tree.nodes.has(`${WANTS}/${name}`),
    needsReload: text !== textOnDisk(manager.tree, name),
    mainPid: running?.mainPid ?? 0,
    restarts: running?.restarts ?? 0,
    inputs: running?.inputs ?? (stamp === undefined ? undefined : new TextDecoder().decode(stamp)),
  };
}

function reload(manager: Manager): void {
  for (const name of manager.loaded.keys()) {
    const text = textOnDisk(manager.tree, name);
    if (text === undefined) manager.loaded.delete(name);
    else manager.loaded.set(name, text);
  }
}

function blockUntilStarted(manager: Manager, name: string, options: { readonly block?: boolean } | undefined): void {
  if (options?.block === true && manager.running.get(name)?.active === 'failed')
    throw new VentError('COMMAND_FAILED', `cannot start ${name}: it failed`);
}

function linkWanted(tree: FakeTree, name: string): void {
  const attributes = { mode: '0777', owner: 'root:root' };
  tree.nodes.set(`${WANTS}/${name}`, { type: 'symlink', attributes, content: new Uint8Array(), target: `../${name}` });
}

function controlUnits(manager: Manager, world: World): Units {
  const act = (verb: string, name: string): void => world.write(`${verb} ${name}`);
  return {
    async state(name) {
      world.read();
      return stateOf(manager, name);
    },
    async lastWords(name) {
      world.read();
      return manager.behaviours.get(name) === 'fails' ? `${name} cannot go on` : undefined;
    },
    async reload() {
      world.write('daemon-reload');
      reload(manager);
    },
    async enable(name) {
      act('enable', name);
      const text = textOnDisk(manager.tree, name);
      if (text === undefined) throw new VentError('COMMAND_FAILED', `cannot enable ${name}: there is no such unit`);
      if (!/^\[Install\]$/m.test(text)) return;
      linkWanted(manager.tree, name);
    },
    async disable(name) {
      act('disable', name);
      manager.tree.nodes.delete(`${WANTS}/${name}`);
    },
    async start(name, options) {
      act('start', name);
      const active = manager.running.get(name)?.active;
      if (active !== 'active' && active !== 'activating') start(manager, name);
      blockUntilStarted(manager, name, options);
    },
    async restart(name, options) {
      act('restart', name);
      start(manager, name);
      blockUntilStarted(manager, name, options);
    },
    async stop(name) {
      act('stop', name);
      manager.running.delete(name);
    },
  };
}

/** @param run what a line of ExecStart does to the machine */
export function createFakeSystemd(tree: FakeTree, world: World, run: (command: string) => void): FakeSystemd {
  const manager: Manager = { tree, run, loaded: new Map(), running: new Map(), behaviours: new Map(), lastPid: 100 };
  const change = (name: string, active: Running['active'], result: string): void => {
    const running = manager.running.get(name);
    if (running !== undefined) Object.assign(running, { active, result });
  };
  return {
    units: controlUnits(manager, world),
    behave: (name, behaviour) => void manager.behaviours.set(name, behaviour),
    finish: (name) => change(name, 'active', 'success'),
    fail: (name) => change(name, 'failed', 'exit-code'),
    isActive: (name) => manager.running.get(name)?.active === 'active',
    systemctl(verb, name) {
      if (verb === 'stop') manager.running.delete(name);
      else if (verb === 'daemon-reload') reload(manager);
      else if (verb === 'disable') tree.nodes.delete(`${WANTS}/${name}`);
      else if (textOnDisk(tree, name) === undefined) return;
      else if (verb === 'enable') linkWanted(tree, name);
      else start(manager, name);
    },
    halt: () => manager.running.clear(),
    boot() {
      for (const path of [...tree.nodes.keys()]) if (path.startsWith('/run/')) tree.nodes.delete(path);
      manager.loaded.clear();
      manager.running.clear();
      for (const path of tree.nodes.keys())
        if (path.startsWith(`${WANTS}/`)) start(manager, path.slice(WANTS.length + 1));
    },
  };
}
