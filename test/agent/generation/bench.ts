/** A fake machine with generations: what an agent does with documents, without a coordinator but with its answer. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createSettled } from '../../../agent/drift/settled.ts';
import { createGenerations, type Generations } from '../../../agent/generation/generations.ts';
import { createLedger } from '../../../agent/ledger.ts';
import type { PlannedResource } from '../../../agent/reconcile/plan.ts';
import type { PassResult } from '../../../agent/reconcile/reconcile.ts';
import { createDocumentStore } from '../../../agent/store.ts';
import type { AcceptedDocument } from '../../../agent/verify.ts';
import { encodeDocument, type NodeDocument } from '../../../shared/document.ts';
import { VentError } from '../../../shared/errors.ts';
import { createFakeClock, type FakeClock } from '../../../shared/fake-clock.ts';
import { silentLog } from '../../../shared/fake-log.ts';
import type { Done } from '../../../shared/report.ts';
import { createTestMachine, type TestMachine } from '../machine.ts';

export interface Bench {
  readonly machine: TestMachine;
  readonly clock: FakeClock;
  /** Whether the coordinator answers over a new connection. */
  isReachable: boolean;
  /** How often it was asked to confirm. */
  readonly confirmed: number[];
  /** An agent that was just started. */
  start(): Promise<Generations>;
  /** Passes until one ends otherwise than incomplete, or the machine goes back; at most an hour. */
  pass(generations: Generations, document: NodeDocument): Promise<PassResult>;
  readJournal(): string;
}

export function acceptAs(document: NodeDocument): AcceptedDocument {
  const payload = encodeDocument(document);
  const digest = createHash('sha256').update(payload).digest('hex');
  return { document, digest, signed: { payload, signature: new Uint8Array([1]), keyId: 'ab' } };
}

export function createBench(): Bench {
  const clock = createFakeClock();
  const machine = createTestMachine();
  const { host } = machine;
  const bench: Bench = {
    machine,
    clock,
    isReachable: true,
    confirmed: [],
    async start() {
      const generations = createGenerations({
        host,
        store: createDocumentStore(host.files),
        ledger: createLedger({ files: host.files, log: silentLog }),
        settled: createSettled(host.files),
        kinds: machine.kinds,
        async confirm({ document: { generation } }) {
          if (!bench.isReachable) throw new VentError('UNAVAILABLE', 'cannot reach the coordinator: no route');
          bench.confirmed.push(generation);
        },
        emit: (event) => machine.events.push(event),
        clock,
        log: silentLog,
      });
      await generations.recover();
      return generations;
    },
    async pass(generations, document) {
      const running = generations.pass(acceptAs(document), new AbortController().signal);
      let hasEnded = false;
      const end = (): void => {
        hasEnded = true;
      };
      running.then(end, end);
      for (let second = 0; second < 3600 && !hasEnded; second += 1) await clock.advance(1000);
      return await running;
    },
    readJournal: () => new TextDecoder().decode(host.tree.nodes.get('/var/lib/vent/journal')?.content),
  };
  return bench;
}

/** What a plan says must be done, as `kind:name: change`, sorted. */
export function requiredIn(planned: readonly PlannedResource[]): readonly string[] {
  return planned
    .flatMap(({ id, changes }) => changes.flatMap(({ change, isRequired }) => (isRequired ? `${id}: ${change}` : [])))
    .toSorted();
}

/** What the generation that was committed last tells of itself. */
export function readDone({ machine }: Bench): Done | undefined {
  const last = machine.events.findLast((event) => event.type === 'generation-committed');
  return last?.type === 'generation-committed' ? last.done : undefined;
}

/** Everything was done that had to be, and nothing beside it but that units run anew. */
export function assertDone(bench: Bench, planned: readonly string[]): void {
  const done = (readDone(bench)?.changes ?? []).filter(({ change }) => !change.startsWith('run '));
  assert.deepEqual(done.map(({ id, change }) => `${id}: ${change}`).toSorted(), planned);
}

/** What lies on the machine and how it is connected, but for what an agent notes for itself and bytes that are new each time. */
export function stateOf(machine: TestMachine): ReadonlyMap<string, string> {
  const isOwn = (key: string): boolean =>
    key.endsWith('.pem') ||
    key.startsWith('/var/lib/vent') ||
    key === '/opt/vent' ||
    key === '/run/vent' ||
    key === '/run/vent/generation' ||
    key.startsWith('/opt/vent/rollback') ||
    key.includes('vent-rollback');
  const active = [...machine.host.tree.nodes.keys()].flatMap((path) => {
    const name = /^\/etc\/systemd\/system\/([^/]+\.service)$/.exec(path)?.[1];
    return name === undefined || isOwn(path)
      ? []
      : [[`active ${name}`, String(machine.host.systemd.isActive(name))] as const];
  });
  const sysctls = [...machine.host.sysctls].map(([key, value]) => [`sysctl ${key}`, value] as const);
  return new Map([...machine.host.snapshot(), ...active, ...sysctls].filter(([key]) => !isOwn(key)).toSorted());
}
