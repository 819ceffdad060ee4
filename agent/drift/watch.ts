/**
 * Sees foreign changes as they happen: files and units through inotify, links through the kernel's own word, and sysctls,
 * of which no event tells, by reading them.
 *
 * INVARIANTS
 * - Nothing is decided here: a change only makes the loop look at the machine again.
 * - What the agent itself changes makes it look at most once more.
 * - While a pass has not converged nothing is nudged, or a failing one would follow itself without a pause.
 */
import type { Clock } from '../../shared/clock.ts';
import type { NodeDocument, Resource } from '../../shared/document.ts';
import { placesOf, unitsOf } from '../../shared/places.ts';
import type { AgentEvent } from '../events.ts';
import type { HostView } from '../host/host.ts';
import { resourcesOf } from '../reconcile/graph.ts';

export interface DriftWatchOptions {
  readonly host: HostView;
  readonly clock: Clock;
  /** Makes the loop look at the machine again. */
  nudge(): void;
}

export interface DriftWatch {
  /** From now on what this document names is watched, and nothing else. */
  use(document: NodeDocument): void;
  /** Told of everything the agent does, to know its own changes from foreign ones. */
  observe(event: AgentEvent): void;
}

/** Changes that come together are looked at together. */
const GATHER_MILLISECONDS = 100;
/** So that a changed value is seen within a second; a read of a value costs some microseconds. */
const SYSCTL_MILLISECONDS = 700;
const MONITOR_AGAIN_MILLISECONDS = 5000;
/** systemd keeps a link `invocation:<unit>` here for each unit that runs, and takes it away when the unit stops. */
const RUNNING_UNITS = '/run/systemd/units';
const ENABLED_UNITS = '/etc/systemd/system/multi-user.target.wants';

/** Names of interest by directory. */
type Targets = ReadonlyMap<string, ReadonlySet<string>>;

function targetsOf(resources: readonly Resource[]): Targets {
  const targets = new Map<string, Set<string>>();
  const add = (directory: string, name: string): void =>
    void targets.set(directory, (targets.get(directory) ?? new Set()).add(name));
  for (const resource of resources) {
    for (const place of placesOf(resource)) {
      const slash = place.lastIndexOf('/');
      add(place.slice(0, slash), place.slice(slash + 1));
    }
    for (const unit of unitsOf(resource)) {
      add(RUNNING_UNITS, `invocation:${unit}`);
      add(ENABLED_UNITS, unit);
    }
  }
  return targets;
}

function devicesOf(resources: readonly Resource[]): readonly string[] {
  return resources.flatMap((resource) => {
    if (resource.kind === 'interface') return [resource.name, resource.parent];
    return resource.kind === 'balancer' ? [resource.device] : [];
  });
}

/** `5: bond0    inet 10.0.0.3/31 ...`, `default via 10.0.0.2 dev bond0`, `Deleted 7: flannel0@bond0: ...` */
function names(line: string, devices: readonly string[]): boolean {
  return line.split(/[\s:@]+/).some((word) => devices.includes(word));
}

class Watch implements DriftWatch {
  readonly #options: DriftWatchOptions;
  readonly #signal: AbortSignal;
  #watching = new AbortController();
  #targets: Targets = new Map();
  readonly #open = new Set<string>();
  #isConverged = false;
  #hasChanged = false;
  #isGathering = false;

  constructor(options: DriftWatchOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#watching.abort(), { once: true });
  }

  use(document: NodeDocument): void {
    if (this.#signal.aborted) return;
    this.#watching.abort();
    this.#watching = new AbortController();
    this.#open.clear();
    const resources = resourcesOf(document);
    this.#targets = targetsOf(resources);
    const { signal } = this.#watching;
    void this.#openMissing(signal);
    const devices = devicesOf(resources);
    if (devices.length > 0) void this.#followLinks(devices, signal);
    const keys = resources.flatMap((resource) => (resource.kind === 'sysctl' ? Object.keys(resource.values) : []));
    if (keys.length > 0) void this.#followSysctls(keys, signal);
  }

  observe(event: AgentEvent): void {
    if (event.type === 'pass-started') this.#isConverged = false;
    if (event.type !== 'pass-ended') return;
    this.#isConverged = event.result === 'converged';
    // Directories that were not there may be there now.
    void this.#openMissing(this.#watching.signal);
    const sawSomething = this.#hasChanged;
    this.#hasChanged = false;
    if (sawSomething) this.#noticed();
  }

  #noticed(): void {
    this.#hasChanged = true;
    if (this.#isConverged && !this.#isGathering) void this.#gather();
  }

  async #gather(): Promise<void> {
    this.#isGathering = true;
    await this.#options.clock.wait(GATHER_MILLISECONDS, this.#signal).catch(() => undefined);
    this.#isGathering = false;
    if (!this.#isConverged || this.#signal.aborted) return;
    this.#hasChanged = false;
    this.#options.nudge();
  }

  async #openMissing(signal: AbortSignal): Promise<void> {
    for (const [directory, wanted] of this.#targets) {
      if (this.#open.has(directory) || signal.aborted) continue;
      this.#open.add(directory);
      const isOpen = await this.#options.host.files
        .watch(
          directory,
          (name) => {
            if (name === undefined) this.#open.delete(directory);
            if (name === undefined || wanted.has(name)) this.#noticed();
          },
          signal,
        )
        .catch(() => false);
      if (!isOpen) this.#open.delete(directory);
    }
  }

  async #followLinks(devices: readonly string[], signal: AbortSignal): Promise<void> {
    const { host, clock } = this.#options;
    while (!signal.aborted) {
      await host.network.watch((line) => {
        if (names(line, devices)) this.#noticed();
      }, signal);
      await clock.wait(MONITOR_AGAIN_MILLISECONDS, signal).catch(() => undefined);
    }
  }

  async #followSysctls(keys: readonly string[], signal: AbortSignal): Promise<void> {
    const { host, clock } = this.#options;
    // What cannot be read now is told by the pass that will need it.
    const read = async (): Promise<string> =>
      JSON.stringify(await Promise.all(keys.map((key) => host.kernel.sysctl(key).catch(() => undefined))));
    let before = await read();
    while (!signal.aborted) {
      await clock.wait(SYSCTL_MILLISECONDS, signal).catch(() => undefined);
      const now = await read();
      if (now !== before && !signal.aborted) this.#noticed();
      before = now;
    }
  }
}

/** Watches until the signal aborts. */
export function createDriftWatch(options: DriftWatchOptions, signal: AbortSignal): DriftWatch {
  return new Watch(options, signal);
}
