/** Lets faults happen at their time, and end. */
import type { Clock } from '../../shared/clock.ts';
import type { SimCluster } from './cluster.ts';
import type { SimMachine } from './machine.ts';
import { type Fault, OF_COORDINATOR } from './schedule.ts';

/** A coordinator that is started with another address is away for so long. */
const RESTART_MILLISECONDS = 2000;
/** A loopback address where nobody listens. */
const NOWHERE = '127.255.255.254';

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
      if (!OF_COORDINATOR.includes(fault.name)) return await happen(fault, cluster, clock);
      restarted = restarted.then(() => restart(fault, cluster, clock));
      await restarted;
    }),
  );
}

async function restart({ name, lasts }: Fault, cluster: SimCluster, clock: Clock): Promise<void> {
  if (name === 'coordinator') return await cluster.restart(lasts * 1000);
  await cluster.restart(RESTART_MILLISECONDS, NOWHERE);
  await clock.wait(lasts * 1000);
  await cluster.restart(RESTART_MILLISECONDS);
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
