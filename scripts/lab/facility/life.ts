/**
 * Moves devices through their states. `advance` looks only at what the row says, so it can be called at any time and
 * again after a crash: queued -> provisioning -> (disk written, machine started) -> active by the machine's own
 * phone-home; deprovisioning -> gone. One task a device runs at once.
 */
import { VentError } from '../../../shared/errors.ts';
import { stamp } from './journal.ts';
import type { LifeDeps } from './life-step.ts';
import { nextStep } from './life-step.ts';
import type { DeviceRow } from './records.ts';

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
  const { store, journal, clock, log } = deps;
  const stopping = new AbortController();
  const tasks = new Map<string, Promise<void>>();

  function advance(id: string): void {
    if (tasks.has(id) || stopping.signal.aborted) return;
    const task = run(id).finally(() => {
      tasks.delete(id);
      if (nextStep(store.devices.get(id)) !== undefined) advance(id);
    });
    tasks.set(id, task);
  }

  async function run(id: string): Promise<void> {
    try {
      for (;;) {
        const device = store.devices.get(id);
        const step = nextStep(device);
        if (device === undefined || step === undefined || stopping.signal.aborted) return;
        await step(device, deps, stopping.signal);
        await store.commit();
        if (!device.installed && store.devices.get(id)?.installed === true) watchPhoneHome(id);
      }
    } catch (thrown) {
      if (stopping.signal.aborted) return;
      log.warn('a device failed', { device: id, cause: VentError.from(thrown).message });
      fail(id, VentError.from(thrown).message);
    }
  }

  function watch(id: string, at: number, end: (device: DeviceRow) => void): void {
    clock.wait(Math.max(0, at - clock.now()), stopping.signal).then(
      () => {
        const device = store.devices.get(id);
        if (device !== undefined) end(device);
      },
      () => undefined,
    );
  }

  function watchTermination(id: string, terminationTime: string): void {
    watch(id, Date.parse(terminationTime), (device) => {
      if (device.terminationTime !== terminationTime) return;
      journal.write('instance.terminated', 'Device reached its termination time', { deviceId: id });
      store.devices.update(id, { state: 'deprovisioning' });
      advance(id);
    });
  }

  function fail(id: string, reason: string): void {
    if (store.devices.update(id, { state: 'failed', rebootAsked: false, updatedAt: stamp(clock.now()) }) === undefined)
      return;
    journal.write('provisioning.failed', reason, { deviceId: id, state: 'failed' });
    void store.commit();
  }

  function watchPhoneHome(id: string): void {
    watch(id, clock.now() + deps.timing.provisioningLimit, (device) => {
      const awaited = device.state === 'provisioning' || device.state === 'reinstalling';
      if (awaited && device.installed) fail(id, 'The device did not phone home');
    });
  }

  return {
    advance,
    resume() {
      for (const device of store.devices.list()) {
        if (device.terminationTime !== null) watchTermination(device.id, device.terminationTime);
        if (device.installed) watchPhoneHome(device.id);
        advance(device.id);
      }
    },
    phoneHome(id) {
      const device = store.devices.get(id);
      if (device?.state !== 'provisioning' && device?.state !== 'reinstalling') return;
      // It may speak before the call that starts it has returned; that it speaks proves that its disk is written.
      store.devices.update(id, { state: 'active', installed: true, updatedAt: stamp(clock.now()) });
      journal.write('provisioning.110', 'Device is active', { deviceId: id, state: 'active' });
    },
    fail,
    schedule(id, terminationTime) {
      store.devices.update(id, { terminationTime });
      if (terminationTime !== null) watchTermination(id, terminationTime);
    },
    async stop() {
      stopping.abort();
      await Promise.all(tasks.values());
      await store.commit();
    },
  };
}
