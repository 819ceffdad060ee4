/** The real Host: one file per part, all child processes through `Commands`. */
import type { Clock } from '../../../shared/clock.ts';
import type { Host } from '../host.ts';
import type { Commands } from './commands.ts';
import { createConnections } from './connections.ts';
import { type Faults, faultyCommands, noFaults } from './faults.ts';
import { createFiles } from './files.ts';
import { createImages } from './images.ts';
import { createKernel } from './kernel.ts';
import { createMounts } from './mounts.ts';
import { createNames } from './names.ts';
import { createNetwork } from './network.ts';
import { createPackages } from './packages.ts';
import { createProcesses } from './processes.ts';
import { createUnits } from './units.ts';
import { createUsers } from './users.ts';

export interface LinuxHostOptions {
  /** Where the machine's tree lies; '/' for the machine that runs this. Programs always act on the machine that runs this. */
  readonly root: string;
  readonly clock: Clock;
  readonly commands: Commands;
  /** None unless given. */
  readonly faults?: Faults;
}

export function createLinuxHost(options: LinuxHostOptions): Host {
  const root = options.root.replace(/\/+$/, '');
  const { clock, faults = noFaults } = options;
  const commands = faultyCommands(options.commands, faults);
  const names = createNames(root);
  return {
    files: createFiles({ root, names, clock, faults }),
    units: createUnits(root, commands),
    network: createNetwork(commands),
    kernel: createKernel(root, commands, faults),
    packages: createPackages(commands),
    users: createUsers(names, commands),
    images: createImages(root, commands),
    connections: createConnections(root),
    processes: createProcesses(clock),
    mounts: createMounts(commands),
  };
}
