/** The facility's seam, with machines that really boot. */
import { rename, writeFile } from 'node:fs/promises';
import type { Machines } from './facility/machines.ts';
import type { MachineDeps } from './machine.ts';
import { boot, cutPower, destroy, layDisk, reset } from './machine.ts';
import { nameMachine } from './names.ts';
import { listOrders, renderHosts } from './orders.ts';

export interface MachinesDeps extends MachineDeps {
  /** The root tree that disks are copied from. */
  readonly tree: string;
}

export function createMachines(deps: MachinesDeps): Machines {
  const { names } = deps;

  /** By rename, so that the resolver never reads half of it. */
  async function writeHosts(): Promise<void> {
    const part = `${names.hosts}.part`;
    await writeFile(part, renderHosts(await listOrders(names)));
    await rename(part, names.hosts);
  }

  let hosts = Promise.resolve();
  /** One after the other: machines are installed at the same time. */
  function refreshHosts(): Promise<void> {
    hosts = hosts.catch(() => undefined).then(writeHosts);
    return hosts;
  }

  return {
    async install(order) {
      await layDisk(order, deps.tree, deps);
      await refreshHosts();
      await boot(order.id, deps);
    },
    powerOn: (id) => boot(id, deps),
    powerOff: (id) => cutPower(nameMachine(names, id), deps),
    reboot: (id) => reset(id, deps),
    async remove(id) {
      await destroy(id, deps);
      await refreshHosts();
    },
  };
}
