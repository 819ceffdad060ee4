/**
 * A host that keeps how a thing was before it first changes it.
 *
 * What takes nothing away is passed through: packages, modules, users, images and the content-addressed store. What is no
 * longer wanted of those goes only after the commit.
 */
import type { Files, Host, Network, Units } from '../host/host.ts';
import type { Keeper } from './keeper.ts';

export interface KeepingOptions {
  readonly host: Host;
  readonly keeper: Keeper;
  /** Told after a unit was started or started anew. */
  onRun(unit: string): Promise<void>;
}

export function createKeepingHost(options: KeepingOptions): Host {
  const { host, keeper } = options;
  return {
    ...host,
    files: keepFiles(host.files, keeper),
    units: keepUnits(options),
    network: keepNetwork(host.network, keeper),
    kernel: {
      ...host.kernel,
      async setSysctl(key, value) {
        await keeper.sysctl(key);
        await host.kernel.setSysctl(key, value);
      },
    },
  };
}

function keepFiles(files: Files, keeper: Keeper): Files {
  async function keepParents(path: string): Promise<void> {
    const missing: string[] = [];
    for (let parent = parentOf(path); parent !== ''; parent = parentOf(parent)) {
      if ((await files.stat(parent)) !== undefined) break;
      missing.unshift(parent);
    }
    for (const parent of missing) await keeper.path(parent);
  }
  async function keepTree(path: string): Promise<void> {
    if ((await files.stat(path))?.type === 'directory')
      for (const name of await files.list(path)) await keepTree(`${path}/${name}`);
    await keeper.path(path);
  }
  async function keep(path: string): Promise<void> {
    await keepParents(path);
    await keeper.path(path);
  }
  return {
    ...files,
    async write(path, content, attributes) {
      await keep(path);
      await files.write(path, content, attributes);
    },
    async append(path, content, attributes) {
      await keep(path);
      await files.append(path, content, attributes);
    },
    async makeDirectory(path, attributes) {
      await keep(path);
      await files.makeDirectory(path, attributes);
    },
    async setAttributes(path, attributes) {
      await keep(path);
      await files.setAttributes(path, attributes);
    },
    async link(path, target) {
      await keep(path);
      await files.link(path, target);
    },
    async remove(path) {
      await keeper.path(path);
      await files.remove(path);
    },
    async removeTree(path) {
      await keepTree(path);
      await files.removeTree(path);
    },
  };
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function keepUnits({ host: { units }, keeper, onRun }: KeepingOptions): Units {
  return {
    ...units,
    async enable(name) {
      await keeper.enabled(name);
      await units.enable(name);
    },
    async disable(name) {
      await keeper.enabled(name);
      await units.disable(name);
    },
    async start(name, options) {
      await keeper.unit(name);
      await units.start(name, options);
      await onRun(name);
    },
    async restart(name, options) {
      await keeper.unit(name);
      await units.restart(name, options);
      await onRun(name);
    },
    async stop(name) {
      await keeper.unit(name);
      await units.stop(name);
    },
  };
}

function keepNetwork(network: Network, keeper: Keeper): Network {
  return {
    ...network,
    async batch(lines) {
      await keeper.network();
      await network.batch(lines);
    },
    async applyRules(text) {
      await keeper.network();
      await network.applyRules(text);
    },
  };
}
