/** A lab as one value, for the command line, `npm start` and tests. */
import { homedir } from 'node:os';
import { systemClock } from '../../shared/clock.ts';
import type { ChildOptions, ChildResult, Children } from './child.ts';
import { createChildren } from './child.ts';
import { createHostState } from './host-state.ts';
import { down, up } from './instance.ts';
import { enter, execute, reset } from './machine.ts';
import type { Names } from './names.ts';
import { LABS, nameInstance, nameMachine } from './names.ts';
import { findOrder } from './orders.ts';
import { startCoordinator, startFacility } from './services.ts';
import { treesDirectory } from './tree.ts';

export interface Lab {
  readonly names: Names;
  readonly children: Children;
  /** Networks, resolver, relay. */
  up(): Promise<void>;
  startFacility(): Promise<void>;
  /** See services.ts. */
  startCoordinator(
    argv: readonly string[],
    isReady: () => Promise<boolean>,
    environment?: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** Runs a command in the machine of that hostname or id. @throws VentError NOT_FOUND, UNAVAILABLE when it is off */
  execute(machine: string, argv: readonly string[], options?: ChildOptions): Promise<ChildResult>;
  /** The command on the host that runs `argv` in a machine, for a terminal. @throws VentError as `execute` */
  enter(machine: string, argv: readonly string[]): Promise<readonly string[]>;
  /** Hardware reset. */
  reset(machine: string): Promise<void>;
  /** Path of what a machine has shown while it booted. */
  consoleOf(machine: string): Promise<string>;
  /** Kills everything of the lab and removes all it has made; works after any crash, and again. */
  down(): Promise<void>;
}

/** @param say shows a line of progress */
export function createLab(instance: string, say: (line: string) => void): Lab {
  const names = nameInstance(instance);
  const children = createChildren(names.directory);
  const deps = {
    names,
    children,
    hostState: createHostState(LABS, children),
    clock: systemClock,
    computer: { platform: process.platform, userId: process.getuid?.() ?? -1 },
    trees: treesDirectory(process.env, homedir()),
    say,
  };
  return {
    names,
    children,
    up: () => up(deps),
    startFacility: () => startFacility(deps),
    startCoordinator: (argv, isReady, environment) => startCoordinator(argv, isReady, deps, environment),
    async execute(machine, argv, options) {
      return execute((await findOrder(names, machine)).id, argv, deps, options);
    },
    enter: async (machine, argv) => enter((await findOrder(names, machine)).id, argv, names),
    reset: async (machine) => reset((await findOrder(names, machine)).id, deps),
    consoleOf: async (machine) => nameMachine(names, (await findOrder(names, machine)).id).console,
    down: () => down(deps),
  };
}
