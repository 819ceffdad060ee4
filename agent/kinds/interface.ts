/**
 * Kind `interface`: a macvlan that takes the private address and its routes over from its parent.
 *
 * INVARIANTS
 * - At every moment one of the two carries address and routes; the move itself is a script (network-interface-script.ts)
 *   that needs no agent and undoes itself.
 * - What counts is the live state: an `ifup` that gives the address back to the parent is a difference.
 */
import type { ResourceOf } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import { contains } from '../../shared/spec/cidr.ts';
import type { Attributes, HostView, Link, Route } from '../host/host.ts';
import { type Kind, phrase, type Step } from '../kind.ts';
import { RECORDS, recordPathOf, renderScript, subnetOf } from './network-interface-script.ts';
import { type Oneshot, planOneshot, planOneshotRemoval } from './network-oneshot.ts';
import { planDirectoryRemoval, planRemoval, planText } from './steps/files.ts';

type Interface = ResourceOf<'interface'>;

interface Live {
  readonly own: Link | undefined;
  readonly parent: Link | undefined;
  /** Routes through gateways in the moved subnet, whatever interface they lead over. */
  readonly routes: readonly Route[];
}

const DIRECTORY = '/etc/vent/interfaces';
const SCRIPT: Attributes = { mode: '0755', owner: 'root:root' };
/** The TCP port of "discard": whether anything listens does not matter. */
const ANY_PORT = 9;

export function createInterfaceKind(): Kind<'interface'> {
  return {
    name: 'interface',
    async plan(resource, view) {
      const steps = await Promise.all([
        planText(view, scriptPathOf(resource), renderScript(resource), SCRIPT),
        planOneshot(view, oneshotOf(resource), explain(resource, view)),
      ]);
      return steps.flat();
    },
    async remove(resource, view) {
      const live = await look(resource, view);
      const name = oneshotOf(resource).name;
      return [
        ...(await planOneshotRemoval(view, name)),
        ...(await planMoveBack(resource, view, live)),
        ...(await planRemoval(view, scriptPathOf(resource))),
        ...(await planDirectoryRemoval(view, DIRECTORY, [`${resource.name}.sh`])),
        ...(await planRemoval(view, recordPathOf(resource.name))),
        ...(await planDirectoryRemoval(view, RECORDS, [`${resource.name}.undo`])),
      ];
    },
  };
}

/** What is not as it should be, as the sentence of the step that runs the script. @throws VentError as `refuseForeign` */
async function explain(resource: Interface, view: HostView): Promise<string | undefined> {
  const live = await look(resource, view);
  refuseForeign(resource, live);
  return describeMove(resource, live) ?? (await describeAnswering(resource, view));
}

function scriptPathOf({ name }: Interface): string {
  return `${DIRECTORY}/${name}.sh`;
}

function oneshotOf(resource: Interface): Oneshot {
  return {
    name: `vent-interface-${resource.name}.service`,
    description: `Private address on ${resource.name}`,
    after: ['networking.service', 'systemd-networkd.service', 'network-online.target'],
    before: ['containerd.service', 'flanneld.service', 'kubelet.service'],
    commands: [`/bin/sh ${scriptPathOf(resource)}`],
  };
}

async function look(resource: Interface, view: HostView): Promise<Live> {
  const [links, routes] = await Promise.all([view.network.links(), view.network.routes()]);
  const subnet = subnetOf(resource);
  return {
    own: links.find(({ name }) => name === resource.name),
    parent: links.find(({ name }) => name === resource.parent),
    routes: routes.filter(({ gateway }) => gateway !== undefined && contains(subnet, gateway)),
  };
}

/** @throws VentError HOST_UNSUPPORTED without a parent, CONFLICT when the name is taken by something else */
function refuseForeign({ name, parent }: Interface, live: Live): void {
  if (live.parent === undefined)
    throw new VentError('HOST_UNSUPPORTED', `cannot make ${name}: there is no interface ${parent}`, {
      hint: `Bring ${parent} up.`,
      retry: 'backoff',
    });
  const { own } = live;
  if (own === undefined || (own.type === 'macvlan' && own.parent === parent)) return;
  const what = own.type === 'macvlan' ? `a macvlan over ${own.parent}` : (own.type ?? 'another interface');
  throw new VentError('CONFLICT', `cannot make ${name}: ${what} has this name`, {
    hint: `Remove it with "ip link delete ${name}" if nothing needs it.`,
  });
}

function carries(link: Link | undefined, { address }: Interface): boolean {
  return link?.addresses.some((entry) => entry.address === address) === true;
}

/** What is not where it should be, as the sentence of the step that moves it. */
function describeMove(resource: Interface, { own, parent, routes }: Live): string | undefined {
  const { name, address, prefix, mac } = resource;
  const whole = `${address}/${prefix}`;
  const astray = routes.filter(({ device }) => device !== name);
  const from = carries(parent, resource) ? [whole] : [];
  const moved = [...from, ...countRoutes(astray.length)].join(' and ');
  if (moved !== '') return `move ${moved} from ${resource.parent} to ${name}`;
  if (own === undefined) return `make ${name} over ${resource.parent} with ${whole}`;
  if (own.mac !== mac) return `give ${name} the MAC ${mac}: it is ${own.mac}`;
  if (!own.up) return `bring up ${name}: it is down`;
  const isAddressed = own.addresses.some((entry) => entry.address === address && entry.prefix === prefix);
  return isAddressed ? undefined : `give ${whole} to ${name}: missing`;
}

function countRoutes(count: number): readonly string[] {
  return count === 0 ? [] : [count === 1 ? '1 route' : `${count} routes`];
}

/** In names of sysctls a dot separates, so a dot of an interface's name is written as a slash (sysctl(8)). */
function answeringKey(link: string): string {
  return `net.ipv4.conf.${link.replaceAll('.', '/')}.arp_ignore`;
}

/** Both interfaces sit on the same wire: each may answer ARP for its own addresses only. */
async function describeAnswering({ name, parent }: Interface, view: HostView): Promise<string | undefined> {
  const wrong = await Promise.all(
    [parent, name].map(async (link) => ((await view.kernel.sysctl(answeringKey(link))) === '1' ? [] : [link])),
  );
  return wrong.flat().length === 0
    ? undefined
    : `limit ARP answers of ${wrong.flat().join(' and ')} to their own addresses`;
}

/** The parent gets everything before the interface goes, so that nothing is cut off in between. */
async function planMoveBack(resource: Interface, view: HostView, live: Live): Promise<readonly Step[]> {
  const { name, parent, address, prefix } = resource;
  const record = await readRecord(resource, view);
  const isLost = !carries(live.own, resource) && !carries(live.parent, resource);
  const moved = live.routes.filter(({ device }) => device === name);
  const lines = [
    ...(carries(live.parent, resource)
      ? []
      : [record.find((line) => line.startsWith('address ')) ?? `address replace ${address}/${prefix} dev ${parent}`]),
    ...(isLost
      ? record.filter((line) => line.startsWith('route '))
      : moved.map((route) => recordedLine(record, route) ?? formatRoute(route, parent))),
    ...(live.own === undefined ? [] : [`link delete ${name}`]),
  ];
  if (lines.length === 0 || live.parent === undefined) return [];
  const what = [`${address}/${prefix}`, ...countRoutes(lines.filter((line) => line.startsWith('route ')).length)];
  return [
    {
      ...phrase(`move ${what.join(' and ')} from ${name} back to ${parent}`),
      touchesLink: true,
      async apply(host) {
        await host.network.batch(lines);
        await host.kernel.setSysctl(
          answeringKey(parent),
          (await host.kernel.sysctl('net.ipv4.conf.default.arp_ignore')) ?? '0',
        );
        // Whatever it answers: a packet to the gateway teaches it the parent's MAC again.
        await host.connections.connects(resource.gateway, ANY_PORT, 500);
      },
    },
  ];
}

async function readRecord({ name }: Interface, view: HostView): Promise<readonly string[]> {
  const bytes = await view.files.read(recordPathOf(name));
  return new TextDecoder().decode(bytes).split('\n');
}

/** As it was on the parent, with what the seam does not tell (metric, protocol). */
function recordedLine(record: readonly string[], { destination }: Route): string | undefined {
  const short = destination.replace(/\/32$/, '');
  return record.find((line) => line.startsWith(`route replace ${short} `));
}

function formatRoute({ destination, gateway, source }: Route, device: string): string {
  return `route replace ${destination} via ${gateway} dev ${device}${source === undefined ? '' : ` src ${source}`}`;
}
