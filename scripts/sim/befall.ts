/** Lets faults happen at their time, and end. */
import type { Clock } from '../../shared/clock.ts';
import type { SimCluster } from './cluster.ts';
import type { SimMachine } from './machine.ts';
import type { Fault } from './schedule.ts';

/** @param onFault told as each begins @returns once the last is over */
export async function befall(
  faults: readonly Fault[],
  cluster: SimCluster,
  clock: Clock,
  onFault: (fault: Fault) => void,
): Promise<void> {
  const began = clock.now();
  /** One coordinator at a time is ended: it is ended again once it is back. */
  let restarted: Promise<void> = Promise.resolve();
  await Promise.all(
    faults.map(async (fault) => {
      await clock.wait(Math.max(0, began + fault.at * 1000 - clock.now()));
      onFault(fault);
      if (fault.name !== 'coordinator') return await happen(fault, cluster, clock);
      restarted = restarted.then(() => cluster.restart(fault.lasts * 1000));
      await restarted;
    }),
  );
}

async function happen(fault: Fault, cluster: SimCluster, clock: Clock): Promise<void> {
  const machine = cluster.machines.find(({ name }) => name === fault.machine);
  if (machine === undefined) return;
  if (fault.name === 'slow-drain') return await cluster.kubernetes.workloads.hold(machine.name, fault.lasts * 1000);
  if (fault.name === 'power') return await machine.losePower(fault.lasts * 1000);
  const end = begin(machine, fault);
  if (end === undefined) return;
  await clock.wait(fault.lasts * 1000);
  end();
}

/** @returns what ends it; undefined when it is over at once */
function begin(machine: SimMachine, { name, amount }: Fault): (() => void) | undefined {
  switch (name) {
    case 'crash':
      machine.crashAfter(amount);
      return undefined;
    case 'partition':
      machine.wire.cut(true);
      return () => machine.wire.cut(false);
    case 'slow-start':
      for (const unit of ['kubelet.service', 'containerd.service']) machine.fake.systemd.behave(unit, 'hangs');
      return () => {
        for (const unit of ['kubelet.service', 'containerd.service']) {
          machine.fake.systemd.behave(unit, 'works');
          machine.fake.systemd.finish(unit);
        }
      };
    case 'disk-full': {
      const before = machine.fake.tree.freeBytes;
      machine.fake.tree.freeBytes = 0;
      return () => {
        machine.fake.tree.freeBytes = before;
      };
    }
    case 'clock-skew':
      machine.skew = amount * 1000;
      return () => {
        machine.skew = 0;
      };
    default:
      return undefined;
  }
}
