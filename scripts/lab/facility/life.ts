/**
 * Moves devices through their states. `advance` looks only at what the row says, so it can be called at any time and
 * again after a crash: queued -> provisioning -> (disk written, machine started) -> active by the machine's own
 * phone-home; deprovisioning -> gone. One task a device runs at once.
 */
import { stamp } from './journal.ts';
import type { LifeDeps } from './life-step.ts';
import type { DeviceRow } from './records.ts';
import { createTasks } from './tasks.ts';

export interface Life {
  /** Goes on with whatever the row asks for; returns at once. */
  advance(id: string): void;
  /** Goes on with every device; for the start. */
  resume(): void;
  phoneHome(id: string): void;
  fail(id: string, reason: string): void;
  /** Sets or, with null, forgets the moment at which the device is taken away. */
  schedule(id: string, terminationTime: string | null): void;
  /** Ends all tasks; machines go on. Resolves when none runs any more. */
  stop(): Promise<void>;
}

export function createLife(deps: LifeDeps): Life {
  const { store, journal, clock } = deps;
  const stopping = new AbortController();
  const watch = createWatch(deps, stopping.signal);
  const fail = (id: string, reason: string): void => failDevice(deps, id, reason);
  const watchPhoneHome = (id: string): void =>
    void watch(id, clock.now() + deps.timing.provisioningLimit, (device) => {
      if (awaitsPhoneHome(device) && device.installed) fail(id, 'The device did not phone home');
    });
  const tasks = createTasks(deps, stopping.signal, watchPhoneHome, fail);
  const watchTermination = (id: string, terminationTime: string): void =>
    void watch(id, Date.parse(terminationTime), (device) => {
      if (device.terminationTime !== terminationTime) return;
      journal.write('instance.terminated', 'Device reached its termination time', { deviceId: id });
      store.devices.update(id, { state: 'deprovisioning' });
      tasks.advance(id);
    });
  return {
    advance: tasks.advance,
    fail,
    resume() {
      for (const device of store.devices.list()) {
        if (device.terminationTime !== null) watchTermination(device.id, device.terminationTime);
        if (device.installed) watchPhoneHome(device.id);
        tasks.advance(device.id);
      }
    },
    phoneHome(id) {
      if (!awaitsPhoneHome(store.devices.get(id))) return;
      // It may speak before the call that starts it has returned; that it speaks proves that its disk is written.
      store.devices.update(id, { state: 'active', installed: true, updatedAt: stamp(clock.now()) });
      journal.write('provisioning.110', 'Device is active', { deviceId: id, state: 'active' });
    },
    schedule(id, terminationTime) {
      store.devices.update(id, { terminationTime });
      if (terminationTime !== null) watchTermination(id, terminationTime);
    },
    async stop() {
      stopping.abort();
      await tasks.settle();
      await store.commit();
    },
  };
}

function awaitsPhoneHome(device: DeviceRow | undefined): boolean {
  return device?.state === 'provisioning' || device?.state === 'reinstalling';
}

function failDevice(deps: LifeDeps, id: string, reason: string): void {
  const { store, journal, clock } = deps;
  const columns = { state: 'failed', rebootAsked: false, updatedAt: stamp(clock.now()) } as const;
  if (store.devices.update(id, columns) === undefined) return;
  journal.write('provisioning.failed', reason, { deviceId: id, state: 'failed' });
}

/** Timers of Node end at once when asked for more than 2^31 ms, so long waits are cut into hours. */
const LONGEST_WAIT = 3_600_000;

/** Calls `end` with the device as it is at that moment (milliseconds since the epoch), if it still exists then. */
function createWatch({ clock, store }: LifeDeps, stopping: AbortSignal) {
  return async (id: string, at: number, end: (device: DeviceRow) => void): Promise<void> => {
    try {
      while (clock.now() < at) await clock.wait(Math.min(at - clock.now(), LONGEST_WAIT), stopping);
    } catch {
      return;
    }
    const device = store.devices.get(id);
    if (device === undefined) return;
    end(device);
    await store.commit();
  };
}
