/** Resources as components write them most often. */
import { stringify } from 'yaml';
import type { ResourceOf } from '../../../shared/document.ts';
import type { RenderSpec, Self } from '../../component.ts';

/** Where programs are reached; artifacts are links from here into the store. */
export const BIN = '/opt/vent/bin';
export const SEARCH_PATH = `${BIN}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
/** Seconds for what needs other machines: etcd's quorum, an API server. Bare metal may take this long to boot. */
export const CLUSTER_DEADLINE = 900;
/** Seconds for what this machine does alone. */
export const LOCAL_DEADLINE = 120;

const ROOT_ONLY = { mode: '0600', owner: 'root:root' } as const;

interface Relations {
  readonly after?: readonly string[];
  readonly restarts?: readonly string[];
}

interface RelationArrays {
  after?: string[];
  restarts?: string[];
}

function relationsOf({ after, restarts }: Relations): RelationArrays {
  return {
    ...(after === undefined || after.length === 0 ? {} : { after: [...after] }),
    ...(restarts === undefined || restarts.length === 0 ? {} : { restarts: [...restarts] }),
  };
}

/** A configuration file that root alone reads (CIS 1.1 and 4.1 ask for 0600). */
export function configFile(name: string, content: string, relations: Relations = {}): ResourceOf<'file'> {
  return { kind: 'file', name, content, ...ROOT_ONLY, ...relationsOf(relations) };
}

/** The same, from a value, as YAML. */
export function yamlFile(name: string, value: unknown, relations: Relations = {}): ResourceOf<'file'> {
  return configFile(name, stringify(value, { lineWidth: 0 }), relations);
}

/** A program of the catalogue, reached at `BIN/name`. */
export function program(
  spec: RenderSpec,
  self: Self,
  name: string,
  version: string,
  relations: Relations = {},
): ResourceOf<'artifact'> {
  const { sha256, size } = spec.artifact(name, version, self.facts.architecture);
  return { kind: 'artifact', name, version, sha256, size, path: `${BIN}/${name}`, ...relationsOf(relations) };
}

/** A value fetched from the coordinator, for root alone. */
export function secretFile(
  spec: RenderSpec,
  name: string,
  secret: string,
  relations: Relations = {},
): ResourceOf<'secret'> {
  return { kind: 'secret', name, secret, version: spec.secretVersion(secret), ...ROOT_ONLY, ...relationsOf(relations) };
}

interface Leaf {
  readonly name: string;
  readonly path: string;
  readonly commonName: string;
  readonly days: number;
  readonly usages: readonly ('server' | 'client')[];
  readonly authority?: 'kubernetes' | 'etcd' | 'front-proxy';
  readonly organizations?: readonly string[];
  readonly dnsNames?: readonly string[];
  readonly addresses?: readonly string[];
  readonly owner?: string;
}

/** A certificate with its key in one file. What uses one of Vent's reads it anew by itself, so none restarts a unit. */
export function leaf(wanted: Leaf): ResourceOf<'certificate'> {
  return {
    kind: 'certificate',
    name: wanted.name,
    authority: wanted.authority ?? 'kubernetes',
    path: wanted.path,
    mode: '0600',
    owner: wanted.owner ?? 'root:root',
    usages: [...wanted.usages],
    commonName: wanted.commonName,
    organizations: [...(wanted.organizations ?? [])],
    dnsNames: [...(wanted.dnsNames ?? [])],
    addresses: [...(wanted.addresses ?? [])],
    days: wanted.days,
  };
}

interface Service {
  readonly description: string;
  /** Units that must have been started before, when both are to be. */
  readonly orderedAfter?: readonly string[];
  readonly command: readonly string[];
  /** Further lines of [Unit]. */
  readonly unit?: readonly string[];
  /** Further lines of [Service]. */
  readonly settings?: readonly string[];
}

/**
 * A long-running unit that is started again for ever: controller-manager and others end until the API is there.
 * StartLimitIntervalSec counts in [Unit] only; systemd ignores it in [Service] (systemd.unit(5)).
 */
export function service(name: string, wanted: Service, relations: Relations = {}): ResourceOf<'unit'> {
  const content = [
    '[Unit]',
    `Description=${wanted.description}`,
    'Wants=network-online.target',
    `After=${['network-online.target', ...(wanted.orderedAfter ?? [])].join(' ')}`,
    'StartLimitIntervalSec=0',
    ...(wanted.unit ?? []),
    '',
    '[Service]',
    ...(wanted.settings ?? []),
    `ExecStart=${wanted.command.join(' \\\n  ')}`,
    'Restart=always',
    'RestartSec=1',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');
  return { kind: 'unit', name: `${name}.service`, content, ...relationsOf(relations) };
}

/** `{ 'bind-address': '::' }` as `--bind-address=::`, in the order given; lists are joined by commas. */
export function flags(
  values: Readonly<Record<string, string | number | boolean | readonly string[]>>,
): readonly string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${Array.isArray(value) ? value.join(',') : value}`);
}
