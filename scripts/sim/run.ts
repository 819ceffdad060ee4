/**
 * One run: a cluster comes up, a change spreads over it while faults befall its machines, the faults end, and everything
 * must be as the change says. Every invariant is looked at all the while.
 */
import type { Operator } from '../../coordinator/cli/operator.ts';
import type { Clock } from '../../shared/clock.ts';
import { parseDuration } from '../../shared/duration.ts';
import { VentError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/log.ts';
import type { ClusterFile } from '../../shared/spec/schema.ts';
import type { MachineView, PlanView } from '../../shared/wire.ts';
import { befall } from './befall.ts';
import { type Change, deriveChange } from './change.ts';
import { createFastClock } from './clock.ts';
import { openSimCluster, type SimCluster } from './cluster.ts';
import { createDice } from './dice.ts';
import { findBroken, type Seen } from './invariants.ts';
import type { SimMachine } from './machine.ts';
import { describeFault, type Fault, type FaultName, scheduleFaults } from './schedule.ts';

export interface SimOrder {
  readonly file: ClusterFile;
  /** The file's text. */
  readonly content: string;
  /** The text that it is changed to; one setting more when not given. */
  readonly to?: string;
  readonly nodes: number;
  readonly faults: readonly FaultName[];
  readonly count: number;
  readonly seed: number;
  readonly speed: number;
  readonly host: string;
  readonly log: Logger;
  /** A line of progress. */
  say(line: string): void;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

export interface Verdict {
  /** Sentences of what did not hold; empty when everything did. */
  readonly broken: readonly string[];
  /** Machines that moved together, in order: `workers-1 workers-2`. */
  readonly waves: readonly string[];
  /** How often the change had to be applied. */
  readonly attempts: number;
  /** Seconds of the simulation, from the change to its end. */
  readonly seconds: number;
}

const LOOK_MILLISECONDS = 2000;
/** On the wall. */
const TELL_MILLISECONDS = 3000;
const FORMING_SECONDS = 900;
/** After the last fault (60-goals.md: converged within five minutes), for each wave. */
const SETTLE_SECONDS = 300;
const ATTEMPTS = 12;
/** How often the coordinator is asked while it does not answer, and how long it is waited in between. */
const PATIENCE = 100;
const ASK_AGAIN_MILLISECONDS = 3000;

class Run {
  readonly #order: SimOrder;
  readonly #clock: Clock;
  readonly #cluster: SimCluster;
  readonly #change: Change;
  readonly #broken = new Set<string>();
  readonly #waves: string[] = [];
  #began = 0;
  #revision = 0;
  #told = { ready: 0, at: performance.now() };
  /** Machines whose pods must leave before the change. */
  #drained: ReadonlySet<string> = new Set();

  constructor(order: SimOrder, clock: Clock, cluster: SimCluster) {
    this.#order = order;
    this.#clock = clock;
    this.#cluster = cluster;
    this.#change = deriveChange(order.content, order.file, order.to, order.faults.includes('slow-drain'));
  }

  async go(): Promise<Verdict> {
    const { say, nodes, file } = this.#order;
    const gates = file.spec.rollout.gates.map(({ name }) => name).join(', ');
    if (gates !== '') say(`gates are taken as open: ${gates}`);
    this.#began = this.#clock.now();
    await this.#apply(this.#change.before);
    await this.#waitFor('every machine to be ready', () => this.#isReady(true), FORMING_SECONDS);
    say(`${nodes} machines are ready after ${this.#seconds()} s`);
    const { machines, kubernetes } = this.#cluster;
    const planned = await this.#plan();
    this.#drained = new Set(planned.filter(({ drain }) => drain !== '').map(({ machine }) => machine));
    kubernetes.workloads.beginChange();
    this.#began = this.#clock.now();
    await this.#apply(this.#change.after);
    const faulting = befall(this.#schedule(machines.map(({ name }) => name)), this.#cluster, this.#clock, (fault) =>
      say(`${this.#seconds()} s  ${describeFault(fault)}`),
    );
    // It is awaited further on, and says there what went wrong.
    faulting.catch(() => undefined);
    const attempts = await this.#spread(faulting);
    await faulting;
    await this.#checkEnd();
    return { broken: [...this.#broken], waves: this.#waves, attempts, seconds: this.#seconds() };
  }

  #schedule(machines: readonly string[]): readonly Fault[] {
    const { faults: names, nodes, seed, count, file } = this.#order;
    const workers = machines.filter((name) => this.#change.rolesOf(name).every((role) => role === 'worker'));
    const drainSeconds = parseDuration(file.spec.rollout.drain.deadline) / 1000;
    return scheduleFaults({ names, machines, workers, seed, span: nodes * 2 + 60, count, drainSeconds });
  }

  /** Applies the change again, once the faults are over, where they made its roll-out fail. @returns how often it was applied */
  async #spread(faulting: Promise<void>): Promise<number> {
    let attempts = 1;
    while (!(await this.#follow()) && attempts < ATTEMPTS) {
      await faulting;
      attempts += 1;
      await this.#clock.wait(1000);
      this.#cluster.kubernetes.workloads.beginAttempt();
      await this.#apply(this.#change.after);
      this.#order.say(`${this.#seconds()} s  the change is applied again, for the ${attempts}. time`);
    }
    return attempts;
  }

  #seconds(): number {
    return Math.round((this.#clock.now() - this.#began) / 1000);
  }

  /** @param content text of a cluster file */
  async #apply(content: string): Promise<void> {
    const request = { content, file_name: 'cluster.yaml', message: '', dry_run: false };
    const answer = await this.#ask((operator) => operator.call((methods) => methods.Apply, request));
    this.#revision = Number(answer.revision);
  }

  /** Asks as often as it takes: the coordinator may be away. */
  async #ask<T>(question: (operator: Operator) => Promise<T>): Promise<T> {
    for (let left = PATIENCE; ; left -= 1)
      try {
        return await question(await this.#cluster.operator());
      } catch (thrown) {
        if (left === 0 || VentError.from(thrown).retry === 'never') throw thrown;
        await this.#clock.wait(ASK_AGAIN_MILLISECONDS);
      }
  }

  async #listMachines(): Promise<readonly MachineView[]> {
    return (await this.#ask((operator) => operator.call((methods) => methods.ListMachines, {}))).machines;
  }

  /** @param tells whether a line says how many are */
  async #isReady(tells = false): Promise<boolean> {
    const machines = await this.#listMachines();
    const ready = machines.filter(({ state }) => state === 'ready').length;
    if (tells) this.#tellReady(ready);
    return ready === this.#cluster.machines.length;
  }

  /** Once in a while, and only what is new. */
  #tellReady(ready: number): void {
    const [now, all] = [performance.now(), this.#cluster.machines.length];
    if (ready === this.#told.ready || ready === all || now < this.#told.at + TELL_MILLISECONDS) return;
    this.#told = { ready, at: now };
    this.#order.say(`${this.#seconds()} s  ${ready} of ${all} machines are ready`);
  }

  /** @returns true once the roll-out is done, false when it failed */
  async #follow(): Promise<boolean> {
    const { nodes } = this.#order;
    const ends = this.#clock.now() + (SETTLE_SECONDS + nodes * SETTLE_SECONDS) * 1000;
    while (this.#clock.now() < ends) {
      const state = await this.#look();
      if (state === 'done') return true;
      if (state === 'failed' || state === 'aborted') return false;
      await this.#clock.wait(LOOK_MILLISECONDS);
    }
    this.#broken.add('the roll-out does not end');
    return true;
  }

  /** @returns the state of the newest roll-out */
  async #look(): Promise<string> {
    const machines = this.#cluster.machines.map((machine) => this.#see(machine));
    const view = await this.#ask((operator) => operator.call((methods) => methods.GetRollout, {}));
    const moving = view.machines.filter(({ state }) => state === 'moving').map(({ machine }) => machine);
    const rollout = { revision: Number(view.revision), state: view.state, moving };
    const differing = view.machines.flatMap(({ machine, differences }) =>
      differences.map((difference) => `${machine} did something else than planned: ${difference}`),
    );
    for (const sentence of [...findBroken({ machines, rollout }, this.#change), ...differing]) {
      if (!this.#broken.has(sentence)) this.#order.say(`${this.#seconds()} s  BROKEN: ${sentence}`);
      this.#broken.add(sentence);
    }
    // One of a wave may have settled before the others.
    const last = this.#waves.at(-1)?.split(' ') ?? [];
    if (moving.some((name) => !last.includes(name))) this.#waves.push(moving.join(' '));
    return rollout.revision === this.#revision ? rollout.state : 'running';
  }

  #see({ name, fake: { systemd, tree } }: SimMachine): Seen {
    const roles = this.#change.rolesOf(name);
    const hasEtcd = !roles.includes('etcd') || systemd.isActive('etcd.service');
    const workload = this.#cluster.kubernetes.workloads.of(name);
    return { name, roles, hasEtcd, value: this.#change.read(tree), drains: this.#drained.has(name), workload };
  }

  async #checkEnd(): Promise<void> {
    const ready = 'every machine to be ready after the last fault';
    await this.#waitFor(ready, () => this.#isReady(), SETTLE_SECONDS).catch((thrown: unknown) =>
      this.#broken.add(VentError.from(thrown).message),
    );
    await this.#look();
    for (const machine of this.#cluster.machines)
      if (this.#change.read(machine.fake.tree) !== this.#change.next)
        this.#broken.add(`${machine.name} was left behind`);
    for (const { machine, resources } of await this.#plan())
      if (resources.length > 0) this.#broken.add(`${machine} would be changed by a second apply`);
    if (this.#order.file.spec.rollout.drain.force) return;
    for (const machine of this.#cluster.kubernetes.workloads.deleted())
      this.#broken.add(`the pod of ${machine} was deleted, past its disruption budget`);
  }

  /** @returns what the change would do now */
  async #plan(): Promise<PlanView['machines']> {
    const request = { content: this.#change.after, file_name: 'cluster.yaml' };
    return (await this.#ask((operator) => operator.call((methods) => methods.Plan, request))).machines;
  }

  async #waitFor(what: string, isDone: () => Promise<boolean>, seconds: number): Promise<void> {
    const ends = this.#clock.now() + seconds * 1000;
    while (!(await isDone())) {
      if (this.#clock.now() > ends)
        throw new VentError(
          'DEADLINE',
          `cannot wait longer than ${seconds} s for ${what}: ${await this.#describeOthers()}`,
        );
      await this.#clock.wait(LOOK_MILLISECONDS);
    }
  }

  async #describeOthers(): Promise<string> {
    const machines = await this.#listMachines();
    const others = machines.filter(({ state }) => state !== 'ready');
    return others
      .slice(0, 3)
      .map(({ name, state, message }) => `${name} is ${state} (${message})`)
      .join(', ');
  }
}

/** @throws VentError DEADLINE when the cluster does not come up, INVALID_INPUT for a file that cannot be simulated, CANCELLED */
export async function runSimulation(order: SimOrder): Promise<Verdict> {
  const { file, nodes, host, log, seed, speed, say, signal } = order;
  const clock = createFastClock({ speed });
  let cluster: SimCluster | undefined;
  try {
    cluster = await openSimCluster({ file, nodes, host, clock, random: createDice(seed).roll, log, say, signal });
    const verdict = await Promise.race([aborted(signal), new Run(order, clock, cluster).go()]);
    const pace = clock.pace().toFixed(1);
    say(`a second had ${pace} s of the simulation${Number(pace) < speed / 2 ? ': the computer was busy' : ''}`);
    return verdict;
  } finally {
    await cluster?.close();
    clock.stop();
  }
}

/** Rejects when the signal aborts. */
function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = (): void => reject(new VentError('CANCELLED', 'cannot go on with the simulation: it was interrupted'));
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  return promise;
}
