/** A whole coordinator with its ports, and a facility with fake machines; machines and operators speak to it over the wire. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { openEnrolTransport } from '../../../agent/link/enrol-transport.ts';
import { readAgentFiles } from '../../../coordinator/artifacts/agent-files.ts';
import { issueOperatorCertificate } from '../../../coordinator/authority/holders.ts';
import { connectOperator, type Operator } from '../../../coordinator/cli/operator.ts';
import { renderStatus } from '../../../coordinator/cli/status-screen.ts';
import { type Coordinator, serve } from '../../../coordinator/serve.ts';
import { PORTS, type ServeOptions } from '../../../coordinator/serve-options.ts';
import type { State } from '../../../coordinator/state.ts';
import { systemClock } from '../../../shared/clock.ts';
import { encodePrivateKey, generateKey, signBytes, spkiOf } from '../../../shared/identity/keys.ts';
import type { FinishAnswer } from '../../../shared/identity/messages.ts';
import { makeProof, transcriptOf } from '../../../shared/identity/proof.ts';
import { parseSecret } from '../../../shared/identity/tokens.ts';
import type { Logger } from '../../../shared/log.ts';
import { loadServices, type MachineView } from '../../../shared/wire.ts';
import { type Bench, openBench, PROJECT, TOKEN } from '../../scripts/lab/facility/bench.ts';

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
const services = loadServices();
/** The coordinator waits so much shorter than it thinks. */
const HASTE = 50;
const LIMIT_MILLISECONDS = 10_000;

export interface Place {
  readonly deviceId: string;
  /** The machine's address that it calls from. */
  readonly address: string;
}

export interface Credentials extends Place {
  readonly tokenId: string;
  readonly secret: string;
  /** PEM; the coordinator's own unless said otherwise. */
  readonly roots?: string;
  /** Milliseconds that the machine's clock is ahead. */
  readonly clockError?: number;
}

export interface World {
  readonly bench: Bench;
  readonly operator: Operator;
  /** Address of the agent file. */
  readonly agentFile: string;
  roots(): string;
  /** Moves the coordinator's clock, and with it those of the machines. */
  passSeconds(seconds: number): void;
  apply(spec: object): Promise<void>;
  /** Texts of the steps. */
  provision(): Promise<readonly string[]>;
  status(): Promise<string>;
  machines(): Promise<readonly MachineView[]>;
  /** Waits until `vent status` shows it. */
  shows(words: RegExp): Promise<void>;
  hides(words: RegExp): Promise<void>;
  /** Begin and Finish as an agent does them. */
  enrol(credentials: Credentials): Promise<FinishAnswer>;
  /** Which device the machine of that hostname or id is, and where. */
  placeOf(name: string): Promise<Place>;
  /** The same, and what it found in its userdata. */
  credentialsOf(hostname: string): Promise<Credentials>;
  /** What the coordinator keeps. */
  state(): State;
  order(kind: string, columns?: { readonly count?: number; readonly path?: string }): Promise<void>;
  clearFaults(): Promise<void>;
  /** Ends the coordinator without a word to anybody, and starts it on the same directory. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const MACHINE = { plan: 'c2.medium.x86', os: 'debian_12' };
/** A pool of workers and of one control plane. */
export function specOf(url: string, workers: number, network: object = {}): object {
  return {
    apiVersion: 'vent/v1alpha1',
    kind: 'Cluster',
    metadata: { name: 'faults' },
    spec: {
      kubernetes: { version: '1.37.2' },
      network,
      provider: { packet: { project: PROJECT.id, facility: 'ewr1', url } },
      pools: [
        { name: 'control', roles: ['etcd', 'control-plane'], count: 1, machine: MACHINE },
        { name: 'workers', roles: ['worker'], count: workers, machine: MACHINE },
      ],
    },
  };
}

/** Every coordinator has a loopback address of its own, because its ports are the table's. */
function ownAddress(): string {
  const [a = 0, b = 0, c = 0] = randomBytes(3);
  return `127.${100 + (a % 100)}.${b}.${1 + (c % 250)}`;
}

export async function openWorld(): Promise<World> {
  const bench = await openBench();
  const data = await mkdtemp(join(tmpdir(), 'vent-faults-'));
  const address = ownAddress();
  let ahead = 0;
  const clock: ServeOptions['clock'] = {
    now: () => Date.now() + ahead,
    wait: (milliseconds, signal) => systemClock.wait(milliseconds / HASTE, signal),
  };
  await writeFile(join(data, 'vent-agent-linux-x64'), 'agent');
  const agentFiles = await readAgentFiles(data);
  const options: ServeOptions = {
    ...{ data: join(data, 'coordinator'), listen: address, operatorListen: address, advertise: address },
    ...{ credentials: { packet: { token: TOKEN } }, agentFiles, version: '0.1.0' },
    ...{ clock, log: silent, fetch, random: Math.random },
  };
  let state: State;
  let coordinator: Coordinator;

  async function start(): Promise<void> {
    coordinator = await serve(options, async ({ artifacts }) => {
      for (const file of agentFiles) await artifacts.add(file.path, file);
    });
    state = coordinator.state;
  }

  async function openOperator(): Promise<Operator> {
    const key = await generateKey();
    const leaf = await issueOperatorCertificate(state.authorities, { name: 'ada', role: 'admin', spki: spkiOf(key) });
    const roots = state.authorities.roots('vent');
    const target = `${address}:${PORTS.operator}`;
    return connectOperator({
      name: 'faults',
      address: target,
      roots,
      certificate: leaf.chain,
      key: encodePrivateKey(key),
    });
  }

  async function waitUntil(what: string, holds: (text: string) => boolean): Promise<void> {
    const limit = Date.now() + LIMIT_MILLISECONDS;
    for (let text = await world.status(); !holds(text); text = await world.status()) {
      assert.ok(Date.now() < limit, `status never ${what}:\n${text}`);
      await bench.clock.advance(0);
    }
  }

  await start();
  const operator = await openOperator();
  const world: World = {
    bench,
    operator,
    agentFile: `https://${address}:${PORTS.web}/agent/sha256-${agentFiles[0]?.sha256}`,
    passSeconds(seconds) {
      ahead += seconds * 1000;
    },
    roots: () => state.authorities.roots('vent'),
    async apply(spec) {
      const request = { content: stringify(spec), file_name: 'cluster.yaml', message: '', dry_run: false };
      await operator.call((methods) => methods.Apply, request);
    },
    async provision() {
      const steps: string[] = [];
      for await (const step of operator.stream((methods) => methods.Provision, { pool: '' })) steps.push(step.message);
      return steps;
    },
    async status() {
      const cluster = await operator.call((methods) => methods.GetCluster, {});
      return renderStatus(cluster, await world.machines(), clock.now());
    },
    machines: async () => (await operator.call((methods) => methods.ListMachines, {})).machines,
    shows: (words) => waitUntil(`shows ${words}`, (text) => words.test(text)),
    hides: (words) => waitUntil(`hides ${words}`, (text) => !words.test(text)),
    enrol: (credentials) => enrolFrom(`${address}:${PORTS.enrol}`, { roots: world.roots(), ...credentials }, clock.now),
    async placeOf(name) {
      const { deviceId, address: from } = await findMachine(bench, name);
      return { deviceId, address: from };
    },
    state: () => state,
    credentialsOf: (hostname) => readCredentials(bench, hostname),
    async order(kind, columns = {}) {
      await bench.call('POST', '/lab/faults', { kind, ...columns });
    },
    clearFaults: async () => void (await bench.call('DELETE', '/lab/faults')),
    async restart() {
      await coordinator.close();
      await start();
    },
    async close() {
      operator.close();
      await coordinator.close();
      await bench.stop();
      await rm(data, { recursive: true });
    },
  };
  return world;
}

/** Waits until the machine of that hostname or id has read its userdata. */
async function findMachine(bench: Bench, name: string): Promise<Place & { readonly userdata: string }> {
  const limit = Date.now() + LIMIT_MILLISECONDS;
  for (;;) {
    const machines = [...bench.machines.machines.values()];
    const machine = machines.find(
      ({ order, userdata }) => [order.hostname, order.id].includes(name) && userdata !== undefined,
    );
    if (machine !== undefined) {
      const address = machine.order.addresses.find((one) => one.family === 4 && !one.public)?.address ?? '';
      return { deviceId: machine.order.id, address, userdata: machine.userdata ?? '' };
    }
    assert.ok(Date.now() < limit, `${name} never read its userdata`);
    await bench.clock.advance(0);
  }
}

async function readCredentials(bench: Bench, hostname: string): Promise<Credentials> {
  const { userdata, ...place } = await findMachine(bench, hostname);
  const [, tokenId, secret] = /"tokenId":"([0-9a-f]{16})","secret":"([0-9a-f]{64})"/.exec(userdata) ?? [];
  assert.ok(tokenId !== undefined && secret !== undefined, `${hostname} has a userdata without a token`);
  return { ...place, tokenId, secret };
}

/** A way to `target` whose calls arrive from the machine's own address. */
async function openRelay(target: string, from: string): Promise<{ readonly address: string; close(): void }> {
  const [host = '', port = ''] = target.split(':');
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connect({ host, port: Number(port), localAddress: from });
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.pipe(other);
    }
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const bound = server.address();
  assert.ok(bound !== null && typeof bound !== 'string');
  return {
    address: `127.0.0.1:${bound.port}`,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function enrolFrom(
  target: string,
  credentials: Credentials & { readonly roots: string },
  now: () => number,
): Promise<FinishAnswer> {
  const { tokenId, deviceId } = credentials;
  const relay = await openRelay(target, credentials.address);
  const transport = openEnrolTransport(services, relay.address, credentials.roots);
  try {
    const key = await generateKey();
    const about = { tokenId, deviceId, spki: spkiOf(key), clientNonce: randomBytes(32) };
    const { challengeId, serverNonce } = await transport.begin({
      ...about,
      agentVersion: '0.1.0',
      clockUnixMilliseconds: now() + (credentials.clockError ?? 0),
    });
    const transcript = transcriptOf({ ...about, serverNonce, serverSpki: transport.serverSpki() });
    const proof = makeProof(parseSecret(credentials.secret), transcript);
    return await transport.finish({ challengeId, proof, signature: await signBytes(key, transcript) });
  } finally {
    transport.close();
    relay.close();
  }
}

/** For `assert.rejects`. */
export function isError(code: string, words: RegExp): { readonly code: string; readonly message: RegExp } {
  return { code, message: words };
}
