/**
 * Kind `balancer`: a virtual address that connections of this machine are led from to a backend, and a route for it.
 *
 * INVARIANT: which of the declared backends are led to is the watch's to say (agent/backends.ts); every set of declared
 * ones, the empty one included, is as good as any other here. So the two never undo each other's work.
 */
import type { ResourceOf } from '../../shared/document.ts';
import type { HostView } from '../host/host.ts';
import { type Kind, phrase, type Step } from '../kind.ts';
import { BALANCER_FAMILY, initialBackends, parseBackends, renderRules } from './network-balancer-rules.ts';
import { type Oneshot, planOneshot, planOneshotRemoval } from './network-oneshot.ts';
import { renderTableRemoval } from './network-table.ts';
import { PLAIN, planDirectoryRemoval, planRemoval, planText } from './steps/files.ts';

type Balancer = ResourceOf<'balancer'>;

const DIRECTORY = '/etc/vent/balancer';

export function createBalancerKind(): Kind<'balancer'> {
  return {
    name: 'balancer',
    async plan(resource, view) {
      const steps = await Promise.all([
        planText(view, pathOf(resource), renderRules(resource, initialBackends(resource)), PLAIN),
        planOneshot(view, oneshotOf(resource), explain(resource, view)),
      ]);
      return steps.flat();
    },
    async remove(resource, view) {
      return [
        ...(await planOneshotRemoval(view, oneshotOf(resource).name)),
        ...(await planRulesRemoval(resource, view)),
        ...(await planRouteRemoval(resource, view)),
        ...(await planRemoval(view, pathOf(resource))),
        ...(await planDirectoryRemoval(view, DIRECTORY, [`${resource.name}.nft`])),
      ];
    },
  };
}

function describe({ backends, preferred }: Balancer): string {
  if (preferred !== undefined) return preferred;
  return backends.length === 1 ? (backends[0] ?? '') : `${backends.length} backends`;
}

function pathOf({ name }: Balancer): string {
  return `${DIRECTORY}/${name}.nft`;
}

function oneshotOf(resource: Balancer): Oneshot {
  const { name, address, port, gateway, device, source } = resource;
  return {
    name: `vent-balancer-${name}.service`,
    description: `Connections to ${address}:${port}`,
    // nftables.service begins by flushing every table; the interface unit need not exist.
    after: ['nftables.service', 'network-online.target', `vent-interface-${device}.service`],
    before: ['kubelet.service', 'kube-proxy.service', 'flanneld.service'],
    commands: [
      `nft -f ${pathOf(resource)}`,
      `ip route replace ${address}/32 via ${gateway} dev ${device} src ${source}`,
    ],
  };
}

async function explain(resource: Balancer, view: HostView): Promise<string | undefined> {
  const [rules, route] = await Promise.all([compareTable(resource, view), compareRoute(resource, view)]);
  const reason = rules ?? route;
  const { address, port } = resource;
  return reason === undefined ? undefined : `lead ${address}:${port} to ${describe(resource)}: ${reason}`;
}

async function compareTable(resource: Balancer, view: HostView): Promise<string | undefined> {
  const table = await view.network.table(BALANCER_FAMILY, 'vent');
  if (table === undefined) return 'there is no such rule';
  const live = parseBackends(resource, table);
  if (live === undefined) return 'the rules were changed';
  const stranger = live.find((backend) => !resource.backends.includes(backend));
  return stranger === undefined ? undefined : `it leads to ${stranger}`;
}

async function compareRoute(resource: Balancer, view: HostView): Promise<string | undefined> {
  const routes = await view.network.routes();
  const found = routes.find(({ destination }) => isHost(destination, resource.address));
  if (found === undefined) return 'there is no route to it';
  const isRight =
    found.gateway === resource.gateway && found.device === resource.device && found.source === resource.source;
  return isRight ? undefined : `its route leads over ${found.device}`;
}

function isHost(destination: string, address: string): boolean {
  return destination.replace(/\/32$/, '') === address;
}

async function planRulesRemoval(resource: Balancer, view: HostView): Promise<readonly Step[]> {
  const table = await view.network.table(BALANCER_FAMILY, 'vent');
  if (table === undefined) return [];
  return [
    {
      ...phrase(`remove the rules for ${resource.address}:${resource.port}`),
      touchesLink: true,
      apply: (host) => host.network.applyRules(renderTableRemoval(BALANCER_FAMILY)),
    },
  ];
}

async function planRouteRemoval({ address }: Balancer, view: HostView): Promise<readonly Step[]> {
  const routes = await view.network.routes();
  if (!routes.some(({ destination }) => isHost(destination, address))) return [];
  return [
    {
      ...phrase(`remove the route to ${address}`),
      touchesLink: true,
      apply: (host) => host.network.batch([`route delete ${address}/32`]),
    },
  ];
}
