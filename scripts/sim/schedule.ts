/** Which faults befall whom, and when: all of it follows from the seed. Pure. */
import { createDice } from './dice.ts';

/** What can be ordered; the reference page of `vent sim` explains each. */
export const FAULTS = [
  'crash',
  'partition',
  'slow-start',
  'slow-drain',
  'disk-full',
  'clock-skew',
  'power',
  'coordinator',
  'address',
] as const;
export type FaultName = (typeof FAULTS)[number];

export interface Fault {
  readonly name: FaultName;
  /** Seconds after the change was applied. */
  readonly at: number;
  /** Seconds until it is over; a crash is over at once; a slow drain counts from its first eviction. */
  readonly lasts: number;
  /** The machine that it befalls; undefined for what befalls the coordinator. */
  readonly machine: string | undefined;
  /** A crash: after how many writes of the host. A wrong clock: by how many seconds. */
  readonly amount: number;
}

export interface Order {
  readonly names: readonly FaultName[];
  readonly machines: readonly string[];
  /** Those of them that may lose power (what runs there may be missing for a while), and that have pods of users. */
  readonly workers: readonly string[];
  /** How long a machine's pods may take to leave it. */
  readonly drainSeconds: number;
  readonly seed: number;
  /** Seconds in which faults begin. */
  readonly span: number;
  readonly count: number;
}

/** Seconds that a fault lasts at most: less than what makes a machine give a change up. */
const LONGEST = 90;
/** A slow drain, in its deadline: some are too slow. */
const LONGEST_DRAIN = 1.5;
const WRITES = 40;
/** Machine and coordinator may be five minutes apart (design of enrolment); a little less is no fault. */
const SKEW_SECONDS = 240;

/** What befalls the coordinator. */
export const OF_COORDINATOR: readonly FaultName[] = ['coordinator', 'address'];
/** What befalls workers only. */
const OF_WORKERS: readonly FaultName[] = ['power', 'slow-drain'];

/** @returns earliest first */
export function scheduleFaults(order: Order): readonly Fault[] {
  const { machines, workers, seed, span, count } = order;
  const names = order.names.filter((name) => workers.length > 0 || !OF_WORKERS.includes(name));
  if (names.length === 0) return [];
  const dice = createDice(seed);
  const faults = Array.from({ length: count }, (): Fault => {
    const name = dice.pick(names) ?? 'crash';
    const machine = dice.pick(OF_WORKERS.includes(name) ? workers : machines);
    const longest = name === 'slow-drain' ? order.drainSeconds * LONGEST_DRAIN : LONGEST;
    return {
      name,
      at: Math.round(dice.between(0, span)),
      lasts: name === 'crash' ? 0 : Math.round(dice.between(Math.min(5, longest), longest)),
      machine: OF_COORDINATOR.includes(name) ? undefined : machine,
      amount:
        name === 'crash' ? Math.floor(dice.between(0, WRITES)) : Math.round(dice.between(-SKEW_SECONDS, SKEW_SECONDS)),
    };
  });
  return faults.toSorted((a, b) => a.at - b.at);
}

/** One line for people. */
export function describeFault({ name, machine, lasts, amount }: Fault): string {
  const whom = machine ?? 'the coordinator';
  switch (name) {
    case 'crash':
      return `${whom}: its agent is killed after write ${amount} of what it does next`;
    case 'partition':
      return `${whom}: cut off for ${lasts} s`;
    case 'slow-start':
      return `${whom}: units take ${lasts} s to start`;
    case 'slow-drain':
      return `${whom}: a disruption budget keeps its pod for ${lasts} s once it is to leave`;
    case 'disk-full':
      return `${whom}: disk full for ${lasts} s`;
    case 'clock-skew':
      return `${whom}: clock ${amount} s off for ${lasts} s`;
    case 'power':
      return `${whom}: without power for ${lasts} s`;
    case 'coordinator':
      return `${whom}: stopped for ${lasts} s`;
    case 'address':
      return `${whom}: tells machines an address where nobody is for ${lasts} s`;
  }
}
