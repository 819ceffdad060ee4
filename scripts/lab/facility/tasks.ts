/** Runs the steps of devices in the background: at most one step a device at once. */
import { VentError } from '../../../shared/errors.ts';
import type { LifeDeps, Step } from './life-step.ts';
import { nextStep } from './life-step.ts';
import type { DeviceRow } from './records.ts';

export interface Tasks {
  /** Goes on with whatever the device's row asks for; returns at once. */
  advance(id: string): void;
  /** Resolves when no step runs any more. */
  settle(): Promise<void>;
}

/**
 * @param onInstalled called once a machine's disk is written and it has been started
 * @param onFailure called with the reason when a step failed
 */
export function createTasks(
  deps: LifeDeps,
  stopping: AbortSignal,
  onInstalled: (id: string) => void,
  onFailure: (id: string, reason: string) => void,
): Tasks {
  const { store, log } = deps;
  const running = new Map<string, Promise<void>>();

  async function run(id: string): Promise<void> {
    try {
      for (;;) {
        const device = store.devices.get(id);
        const step = nextStep(device);
        if (device === undefined || step === undefined || stopping.aborted) return;
        await attempt(device, step);
        await store.commit();
        if (!device.installed && store.devices.get(id)?.installed === true) onInstalled(id);
      }
    } catch (thrown) {
      log.error('the facility cannot keep its memory', { cause: VentError.from(thrown).message });
    } finally {
      // In the same turn as the look at the row above: whoever changes the row later finds the way free.
      running.delete(id);
    }
  }

  async function attempt(device: DeviceRow, step: Step): Promise<void> {
    try {
      await step(device, deps, stopping);
    } catch (thrown) {
      if (stopping.aborted) return;
      const reason = VentError.from(thrown).message;
      log.warn('a device failed', { device: device.id, cause: reason });
      onFailure(device.id, reason);
    }
  }

  function advance(id: string): void {
    if (running.has(id) || nextStep(store.devices.get(id)) === undefined || stopping.aborted) return;
    running.set(id, run(id));
  }

  return {
    advance,
    async settle() {
      await Promise.all(running.values());
    },
  };
}
