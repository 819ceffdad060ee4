/**
 * The document: one machine's wish, as nouns. This schema is its only definition; the coordinator renders values of it,
 * signs their JSON bytes, and the agent decodes the same bytes with it. JSON, not protobuf, because the last document
 * lies on the machine's disk and an operator should be able to read it (docs/decisions/0001-documents-are-json.md).
 *
 * To add a kind: one schema here and its line in `resource`, one file in agent/kinds/, one line in agent/kinds/index.ts.
 */
import * as z from 'zod';
import { endpointFields } from './endpoints.ts';
import { VentError } from './errors.ts';
import { residueFields } from './residue.ts';

/** Absolute, normalised, no `..`, no empty parts. Whether an agent may write it is decided by shared/paths.ts. */
const path = z
  .string()
  .max(512)
  .regex(/^(\/[A-Za-z0-9@_+:.-]+)+$/)
  .refine((value) => !value.split('/').some((part) => part === '.' || part === '..'));
const mode = z.string().regex(/^0[0-7]{3}$/, 'four octal digits, no setuid');
const owner = z.string().regex(/^[a-z_][a-z0-9_-]*:[a-z_][a-z0-9_-]*$/, 'user:group');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const ipv4 = z.ipv4();
const resourceId = z.string().regex(/^[a-z]+:\S+$/, 'kind:name');
const unitName = z.string().regex(/^[A-Za-z0-9@_.-]+\.(service|timer|path|socket|target)$/);
const authority = z.enum(['kubernetes', 'etcd', 'front-proxy']);

const common = {
  /** Ids (`kind:name`) of resources that must be converged first. Order inside a component is list order already. */
  after: z.array(resourceId).optional(),
  /** Ids of units (`unit:containerd.service`) that must be restarted when this resource's digest changes. */
  restarts: z.array(resourceId).optional(),
  /** What is done about a foreign change: without it, it is put right; `report` names it and leaves it; `adopt` leaves it and takes it for wanted. */
  drift: z.enum(['report', 'adopt']).optional(),
};

/** Text written whole; name = path. */
const file = z.strictObject({
  kind: z.literal('file'),
  name: path,
  content: z.string().max(1 << 20),
  mode,
  owner,
  ...common,
});
const directory = z.strictObject({ kind: z.literal('directory'), name: path, mode, owner, ...common });
/** One file by hash, kept in /opt/vent/store, reached by the link at `path`. `size` in bytes. */
const artifact = z.strictObject({
  kind: z.literal('artifact'),
  name: z.string(),
  version: z.string(),
  sha256,
  size: z.int().positive(),
  path,
  ...common,
});
/** A docker-archive by hash, imported into containerd's k8s.io namespace as the reference `name`. */
const image = z.strictObject({
  kind: z.literal('image'),
  name: z.string(),
  sha256,
  size: z.int().positive(),
  ...common,
});
/** A leaf whose key is made on the machine; key, leaf and chain lie in one PEM file at `path`. */
const certificate = z.strictObject({
  kind: z.literal('certificate'),
  name: z.string(),
  authority,
  path,
  mode,
  owner,
  usages: z.array(z.enum(['server', 'client'])).min(1),
  commonName: z.string().min(1).max(64),
  organizations: z.array(z.string()),
  dnsNames: z.array(z.string()),
  addresses: z.array(ipv4),
  days: z.int().min(1).max(366),
  ...common,
});
/** The trust roots of an authority, as the coordinator last told them; name = path. */
const trust = z.strictObject({ kind: z.literal('trust'), name: path, authority, mode, owner, ...common });
/** A value fetched over mutual TLS and written to the path `name`; the document holds its name and version only. */
const secret = z.strictObject({
  kind: z.literal('secret'),
  name: path,
  secret: z.string(),
  version: z.int().positive(),
  mode,
  owner,
  ...common,
});
/** A unit file of /etc/systemd/system, enabled and started. `oneshot`: Type=oneshot with RemainAfterExit. */
const unit = z.strictObject({
  kind: z.literal('unit'),
  name: unitName,
  content: z.string().max(1 << 16),
  oneshot: z.boolean().optional(),
  ...common,
});
/** All of Vent's sysctls, in one resource, because they share /etc/sysctl.d/50-vent.conf. */
const sysctl = z.strictObject({
  kind: z.literal('sysctl'),
  name: z.literal('vent'),
  values: z.record(z.string().regex(/^[a-z0-9_./-]+$/i), z.string().regex(/^[^\n]*$/)),
  ...common,
});
/** All modules, in one resource, because they share /etc/modules-load.d/vent.conf. Built in counts as loaded. */
const kernelModule = z.strictObject({
  kind: z.literal('module'),
  name: z.literal('vent'),
  modules: z.array(z.string().regex(/^[a-z0-9_]+$/)),
  ...common,
});
/** A macvlan (mode bridge) over `parent` that takes over `address` and every route through `gateway`'s subnet. */
const networkInterface = z.strictObject({
  kind: z.literal('interface'),
  name: z.string().regex(/^[a-z][a-z0-9]{0,14}$/),
  parent: z.string().regex(/^[A-Za-z0-9_.-]{1,15}$/),
  mac: z.string().regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/),
  address: ipv4,
  prefix: z.int().min(8).max(32),
  gateway: ipv4,
  ...common,
});
/** A virtual address whose connections go to one of the backends that answer, preferring `preferred` while it does. */
const balancer = z.strictObject({
  kind: z.literal('balancer'),
  name: z.string().regex(/^[a-z0-9-]+$/),
  address: ipv4,
  port: z.int().min(1).max(65535),
  backends: z.array(ipv4).min(1),
  preferred: ipv4.optional(),
  device: z.string(),
  source: ipv4,
  gateway: ipv4,
  ...common,
});
/** An nftables table owned whole, in `nft -f` syntax without its `table family name { }` frame; kept in /etc/nftables.d/vent.nft. */
const rules = z.strictObject({
  kind: z.literal('rules'),
  name: z.literal('vent'),
  family: z.literal('inet'),
  content: z.string().max(1 << 16),
  ...common,
});
/** Distribution packages that must be installed, `a | b` where either will do; never removed, since others may have come to need them. */
const packages = z.strictObject({
  kind: z.literal('package'),
  name: z.string(),
  packages: z.array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+( \| [a-z0-9][a-z0-9+.-]+)*$/)).min(1),
  ...common,
});
/** A system user with a group of the same name and no shell. */
const user = z.strictObject({
  kind: z.literal('user'),
  name: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
  home: path,
  ...common,
});
/** The agent itself, by hash; it is started anew as what it is wished to be, and comes last of all. `size` in bytes. */
const agent = z.strictObject({
  kind: z.literal('agent'),
  name: z.literal('vent-agent'),
  sha256,
  size: z.int().positive(),
  ...common,
});
/** Where the machine reaches its coordinator from now on. */
const coordinator = z.strictObject({
  kind: z.literal('coordinator'),
  name: z.literal('vent'),
  ...endpointFields,
  ...common,
});
const residue = z.strictObject({ kind: z.literal('residue'), ...residueFields, ...common });
/** Waiting, as a noun: `sentence` completes "waits until ...". */
const probe = z.strictObject({
  kind: z.literal('probe'),
  name: z.string().regex(/^[a-z0-9-]+$/),
  sentence: z.string().min(1),
  deadlineSeconds: z.int().positive(),
  check: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('unit'), unit: unitName }),
    z.strictObject({ type: z.literal('tcp'), host: ipv4, port: z.int() }),
    z.strictObject({ type: z.literal('http'), url: z.url(), trust: path.optional(), certificate: path.optional() }),
    /** Passes without the file, too, while `unless` is not there. */
    z.strictObject({ type: z.literal('file'), path, unless: path.optional() }),
    z.strictObject({ type: z.literal('interface'), interface: z.string() }),
  ]),
  ...common,
});

const resources = [
  file,
  directory,
  artifact,
  image,
  certificate,
  trust,
  secret,
  unit,
  sysctl,
  kernelModule,
  networkInterface,
  balancer,
  rules,
  packages,
  user,
  agent,
  coordinator,
  residue,
  probe,
] as const;

export const resourceSchema = z.discriminatedUnion('kind', resources, {
  error: ({ input }) => {
    const kind = z.object({ kind: z.string() }).safeParse(input).data?.kind.slice(0, 40);
    return kind === undefined ? 'it has no kind' : `there is no kind ${JSON.stringify(kind)}`;
  },
});

export type Resource = z.infer<typeof resourceSchema>;
export type ResourceKind = Resource['kind'];
export type ResourceOf<K extends ResourceKind> = Extract<Resource, { kind: K }>;
export type AuthorityName = z.infer<typeof authority>;

/** The newest schema number this program understands; a document with a higher one is refused. */
export const DOCUMENT_SCHEMA = 1;

export const documentSchema = z.strictObject({
  schema: z.literal(DOCUMENT_SCHEMA),
  cluster: z.strictObject({ id: z.uuid(), name: z.string() }),
  node: z.strictObject({ id: z.uuid(), name: z.string() }),
  /** Raised when a coordinator is restored from a backup; (epoch, generation) only grows on a machine. */
  epoch: z.int().positive(),
  generation: z.int().positive(),
  revision: z.int().nonnegative(),
  /** RFC 3339. `expiresAt` limits the first acceptance only. */
  issuedAt: z.iso.datetime(),
  /** Seconds in which a change must be healthy, and, where it touches the link, be confirmed; else the machine takes it back. */
  confirmSeconds: z.int().min(5).max(86_400).optional(),
  healthSeconds: z.int().min(5).max(86_400).optional(),
  expiresAt: z.iso.datetime(),
  components: z.array(z.strictObject({ name: z.string(), resources: z.array(resourceSchema) })),
});

export type NodeDocument = z.infer<typeof documentSchema>;
export type DocumentComponent = NodeDocument['components'][number];

/** What travels and lies on disk: `signature` is Ed25519 over `payload`, made by the key that `keyId` (hex SHA-256 of its SPKI) names. */
export interface SignedDocument {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly keyId: string;
}

/** @returns `kind:name`, unique in a document. */
export function idOf(resource: { readonly kind: string; readonly name: string }): string {
  return `${resource.kind}:${resource.name}`;
}

/** Decodes and checks a document's payload. @throws VentError DOCUMENT_REFUSED naming the first offending place, never its value. */
export function decodeDocument(payload: Uint8Array): NodeDocument {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch (cause) {
    throw new VentError('DOCUMENT_REFUSED', 'cannot read the document: it is not JSON', { cause });
  }
  const result = documentSchema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new VentError(
      'DOCUMENT_REFUSED',
      `cannot read the document: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`,
      {
        hint: 'Update the agent if the coordinator is newer.',
      },
    );
  }
  const ids = new Set<string>();
  for (const resource of result.data.components.flatMap((component) => component.resources)) {
    const id = idOf(resource);
    if (ids.has(id)) throw new VentError('DOCUMENT_REFUSED', `cannot read the document: ${id} stands in it twice`);
    ids.add(id);
  }
  return result.data;
}

/** The bytes to sign: JSON with two-space indentation, so that the file on the machine is readable. */
export function encodeDocument(document: NodeDocument): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`);
}
