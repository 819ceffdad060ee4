/** A machine of the simulation: an agent in this process on a host in memory, which can be killed and cut off. */
import { runAgent } from '../../agent/agent.ts';
import type { FakeHost } from '../../agent/host/fake/host.ts';
import type { Identity } from '../../agent/identity.ts';
import { createIdentityStore } from '../../agent/identity.ts';
import type { Clock } from '../../shared/clock.ts';
import { VentError } from '../../shared/errors.ts';
import type { Facts } from '../../shared/facts.ts';
import type { Logger } from '../../shared/log.ts';
import type { Services, TrustBundle } from '../../shared/wire.ts';
import { createSkewedClock } from './clock.ts';
import type { Wire } from './cut.ts';
import type { SimEtcd } from './etcd.ts';
import { createSimHost } from './host.ts';

export interface SimMachine {
  readonly name: string;
  readonly fake: FakeHost;
  readonly wire: Wire;
  /** How far its clock is off, milliseconds. */
  skew: number;
  start(): void;
  /** The agent is killed once it wrote that often, and systemd starts another. */
  crashAfter(writes: number): void;
  /** Everything on it ends; after that many milliseconds it boots. */
  losePower(milliseconds: number): Promise<void>;
  stop(): Promise<void>;
}

export interface SimMachineOptions {
  readonly identity: Identity;
  readonly trust: TrustBundle;
  readonly facts: Facts;
  readonly privateAddress: string;
  readonly gateway: string;
  readonly wire: Wire;
  /** Where it is a member; undefined elsewhere. */
  readonly etcd: SimEtcd | undefined;
  readonly services: Services;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

/** RestartSec of vent-agent.service. */
const RESTART_MILLISECONDS = 2000;
/** How often it is looked whether an agent that was to be killed was. */
const LOOK_MILLISECONDS = 250;

class Machine implements SimMachine {
  readonly name: string;
  readonly fake: FakeHost;
  readonly wire: Wire;
  skew = 0;
  #isOff = false;
  readonly #options: SimMachineOptions;
  readonly #host: ReturnType<typeof createSimHost>['host'];
  readonly #ending = new AbortController();
  #agent = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: SimMachineOptions) {
    const { privateAddress, gateway, identity, wire, etcd } = options;
    this.#options = options;
    this.name = identity.nodeName;
    this.wire = wire;
    const respond = etcd?.add(identity.nodeName, privateAddress, () => this.fake.systemd.isActive('etcd.service'));
    const { host, fake } = createSimHost({
      ...{ privateAddress, gateway },
      etcd: (url, body) => respond?.(url, body),
      onRollback: () => this.#kill(),
    });
    this.#host = host;
    this.fake = fake;
  }

  start(): void {
    this.#running = this.#serve();
  }

  /** As systemd: one agent after the other. */
  async #serve(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#ending.signal.aborted) {
      this.#agent = new AbortController();
      if (!this.#isOff)
        await this.#runAgent(AbortSignal.any([this.#agent.signal, this.#ending.signal])).catch(() => undefined);
      this.fake.faults.revive();
      await clock.wait(RESTART_MILLISECONDS, this.#ending.signal).catch(() => undefined);
    }
  }

  async #runAgent(signal: AbortSignal): Promise<void> {
    const { identity, trust, facts, services, clock, random, log } = this.#options;
    const identities = createIdentityStore(this.#host.files);
    if ((await identities.load()) === undefined) {
      await identities.save(identity);
      await identities.saveTrust(trust);
    }
    await runAgent(
      {
        ...{ host: this.#host, identity, identities, trust, services, random, log },
        connect: () => {
          throw new VentError('UNAVAILABLE', 'cannot enrol: machines of a simulation are enrolled');
        },
        facts: async () => facts,
        route: (address) => (address === identity.nodeAddress ? this.wire.address : address),
        beginReset: async () => undefined,
        drift: [],
        onReport: async () => undefined,
        clock: createSkewedClock(clock, () => this.skew),
      },
      signal,
    );
  }

  #kill(): void {
    this.#agent.abort(new VentError('CANCELLED', 'the agent was killed'));
  }

  crashAfter(writes: number): void {
    const { faults } = this.fake;
    const agent = this.#agent;
    faults.crashAfter(this.fake.writes() + writes);
    void this.#watchCrash(agent);
  }

  /** A killed agent reaches nothing; it is gone as soon as it tried to. */
  async #watchCrash(agent: AbortController): Promise<void> {
    while (!agent.signal.aborted && !this.#ending.signal.aborted) {
      await this.#options.clock.wait(LOOK_MILLISECONDS, this.#ending.signal).catch(() => undefined);
      if (this.fake.faults.hasCrashed()) agent.abort(new VentError('CANCELLED', 'the agent was killed'));
    }
  }

  async losePower(milliseconds: number): Promise<void> {
    const { clock } = this.#options;
    this.#isOff = true;
    this.#kill();
    this.fake.systemd.halt();
    await clock.wait(milliseconds, this.#ending.signal).catch(() => undefined);
    this.fake.systemd.boot();
    this.#isOff = false;
  }

  async stop(): Promise<void> {
    this.#ending.abort(new VentError('CANCELLED', 'the simulation ends'));
    this.#agent.abort();
    await this.#running;
    await this.wire.close();
  }
}

export function createSimMachine(options: SimMachineOptions): SimMachine {
  return new Machine(options);
}
