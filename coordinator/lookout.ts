/** What the provider says of machines that have not enrolled yet: it tells nothing by itself, so it is asked for as long as there are any. */
import type { Changes } from '../shared/changes.ts';
import type { Clock } from '../shared/clock.ts';
import { VentError } from '../shared/errors.ts';
import type { Logger } from '../shared/log.ts';
import type { NodeRow } from './nodes/row.ts';
import type { Device, Provider } from './providers/provider.ts';
import type { IntentRow } from './rows.ts';
import type { Collection } from './store/collection.ts';

export interface LookoutOptions {
  readonly intents: Collection<IntentRow>;
  readonly nodes: Collection<NodeRow>;
  /** The provider of the newest revision; undefined before the first. */
  provider(): Promise<Provider | undefined>;
  /** Ties devices to create calls that were never answered. @throws VentError as the provider's `tagged` */
  bindFound(provider: Provider): Promise<void>;
  readonly changes: Changes;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Sight {
  readonly device: Device | undefined;
  /** The provider was asked and does not know the device. */
  readonly isGone: boolean;
  /** Why the provider could not be asked the last time. */
  readonly error: string | undefined;
}

export interface Lookout {
  /** Asks until the signal aborts; nothing while no machine is on its way. */
  follow(signal: AbortSignal): Promise<void>;
  /** @param intentId of a machine on its way */
  sight(intentId: string): Sight;
}

/** What takes long, or fails, is asked for less often. */
const ASK_MILLISECONDS = 1500;
const SELDOM_MILLISECONDS = 10_000;
/** Of the time that the youngest machine has been on its way. */
const ASK_SHARE = 1 / 20;

class ProviderLookout implements Lookout {
  readonly #options: LookoutOptions;
  readonly #devices = new Map<string, Device | undefined>();
  readonly #errors = new Map<string, string>();
  #failures = 0;

  constructor(options: LookoutOptions) {
    this.#options = options;
  }

  async follow(signal: AbortSignal): Promise<void> {
    const { clock, changes } = this.#options;
    while (!signal.aborted) {
      const pending = await this.#pending();
      if (pending.length === 0) {
        for await (const _ of changes.turns(signal)) if ((await this.#pending()).length > 0) break;
        continue;
      }
      await this.#askAll(pending);
      changes.notify();
      await clock.wait(this.#pause(pending), signal).catch(() => undefined);
    }
  }

  sight(intentId: string): Sight {
    const device = this.#devices.get(intentId);
    const error = this.#errors.get(intentId);
    return { device, error, isGone: device === undefined && this.#devices.has(intentId) };
  }

  /** What may still change at the provider. */
  async #pending(): Promise<readonly IntentRow[]> {
    const enrolled = new Set((await this.#options.nodes.list()).rows.map((row) => row.value.deviceId));
    const intents = (await this.#options.intents.list()).rows.map((row) => row.value);
    return intents.filter(({ deviceId, refused }) =>
      deviceId === undefined ? refused !== true : !enrolled.has(deviceId),
    );
  }

  #pause(pending: readonly IntentRow[]): number {
    const youngest = Math.max(...pending.map((intent) => Date.parse(intent.createdAt)));
    const age = this.#options.clock.now() - youngest;
    return Math.min(Math.max(ASK_MILLISECONDS * 2 ** this.#failures, age * ASK_SHARE), SELDOM_MILLISECONDS);
  }

  async #askAll(pending: readonly IntentRow[]): Promise<void> {
    const unanswered = pending.filter((intent) => intent.deviceId === undefined);
    const answers = [
      unanswered.length === 0 || (await this.#ask(unanswered, (provider) => this.#options.bindFound(provider))),
    ];
    for (const intent of pending) {
      const { id, deviceId } = intent;
      if (deviceId === undefined) continue;
      answers.push(
        await this.#ask([intent], async (provider) => void this.#devices.set(id, await provider.device(deviceId))),
      );
    }
    this.#failures = answers.every((isAnswered) => isAnswered) ? 0 : this.#failures + 1;
  }

  /** @returns whether there was an answer */
  async #ask(about: readonly IntentRow[], question: (provider: Provider) => Promise<void>): Promise<boolean> {
    try {
      const provider = await this.#options.provider();
      if (provider !== undefined) await question(provider);
      for (const { id } of about) this.#errors.delete(id);
      return true;
    } catch (thrown) {
      const { message, code } = VentError.from(thrown);
      for (const { id } of about) this.#errors.set(id, message);
      this.#options.log.warn('the provider could not be asked', { code, cause: message });
      return false;
    }
  }
}

export function createLookout(options: LookoutOptions): Lookout {
  return new ProviderLookout(options);
}
