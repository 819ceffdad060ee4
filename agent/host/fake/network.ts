/** Links, routes and tables in memory; understands the lines of `ip -batch` that Vent's kinds write. */
import { VentError } from '../../../shared/errors.ts';
import type { Chain, Link, Network, Route } from '../host.ts';
import { applyTables, type FakeTables, printTable } from './tables.ts';
import type { World } from './world.ts';

export interface FakeNetwork {
  readonly links: Map<string, Link>;
  readonly routes: Route[];
  readonly tables: FakeTables;
  /** Of iptables. */
  readonly chains: Chain[];
  /** One line of `ip -batch`, as somebody else than the agent runs it. */
  runLine(line: string): void;
  readonly network: Network;
}

type Words = readonly string[];

/** The word after `key`, or undefined. */
function wordAfter(words: Words, key: string): string | undefined {
  const index = words.indexOf(key);
  return index < 0 ? undefined : words[index + 1];
}

function refuse(words: Words, cause: string): never {
  throw new VentError('COMMAND_FAILED', `cannot run "${words.join(' ')}": ${cause}`);
}

function requireLink(state: FakeNetwork, words: Words, name: string | undefined): Link {
  const link = state.links.get(name ?? '');
  return link ?? refuse(words, `there is no interface ${name}`);
}

function changeLink(state: FakeNetwork, words: Words): void {
  const verb = words[1];
  const name = wordAfter(words, 'dev') ?? wordAfter(words, 'name') ?? words[2] ?? '';
  if (verb === 'add') {
    if (state.links.has(name)) refuse(words, 'File exists');
    state.links.set(name, {
      name,
      mac: wordAfter(words, 'address') ?? '02:00:00:00:00:01',
      mtu: Number(wordAfter(words, 'mtu') ?? 1500),
      up: false,
      type: wordAfter(words, 'type'),
      parent: wordAfter(words.slice(1), 'link'),
      addresses: [],
    });
    return;
  }
  const link = requireLink(state, words, name);
  if (verb === 'set')
    state.links.set(name, { ...link, up: words.includes('up') || (link.up && !words.includes('down')) });
  else if (verb === 'del' || verb === 'delete') {
    state.links.delete(name);
    dropRoutes(state, (route) => route.device === name);
  } else refuse(words, 'not known to the fake');
}

function dropRoutes(state: FakeNetwork, matches: (route: Route) => boolean): number {
  const kept = state.routes.filter((route) => !matches(route));
  const dropped = state.routes.length - kept.length;
  state.routes.splice(0, state.routes.length, ...kept);
  return dropped;
}

function changeAddress(state: FakeNetwork, words: Words): void {
  const device = wordAfter(words, 'dev');
  const link = requireLink(state, words, device);
  const [address = '', prefix = '32'] = (words[2] ?? '').split('/');
  const others = link.addresses.filter((entry) => entry.address !== address);
  const isThere = others.length < link.addresses.length;
  if (words[1] === 'add') {
    if (isThere) refuse(words, 'File exists');
    const added = { address, prefix: Number(prefix), label: wordAfter(words, 'label') };
    state.links.set(link.name, { ...link, addresses: [...others, added] });
  } else if (words[1] === 'replace') {
    const added = { address, prefix: Number(prefix), label: wordAfter(words, 'label') };
    state.links.set(link.name, { ...link, addresses: [...others, added] });
  } else {
    if (!isThere) refuse(words, 'Cannot assign requested address');
    state.links.set(link.name, { ...link, addresses: others });
    // As the kernel: without an IPv4 address an interface has no routes.
    if (others.length === 0) dropRoutes(state, (route) => route.device === link.name);
  }
}

function changeRoute(state: FakeNetwork, words: Words): void {
  const destination = words[2]?.replace(/\/32$/, '') ?? '';
  const device = wordAfter(words, 'dev');
  const isSame = (route: Route): boolean =>
    route.destination.replace(/\/32$/, '') === destination &&
    (device === undefined || words[1] === 'replace' || route.device === device);
  if (words[1] === 'del' || words[1] === 'delete') {
    if (dropRoutes(state, isSame) === 0) refuse(words, 'No such process');
    return;
  }
  requireLink(state, words, device);
  if (words[1] === 'add' && state.routes.some(isSame)) refuse(words, 'File exists');
  dropRoutes(state, isSame);
  state.routes.push({
    destination,
    gateway: wordAfter(words, 'via'),
    device: device ?? '',
    source: wordAfter(words, 'src'),
  });
}

function formatRoute({ destination, gateway, device, source }: Route): string {
  const via = gateway === undefined ? '' : ` via ${gateway}`;
  return `${destination}${via} dev ${device}${source === undefined ? '' : ` src ${source}`}`;
}

function runLine(state: FakeNetwork, line: string): void {
  const words = line.trim().split(/\s+/);
  if (words[0] === 'link') changeLink(state, words);
  else if (words[0] === 'addr' || words[0] === 'address') changeAddress(state, words);
  else if (words[0] === 'route') changeRoute(state, words);
  else refuse(words, 'not known to the fake');
}

export function createFakeNetwork(world: World): FakeNetwork {
  const links = new Map<string, Link>();
  const routes: Route[] = [];
  const tables: FakeTables = new Map();
  const chains: Chain[] = [];
  const watchers = new Set<(line: string) => void>();
  const run = (line: string): void => {
    runLine(state, line);
    for (const tell of [...watchers]) tell(line);
  };
  const network: Network = {
    async links() {
      world.read();
      return [...links.values()];
    },
    async routes() {
      world.read();
      return [...routes];
    },
    async snapshot() {
      world.read();
      const own = [...links.values()].filter(
        ({ name, type }) => name !== 'lo' && type !== 'bridge' && type !== 'vxlan',
      );
      return {
        addresses: own.flatMap(({ name, addresses }) =>
          addresses.map(
            ({ address, prefix, label }) =>
              `${address}/${prefix} dev ${name}${label === undefined ? '' : ` label ${label}`}`,
          ),
        ),
        routes: routes.filter(({ device }) => own.some(({ name }) => name === device)).map(formatRoute),
      };
    },
    async table(family, name) {
      world.read();
      const key = `${family} ${name}`;
      const chains = tables.get(key);
      return chains && printTable(key, chains);
    },
    async chains() {
      world.read();
      return [...chains];
    },
    async removeChains(family, table, names) {
      world.write(`iptables: remove ${names.join(' ')} from ${family} ${table}`);
      const isMeant = (chain: Chain): boolean =>
        chain.family === family && chain.table === table && names.includes(chain.name);
      chains.splice(0, chains.length, ...chains.filter((chain) => !isMeant(chain)));
    },
    async watch(onChange, signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      watchers.add(onChange);
      signal.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      watchers.delete(onChange);
    },
    async batch(lines) {
      world.write(`ip: ${lines.join('; ')}`);
      for (const line of lines) run(line);
    },
    async applyRules(text) {
      world.write('nft');
      applyTables(tables, text);
    },
  };
  const state: FakeNetwork = { links, routes, tables, chains, network, runLine: run };
  return state;
}
