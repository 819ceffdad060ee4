/** Processes and mounts in memory; whoever makes them is a test, since no kind does. */
import { VentError } from '../../../shared/errors.ts';
import type { Mounts, Process, Processes } from '../host.ts';
import type { World } from './world.ts';

export function createFakeProcesses(world: World, running: Map<number, Process>): Processes {
  return {
    async list() {
      world.read();
      return [...running.values()];
    },
    async stop(processes) {
      if (processes.length > 0) world.write(`stop processes ${processes.map(({ pid }) => pid).join(' ')}`);
      for (const { pid, startedAt } of processes) if (running.get(pid)?.startedAt === startedAt) running.delete(pid);
    },
  };
}

export function createFakeMounts(world: World, mounted: string[]): Mounts {
  return {
    async list() {
      world.read();
      return [...mounted];
    },
    async unmount(path) {
      world.write(`unmount ${path}`);
      const index = mounted.lastIndexOf(path);
      if (index < 0) throw new VentError('COMMAND_FAILED', `cannot unmount ${path}: not mounted`);
      mounted.splice(index, 1);
    },
  };
}
