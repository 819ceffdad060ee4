/** A machine in memory: everything a Host can see and do, with each write recorded and faults to order. */
import { VentError } from '../../../shared/errors.ts';
import type { Answer, Connections, Host, Images, Kernel, Packages, Process, User, Users } from '../host.ts';
import { createFakeFiles, createFakeTree, type FakeTree } from './files.ts';
import { runInterfaceScript } from './interface-script.ts';
import { createFakeMounts, createFakeProcesses } from './leftovers.ts';
import { createFakeNetwork, type FakeNetwork } from './network.ts';
import { type RollbackMachine, runRollback } from './rollback-script.ts';
import { applyTables, printTable } from './tables.ts';
import { createFakeSystemd, type FakeSystemd } from './units.ts';
import { createWorld, type Faults, type World } from './world.ts';

export interface FakeHost extends Host {
  readonly actions: readonly string[];
  readonly faults: Faults;
  /** Writes since the start or the last `revive`. */
  writes(): number;
  readonly tree: FakeTree;
  readonly systemd: FakeSystemd;
  readonly networking: FakeNetwork;
  readonly sysctls: Map<string, string>;
  readonly modules: Set<string>;
  /** Modules that can be loaded. */
  readonly loadable: Set<string>;
  readonly installedPackages: Map<string, string>;
  /** Packages that a mirror has. */
  readonly mirror: Set<string>;
  readonly accounts: Map<string, User>;
  readonly importedImages: Map<string, string | undefined>;
  /** By pid. */
  readonly running: Map<number, Process>;
  /** In the order in which they were mounted. */
  readonly mounted: string[];
  /** `host:port` that accept connections. */
  readonly listeners: Set<string>;
  /** Status by URL. */
  readonly pages: Map<string, number>;
  /** What answers a POST, by the start of the URL; undefined is no answer. */
  readonly responders: Map<string, (url: string, body: string) => Answer | undefined>;
  /** Everything that a removal must restore, as text by name. */
  snapshot(): ReadonlyMap<string, string>;
}

function createKernel(world: World, sysctls: Map<string, string>, modules: Set<string>, loadable: Set<string>): Kernel {
  return {
    async sysctl(key) {
      world.read();
      return sysctls.get(key);
    },
    async hasModule(name) {
      world.read();
      return modules.has(name);
    },
    async setSysctl(key, value) {
      world.write(`set sysctl ${key}`);
      sysctls.set(key, value);
    },
    async loadModule(name) {
      world.write(`load module ${name}`);
      if (!loadable.has(name))
        throw new VentError('HOST_UNSUPPORTED', `cannot load module ${name}: the kernel has none`);
      modules.add(name);
    },
  };
}

function createPackages(world: World, installed: Map<string, string>, mirror: Set<string>): Packages {
  return {
    async installed(names) {
      world.read();
      return new Map([...installed].filter(([name]) => names.includes(name)));
    },
    async install(names) {
      world.write(`install ${names.join(' ')}`);
      const missing = names.filter((name) => !mirror.has(name));
      if (missing.length > 0)
        throw new VentError('HOST_UNSUPPORTED', `cannot install ${missing.join(', ')}: no mirror has them`);
      for (const name of names) installed.set(name, '1.0');
    },
  };
}

function createUsers(world: World, accounts: Map<string, User>): Users {
  return {
    async find(name) {
      world.read();
      return accounts.get(name);
    },
    async create(name, home) {
      world.write(`create user ${name}`);
      const id = 900 + accounts.size;
      accounts.set(name, { name, uid: id, gid: id, home });
    },
    async remove(name) {
      world.write(`remove user ${name}`);
      accounts.delete(name);
    },
  };
}

/** containerd's images, there while containerd.service is active. */
function createImages(
  world: World,
  images: Map<string, string | undefined>,
  tree: FakeTree,
  systemd: FakeSystemd,
): Images {
  const requireContainerd = (reference: string): void => {
    if (!systemd.isActive('containerd.service'))
      throw new VentError('COMMAND_FAILED', `cannot change image ${reference}: containerd does not answer`);
  };
  return {
    async list() {
      world.read();
      return systemd.isActive('containerd.service') ? new Map(images) : undefined;
    },
    async import(path, reference, sha256) {
      world.write(`import image ${reference}`);
      requireContainerd(reference);
      if (!tree.nodes.has(path)) throw new VentError('COMMAND_FAILED', `cannot import ${path}: it is not there`);
      images.set(reference, sha256);
    },
    async remove(reference) {
      world.write(`remove image ${reference}`);
      requireContainerd(reference);
      images.delete(reference);
    },
  };
}

function createConnections(
  world: World,
  listeners: Set<string>,
  pages: Map<string, number>,
  responders: FakeHost['responders'],
): Connections {
  return {
    async connects(host, port) {
      world.read();
      return listeners.has(`${host}:${port}`);
    },
    async get(url) {
      world.read();
      return pages.get(url);
    },
    async post(url, body) {
      world.write(`post ${url}`);
      const [, respond] = [...responders].find(([start]) => url.startsWith(start)) ?? [];
      return respond?.(url, body);
    },
    async stream(url, body) {
      world.write(`stream ${url}`);
      const [, respond] = [...responders].find(([start]) => url.startsWith(start)) ?? [];
      const answer = respond?.(url, body);
      return answer && { status: answer.status, body: inPieces(Buffer.from(answer.body)) };
    },
  };
}

/** As a network would: cut where it happens to be. */
async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 10_007) yield bytes.subarray(at, at + 10_007);
}

/** @returns what a line of ExecStart does: `nft -f FILE`, `ip ...`, the script of kind `interface`, the way back, else nothing */
function createRunner(machine: Omit<RollbackMachine, 'systemctl'>, systemd: () => FakeSystemd) {
  const { tree, networking, sysctls } = machine;
  return (command: string): void => {
    const script = /^nft -f (\S+)$/.exec(command)?.[1];
    const line = /^ip (.*)$/.exec(command)?.[1];
    const move = /^\/bin\/sh (\/etc\/vent\/interfaces\/\S+)$/.exec(command)?.[1];
    if (script !== undefined) applyTables(networking.tables, new TextDecoder().decode(tree.nodes.get(script)?.content));
    else if (line !== undefined) networking.runLine(line);
    else if (move !== undefined) runInterfaceScript(move, tree, networking, sysctls);
    else if (command === '/bin/sh /opt/vent/rollback/rollback')
      runRollback({ ...machine, systemctl: (verb, name) => systemd().systemctl(verb, name) });
  };
}

/** A bare Debian machine: nothing of Vent's, no network but `lo`; containers of state are public so that a test can play the foreign hand. */
export function createFakeHost(): FakeHost {
  const world = createWorld();
  const tree = createFakeTree();
  const networking = createFakeNetwork(world);
  const sysctls = new Map<string, string>();
  const runner = createRunner({ tree, networking, sysctls }, () => systemd);
  const systemd: FakeSystemd = createFakeSystemd(tree, world, runner);
  const [modules, loadable] = [new Set<string>(), new Set<string>()];
  const installedPackages = new Map<string, string>();
  const mirror = new Set<string>();
  const accounts = new Map<string, User>();
  const importedImages = new Map<string, string | undefined>();
  const running = new Map<number, Process>();
  const mounted: string[] = [];
  const listeners = new Set<string>();
  const pages = new Map<string, number>();
  const responders: FakeHost['responders'] = new Map();
  return {
    files: createFakeFiles(tree, world),
    units: systemd.units,
    network: networking.network,
    kernel: createKernel(world, sysctls, modules, loadable),
    packages: createPackages(world, installedPackages, mirror),
    users: createUsers(world, accounts),
    images: createImages(world, importedImages, tree, systemd),
    connections: createConnections(world, listeners, pages, responders),
    processes: createFakeProcesses(world, running),
    mounts: createFakeMounts(world, mounted),
    actions: world.actions,
    faults: world.faults,
    writes: world.writes,
    tree,
    systemd,
    networking,
    sysctls,
    modules,
    loadable,
    installedPackages,
    mirror,
    accounts,
    importedImages,
    running,
    mounted,
    listeners,
    pages,
    responders,
    snapshot: () =>
      new Map([
        ...tree.snapshot(),
        ...[...accounts.keys()].map((name): [string, string] => [`user ${name}`, '']),
        ...[...importedImages.keys()].map((name): [string, string] => [`image ${name}`, '']),
        ...[...networking.links.values()].map((link): [string, string] => [`link ${link.name}`, JSON.stringify(link)]),
        ...networking.chains.map((chain): [string, string] => [`chain ${Object.values(chain).join(' ')}`, '']),
        ...[...running.values()].map(({ pid, argv }): [string, string] => [`process ${pid}`, argv.join(' ')]),
        ...mounted.map((path): [string, string] => [`mount ${path}`, '']),
        ...networking.routes.map((route): [string, string] => [`route ${JSON.stringify(route)}`, '']),
        ...[...networking.tables].map(([name, chains]): [string, string] => [
          `table ${name}`,
          printTable(name, chains),
        ]),
      ]),
  };
}
