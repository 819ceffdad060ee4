/**
 * Fault points: places at which a test build of the agent can be killed, so that every step of a change is tried with a
 * crash right after it. Another build has none of this (scripts/build/bundle.ts).
 */
import { existsSync, writeFileSync } from 'node:fs';
import type { Commands } from './commands.ts';

export interface Faults {
  /** Something durable or something of the machine has just changed. @param detail what it was, for a fault that names it */
  at(point: string, detail?: string): void;
}

export const noFaults: Faults = { at: () => undefined };

/** There once the fault has happened, so that the next agent runs on; gone with a boot. */
const DONE = '/run/vent-fault';
/** A change begins with this. */
const BEGIN = '"type":"BEGIN"';

/**
 * @param order a number: the agent is killed at that point after a change began, counted from 1; any other text: at the
 * first point whose name and detail hold it. Nothing when empty, or when it has happened since the boot.
 */
export function orderFault(order: string): Faults {
  if (order === '' || existsSync(DONE)) return noFaults;
  const wanted = Number(order);
  let passed = 0;
  return {
    at(point, detail = '') {
      const name = `${point} ${detail}`;
      if (passed > 0 || name.includes(BEGIN)) passed += 1;
      if (Number.isNaN(wanted) ? !name.includes(order) : passed !== wanted) return;
      writeFileSync(DONE, `${passed} ${point}\n`);
      process.kill(process.pid, 'SIGKILL');
    },
  };
}

/** A fault point before and after every program that changes the machine. */
export function faultyCommands(commands: Commands, faults: Faults): Commands {
  if (faults === noFaults) return commands;
  const changes = ([verb = '']: readonly string[]): boolean => !/^(show|list|-j|-4|-o|--stateless)$/.test(verb);
  return {
    ...commands,
    async run(program, argv, options) {
      const line = [program, ...argv].join(' ');
      if (changes(argv) || argv.includes('-batch')) faults.at('before', line);
      const result = await commands.run(program, argv, options);
      if (changes(argv) || argv.includes('-batch')) faults.at('after', line);
      return result;
    },
  };
}
