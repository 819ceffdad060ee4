/** A fake machine with everything an agent's engine needs, and documents to give it. */

import { createSettled } from '../../agent/drift/settled.ts';
import type { AgentEvent } from '../../agent/events.ts';
import { createFakeSupply, type FakeSupply } from '../../agent/fake/supply.ts';
import { createFakeHost, type FakeHost } from '../../agent/host/fake/host.ts';
import type { Kinds } from '../../agent/kind.ts';
import { createKinds } from '../../agent/kinds/index.ts';
import { createLedger } from '../../agent/ledger.ts';
import { type PlannedResource, planDocument } from '../../agent/reconcile/plan.ts';
import { type PassResult, reconcile } from '../../agent/reconcile/reconcile.ts';
import type { Clock } from '../../shared/clock.ts';
import type { NodeDocument, Resource, ResourceOf } from '../../shared/document.ts';
import { createEagerClock } from '../../shared/fake-clock.ts';
import { silentLog } from '../../shared/fake-log.ts';

export const NODE_ID = '6b0f6f0e-8d0f-4a53-9f0e-0d6f6f6f6f6f';

/** @param components resources by component name */
export function makeDocument(components: Readonly<Record<string, readonly Resource[]>>, generation = 1): NodeDocument {
  return {
    schema: 1,
    cluster: { id: '0b0f6f0e-8d0f-4a53-9f0e-0d6f6f6f6f6f', name: 'demo' },
    node: { id: NODE_ID, name: 'n1' },
    epoch: 1,
    generation,
    revision: generation,
    issuedAt: '2030-01-01T00:00:00.000Z',
    expiresAt: '2030-01-02T00:00:00.000Z',
    components: Object.entries(components).map(([name, resources]) => ({ name, resources: [...resources] })),
  };
}

export function makeFile(
  name: string,
  content: string,
  relations: Pick<Resource, 'after' | 'restarts'> = {},
): ResourceOf<'file'> {
  return { kind: 'file', name, content, mode: '0644', owner: 'root:root', ...relations };
}

export function makeUnit(name: string, relations: Pick<Resource, 'after'> = {}, content = ''): ResourceOf<'unit'> {
  const body = `[Service]\nExecStart=/bin/true\n${content}\n[Install]\nWantedBy=multi-user.target\n`;
  return { kind: 'unit', name, content: body, ...relations };
}

export interface TestMachine {
  readonly host: FakeHost;
  readonly clock: Clock;
  readonly supply: FakeSupply;
  readonly kinds: Kinds;
  /** Events of all passes so far. */
  readonly events: AgentEvent[];
  /** One pass of an agent that was just started. */
  pass(document: NodeDocument, signal?: AbortSignal): Promise<PassResult>;
  /** What a pass would do: `id: sentence` in the document's order. */
  plan(document: NodeDocument): Promise<readonly string[]>;
  /** The same, whole. */
  foresee(document: NodeDocument): Promise<readonly PlannedResource[]>;
  /** Makes the certificates of a document known to the coordinator. */
  announce(document: NodeDocument): void;
}

export function createTestMachine(): TestMachine {
  const host = createFakeHost();
  const clock = createEagerClock();
  const supply = createFakeSupply(clock);
  const kinds = createKinds({ supply, clock });
  const events: AgentEvent[] = [];
  const startLedger = () => createLedger({ files: host.files, log: silentLog });
  const foresee = (document: NodeDocument): Promise<readonly PlannedResource[]> =>
    planDocument({ document, ledger: startLedger(), settled: createSettled(host.files), kinds, host });
  return {
    host,
    clock,
    supply,
    kinds,
    events,
    foresee,
    pass: (document, signal = new AbortController().signal) =>
      reconcile({
        document,
        ledger: startLedger(),
        settled: createSettled(host.files),
        kinds,
        host,
        signal,
        emit: (event) => events.push(event),
      }),
    async plan(document) {
      return (await foresee(document)).flatMap(({ id, sentences, error }) =>
        [...sentences, ...(error === undefined ? [] : [error.message])].map((sentence) => `${id}: ${sentence}`),
      );
    },
    announce(document) {
      for (const resource of document.components.flatMap(({ resources }) => resources))
        if (resource.kind === 'certificate') supply.certificates.set(resource.name, resource);
    },
  };
}
