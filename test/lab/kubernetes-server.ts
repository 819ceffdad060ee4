/** A real etcd and a real kube-apiserver on loopback, with certificates of Vent's own authorities. */
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBuilder } from '../../coordinator/artifacts/builder.ts';
import { cacheDirectory, createArtifactCache } from '../../coordinator/artifacts/cache.ts';
import { runProgram } from '../../coordinator/artifacts/program.ts';
import { versionsOf } from '../../coordinator/artifacts/recipes.ts';
import { type Authorities, createAuthorities } from '../../coordinator/authority/authorities.ts';
import { createKubernetesClient, type KubernetesClient } from '../../coordinator/kubernetes/client.ts';
import { createHttpsTransport } from '../../coordinator/kubernetes/https-transport.ts';
import { createMemoryStore } from '../../coordinator/store/memory.ts';
import { createSealer } from '../../coordinator/store/sealer.ts';
import { waitFor } from '../../scripts/lab/machine.ts';
import { systemClock } from '../../shared/clock.ts';
import { createFakeLog } from '../../shared/fake-log.ts';
import { encodePrivateKey, generateKey, spkiOf } from '../../shared/identity/keys.ts';
import { shapeNamed } from '../coordinator/components/shapes.ts';

export interface KubernetesServer {
  /** `https://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** A client with a certificate of that name and those groups. @param endpoints instead of the server's own */
  connect(
    commonName: string,
    organizations: readonly string[],
    endpoints?: readonly string[],
  ): Promise<KubernetesClient>;
  /** Ends the API server and starts it again; etcd stays. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Paths of the programs, built when the cache does not have them. */
async function programs(): Promise<{ readonly etcd: string; readonly apiserver: string }> {
  const directory = cacheDirectory(process.env, homedir());
  const deps = { cache: createArtifactCache(directory), directory, run: runProgram, clock: systemClock };
  const builder = createBuilder({ ...deps, hostArchitecture: process.arch, isRoot: process.getuid?.() === 0 });
  const [etcd, apiserver] = await builder.build(versionsOf(shapeNamed('one-machine').spec), {
    architecture: process.arch === 'arm64' ? 'arm64' : 'x64',
    names: ['etcd', 'kube-apiserver'],
    report: ({ state, subject }) => state === 'cached' || console.log(`${subject}: ${state}`),
  });
  return { etcd: etcd?.path ?? '', apiserver: apiserver?.path ?? '' };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** What it writes goes to `<directory>/<name>.log`. */
function start(directory: string, name: string, argv: readonly string[]): ChildProcess {
  const [program = '', ...rest] = argv;
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  // A run that is cut short leaves no server behind.
  process.once('exit', () => child.kill('SIGKILL'));
  const log = createWriteStream(join(directory, `${name}.log`), { flags: 'a' });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function writePki(directory: string, authorities: Authorities): Promise<void> {
  const key = await generateKey();
  const names = { dnsNames: ['localhost', 'kubernetes'], addresses: ['127.0.0.1', '172.17.0.1'] };
  const subject = { commonName: 'kube-apiserver', organizations: [] };
  const request = {
    spki: spkiOf(key),
    subject,
    usages: ['server'] as const,
    days: 1,
    holder: 'test',
    name: 'apiserver',
  };
  const { chain } = await authorities.issue('kubernetes', { ...request, ...names });
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const files = {
    'ca.pem': authorities.roots('kubernetes'),
    'serving.pem': `${encodePrivateKey(key)}${chain}`,
    'sa.key': privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    'sa.pub': publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text, { mode: 0o600 });
}

async function client(
  authorities: Authorities,
  endpoints: readonly string[],
  commonName: string,
  organizations: readonly string[],
) {
  const key = await generateKey();
  const subject = { commonName, organizations };
  const request = {
    spki: spkiOf(key),
    subject,
    usages: ['client'] as const,
    days: 1,
    holder: 'test',
    name: commonName,
  };
  const { chain } = await authorities.issue('kubernetes', request);
  const roots = authorities.roots('kubernetes');
  const transport = createHttpsTransport({ endpoints, roots, certificate: chain, key: encodePrivateKey(key) });
  return createKubernetesClient({ transport, clock: systemClock, random: Math.random, log: createFakeLog() });
}

export async function startKubernetes(): Promise<KubernetesServer> {
  const { etcd, apiserver } = await programs();
  const directory = await mkdtemp(join(tmpdir(), 'vent-kubernetes-'));
  const sealer = createSealer(Buffer.alloc(32, 7));
  const authorities = await createAuthorities({ store: createMemoryStore(), sealer, clock: systemClock });
  await writePki(directory, authorities);
  const [clientPort, peerPort, apiPort] = [await freePort(), await freePort(), await freePort()];
  const endpoint = `https://127.0.0.1:${apiPort}`;
  const store = start(directory, 'etcd', etcdArguments(etcd, directory, clientPort, peerPort));
  const server = () => start(directory, 'kube-apiserver', serverArguments(apiserver, directory, clientPort, apiPort));
  let api = server();
  const probe = await client(authorities, [endpoint], 'vent:test', ['system:masters']);
  const ready = async (): Promise<void> => {
    await waitFor(
      async () => ((await probe.isReady()) ? true : undefined),
      'the API server to be ready',
      120_000,
    ).catch(async (thrown: unknown) => {
      console.log(await readFile(join(directory, 'kube-apiserver.log'), 'utf8'));
      throw thrown;
    });
  };
  await ready();
  return {
    endpoint,
    connect: (commonName, organizations, endpoints = [endpoint]) =>
      client(authorities, endpoints, commonName, organizations),
    async restart() {
      await end(api);
      api = server();
      await ready();
    },
    async stop() {
      probe.close();
      await end(api);
      await end(store);
      await rm(directory, { recursive: true });
    },
  };
}

function etcdArguments(program: string, directory: string, clientPort: number, peerPort: number): readonly string[] {
  const [clients, peers] = [`http://127.0.0.1:${clientPort}`, `http://127.0.0.1:${peerPort}`];
  return [
    program,
    `--data-dir=${join(directory, 'etcd')}`,
    `--listen-client-urls=${clients}`,
    `--advertise-client-urls=${clients}`,
    `--listen-peer-urls=${peers}`,
    `--initial-advertise-peer-urls=${peers}`,
    `--initial-cluster=default=${peers}`,
    '--unsafe-no-fsync',
  ];
}

function serverArguments(program: string, directory: string, etcdPort: number, port: number): readonly string[] {
  const file = (name: string): string => join(directory, name);
  return [
    program,
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=172.17.0.0/16',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--client-ca-file=${file('ca.pem')}`,
    `--tls-cert-file=${file('serving.pem')}`,
    `--tls-private-key-file=${file('serving.pem')}`,
    `--service-account-signing-key-file=${file('sa.key')}`,
    `--service-account-key-file=${file('sa.pub')}`,
  ];
}
