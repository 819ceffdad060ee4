/** Links, routes and nftables tables through iproute2 and nft. */
import * as z from 'zod';
import { VentError } from '../../../shared/errors.ts';
import type { Link, Network, NetworkSnapshot, Route } from '../host.ts';
import { listChains, removeChains } from './chains.ts';
import type { Commands } from './commands.ts';
import { share } from './share.ts';

/** What `ip -j -d address show` prints, as far as it is used; `link` is left out where the peer is in another namespace. */
const linkSchema = z.object({
  ifname: z.string(),
  address: z.string().default(''),
  mtu: z.number(),
  flags: z.array(z.string()),
  link: z.string().optional(),
  linkinfo: z.object({ info_kind: z.string().optional() }).optional(),
  addr_info: z
    .array(
      z
        .object({ family: z.string(), local: z.string(), prefixlen: z.number(), label: z.string().optional() })
        .partial(),
    )
    .default([]),
});
const hopSchema = z.object({ gateway: z.string().optional(), dev: z.string().optional() });
const routeSchema = hopSchema.extend({
  dst: z.string(),
  prefsrc: z.string().optional(),
  nexthops: z.array(hopSchema).optional(),
});
function parseJson<T>(schema: z.ZodType<T>, text: string): T {
  const result = schema.safeParse(text.trim() === '' ? [] : JSON.parse(text));
  if (result.success) return result.data;
  throw new VentError('HOST_UNSUPPORTED', 'cannot understand what ip printed', {
    hint: 'Install a newer iproute2.',
    cause: result.error,
  });
}

/** @param text output of `ip -j -d address show` */
export function parseLinks(text: string): readonly Link[] {
  return parseJson(z.array(linkSchema), text).map((link) => ({
    name: link.ifname,
    mac: link.address,
    mtu: link.mtu,
    up: link.flags.includes('UP'),
    type: link.linkinfo?.info_kind,
    parent: link.link,
    addresses: link.addr_info.flatMap(({ family, local, prefixlen, label }) =>
      family === 'inet' && local !== undefined && prefixlen !== undefined
        ? [{ address: local, prefix: prefixlen, label }]
        : [],
    ),
  }));
}

/** @param text output of `ip -j -4 route show`; a route over several next hops gives one entry each */
export function parseRoutes(text: string): readonly Route[] {
  return parseJson(z.array(routeSchema), text).flatMap((route) =>
    (route.nexthops ?? [route]).flatMap(({ gateway, dev }) =>
      dev === undefined
        ? []
        : [
            {
              destination: route.dst.includes('/') || route.dst === 'default' ? route.dst : `${route.dst}/32`,
              gateway,
              device: dev,
              source: route.prefsrc,
            },
          ],
    ),
  );
}

/** Links whose addresses and routes come and go with pods. */
const POD_LINKS = ['bridge', 'vxlan'];

/** @param text output of `ip -4 route show table main` */
export function snapshotNetwork(links: readonly Link[], text: string): NetworkSnapshot {
  const own = links.filter(({ name, type }) => name !== 'lo' && !POD_LINKS.includes(type ?? ''));
  const foreign = links.filter((link) => !own.includes(link)).map(({ name }) => name);
  const routes = text
    .split('\n')
    // What comes and goes with a cable is no part of a route.
    .map((line) => line.replaceAll(/ (linkdown|dead|offload|trap)\b/g, '').trimEnd())
    .filter((line) => line !== '' && !/^\s/.test(line) && !line.includes(' proto kernel'))
    .filter((line) => !foreign.some((name) => `${line} `.includes(` dev ${name} `)));
  const addresses = own.flatMap(({ name, addresses: all }) =>
    all.map(
      ({ address, prefix, label }) => `${address}/${prefix} dev ${name}${label === undefined ? '' : ` label ${label}`}`,
    ),
  );
  return { addresses, routes };
}

export function createNetwork(commands: Commands): Network {
  const print = async (argv: readonly string[]): Promise<string> => (await commands.run('ip', argv)).stdout;
  return {
    links: share(async () => parseLinks(await print(['-j', '-d', 'address', 'show']))),
    routes: share(async () => parseRoutes(await print(['-j', '-4', 'route', 'show', 'table', 'main']))),
    async snapshot() {
      const [links, routes] = await Promise.all([
        print(['-j', '-d', 'address', 'show']),
        print(['-4', 'route', 'show', 'table', 'main']),
      ]);
      return snapshotNetwork(parseLinks(links), routes);
    },
    async table(family, name) {
      // Without counters, so that traffic is no difference. Exit code 1: there is no such table.
      const argv = ['--stateless', 'list', 'table', family, name];
      const { code, stdout } = await commands.run('nft', argv, { accepted: [1] });
      return code === 0 ? stdout : undefined;
    },
    chains: () => listChains(commands),
    removeChains: (family, table, names) => removeChains(commands, family, table, names),
    watch: (onChange, signal) =>
      commands.follow('ip', ['-o', '-4', 'monitor', 'link', 'address', 'route'], onChange, signal),
    async batch(lines) {
      await commands.run('ip', ['-4', '-batch', '-'], { input: `${lines.join('\n')}\n` });
    },
    async applyRules(text) {
      await commands.run('nft', ['-f', '-'], { input: text });
    },
  };
}
