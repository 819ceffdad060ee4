/**
 * What the provider says of machines that have not enrolled yet, and whether it still has those that nothing is heard of: it
 * tells nothing by itself, so it is asked for as long as there are any.
 */
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
  isConnected(nodeId: string): boolean;
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
  /** Asks until the signal aborts; nothing while no machine is on its way or missing. */
  follow(signal: AbortSignal): Promise<void>;
  /** @param intentId of a machine on its way */
  sight(intentId: string): Sight;
  /** Whether the provider, asked since the member was last heard of, does not know its device. */
  isGone(nodeId: string): boolean;
}

/** What takes long, or fails, is asked for less often. */
const ASK_MILLISECONDS = 1500;
const SELDOM_MILLISECONDS = 10_000;
/** Of the time that the youngest machine has been on its way. */
const ASK_SHARE = 1 / 20;
/** A member that nothing is heard of is asked for after this long: agents reconnect within seconds. */
const MISSING_MILLISECONDS = 30_000;

class ProviderLookout implements Lookout {
  readonly #options: LookoutOptions;
  readonly #devices = new Map<string, Device | undefined>();
  readonly #errors = new Map<string, string>();
  /** Members that nothing is heard of, with since when, milliseconds since the epoch. */
  readonly #missing = new Map<string, number>();
  readonly #gone = new Set<string>();
  #failures = 0;
  #askedForMissing = 0;

  constructor(options: LookoutOptions) {
    this.#options = options;
  }

  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const pending = await this.#pending();
      await this.#noteMissing();
      const before = this.#gone.size;
      await this.#askForMissing();
      if (pending.length > 0) await this.#askAll(pending);
      if (pending.length > 0 || this.#gone.size !== before) this.#options.changes.notify();
      await this.#rest(pending, signal);
    }
  }

  /** While only members are missing, a machine that comes on its way is looked at all the same. */
  async #rest(pending: readonly IntentRow[], signal: AbortSignal): Promise<void> {
    const { clock, changes } = this.#options;
    if (pending.length > 0) return await clock.wait(this.#pause(pending), signal).catch(() => undefined);
    const rested = new AbortController();
    const either = AbortSignal.any([signal, rested.signal]);
    const isMissing = this.#missing.size > 0;
    if (isMissing)
      void clock.wait(SELDOM_MILLISECONDS, either).then(
        () => rested.abort(),
        () => undefined,
      );
    for await (const _ of changes.turns(either)) {
      await this.#noteMissing();
      if ((await this.#pending()).length > 0 || this.#missing.size > 0 !== isMissing) break;
    }
    rested.abort();
  }

  isGone(nodeId: string): boolean {
    return this.#gone.has(nodeId);
  }

  async #noteMissing(): Promise<void> {
    const { nodes, clock, isConnected } = this.#options;
    const absent = (await nodes.list()).rows.map(({ key }) => key).filter((id) => !isConnected(id));
    for (const id of this.#missing.keys()) if (!absent.includes(id)) this.#missing.delete(id);
    for (const id of this.#gone) if (!absent.includes(id)) this.#gone.delete(id);
    for (const id of absent) if (!this.#missing.has(id)) this.#missing.set(id, clock.now());
  }

  /** All by one question, and who is not among the answers by one of his own. */
  async #askForMissing(): Promise<void> {
    const now = this.#options.clock.now();
    const late = [...this.#missing].filter(([, since]) => now - since >= MISSING_MILLISECONDS).map(([id]) => id);
    if (late.length === 0 || now - this.#askedForMissing < SELDOM_MILLISECONDS) return;
    this.#askedForMissing = now;
    await this.#ask([], async (provider) => {
      const known = new Set((await provider.list()).map(({ id }) => id));
      for (const nodeId of late) {
        const deviceId = (await this.#options.nodes.get(nodeId))?.value.deviceId;
        if (deviceId === undefined) continue;
        if (known.has(deviceId) || (await provider.device(deviceId)) !== undefined) this.#gone.delete(nodeId);
        else this.#gone.add(nodeId);
      }
    });
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
