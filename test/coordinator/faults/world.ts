/** A whole coordinator with its ports, and a facility with fake machines; machines and operators speak to it over the wire. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { stringify } from 'yaml';
import { readAgentFiles } from '../../../coordinator/artifacts/agent-files.ts';
import { issueOperatorCertificate } from '../../../coordinator/authority/holders.ts';
import { connectOperator, type Operator } from '../../../coordinator/cli/operator.ts';
import { renderStatus } from '../../../coordinator/cli/status-screen.ts';
import { type Coordinator, serve } from '../../../coordinator/serve.ts';
import { PORTS, type ServeOptions } from '../../../coordinator/serve-options.ts';
import type { State } from '../../../coordinator/state.ts';
import { systemClock } from '../../../shared/clock.ts';
import { silentLog } from '../../../shared/fake-log.ts';
import { encodePrivateKey, generateKey, spkiOf } from '../../../shared/identity/keys.ts';
import type { FinishAnswer } from '../../../shared/identity/messages.ts';
import type { MachineView } from '../../../shared/wire.ts';
import { type Bench, openBench, PROJECT, TOKEN } from '../../scripts/lab/facility/bench.ts';
import { type Credentials, enrolFrom, type Place, readCredentials, readPlace } from './machine.ts';

/** The coordinator waits so much shorter than it thinks. */
const HASTE = 50;
const LIMIT_MILLISECONDS = 10_000;

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

interface Running {
  readonly address: string;
  readonly agentFile: string;
  readonly operator: Operator;
  state(): State;
  now(): number;
  passSeconds(seconds: number): void;
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** @param data an empty directory */
async function runCoordinator(data: string): Promise<Running> {
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
    ...{ clock, log: silentLog, fetch, random: Math.random },
  };
  const start = (): Promise<Coordinator> =>
    serve(options, async ({ artifacts }) => {
      for (const file of agentFiles) await artifacts.add(file.path, file);
    });
  let coordinator = await start();
  const operator = await openOperator(coordinator.state, `${address}:${PORTS.operator}`);
  return {
    ...{ address, operator, now: clock.now, state: () => coordinator.state },
    agentFile: `https://${address}:${PORTS.web}/agent/sha256-${agentFiles[0]?.sha256}`,
    passSeconds(seconds) {
      ahead += seconds * 1000;
    },
    async restart() {
      await coordinator.close();
      coordinator = await start();
    },
    async close() {
      operator.close();
      await coordinator.close();
    },
  };
}

async function openOperator({ authorities }: State, address: string): Promise<Operator> {
  const key = await generateKey();
  const { chain } = await issueOperatorCertificate(authorities, { name: 'ada', role: 'admin', spki: spkiOf(key) });
  const identity = { certificate: chain, key: encodePrivateKey(key) };
  return connectOperator({ name: 'faults', address, roots: authorities.roots('vent'), ...identity });
}

export async function openWorld(): Promise<World> {
  const bench = await openBench();
  const data = await mkdtemp(join(tmpdir(), 'vent-faults-'));
  const { close, restart, ...running } = await runCoordinator(data);
  const { operator, state, now, address } = running;
  const roots = (): string => state().authorities.roots('vent');

  async function waitUntil(what: string, holds: (text: string) => boolean): Promise<void> {
    const limit = Date.now() + LIMIT_MILLISECONDS;
    for (let text = await world.status(); !holds(text); text = await world.status()) {
      assert.ok(Date.now() < limit, `status never ${what}:\n${text}`);
      await bench.clock.advance(0);
      await setTimeout(5);
    }
  }

  const world: World = {
    ...running,
    bench,
    roots,
    restart,
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
      return renderStatus(cluster, await world.machines(), now());
    },
    machines: async () => (await operator.call((methods) => methods.ListMachines, {})).machines,
    shows: (words) => waitUntil(`shows ${words}`, (text) => words.test(text)),
    hides: (words) => waitUntil(`hides ${words}`, (text) => !words.test(text)),
    enrol: (credentials) => enrolFrom(`${address}:${PORTS.enrol}`, { roots: roots(), ...credentials }, now),
    placeOf: (name) => readPlace(bench, name),
    credentialsOf: (hostname) => readCredentials(bench, hostname),
    order: async (kind, columns = {}) => void (await bench.call('POST', '/lab/faults', { kind, ...columns })),
    clearFaults: async () => void (await bench.call('DELETE', '/lab/faults')),
    async close() {
      await close();
      await bench.stop();
      await rm(data, { recursive: true });
    },
  };
  return world;
}

/** For `assert.rejects`. */
export function isError(code: string, words: RegExp): { readonly code: string; readonly message: RegExp } {
  return { code, message: words };
}
