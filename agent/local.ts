/** What `vent-agent` says on the machine itself, without a coordinator. */
import * as z from 'zod';
import type { NodeDocument } from '../shared/document.ts';
import { VentError } from '../shared/errors.ts';
import type { Logger } from '../shared/log.ts';
import type { DriftEntry, NodeReport } from '../shared/report.ts';
import { createSettled } from './drift/settled.ts';
import { loadReached } from './endpoints.ts';
import { isHeldBack, loadQuarantine, type Quarantine } from './generation/quarantine.ts';
import type { Files, Host } from './host/host.ts';
import type { IdentityStore } from './identity.ts';
import type { Kinds } from './kind.ts';
import { createLedger } from './ledger.ts';
import { planDocument } from './reconcile/plan.ts';
import { createDocumentStore } from './store.ts';
import { acceptDocument } from './verify.ts';

const REPORT = '/run/vent/report.json';

/** Keeps the newest report where `vent-agent status` finds it; gone after a reboot, like what it says. */
export async function keepReport(files: Files, report: NodeReport): Promise<void> {
  await files.makeDirectory('/run/vent', { mode: '0700', owner: 'root:root' });
  await files.write(REPORT, new TextEncoder().encode(`${JSON.stringify(report, null, 2)}\n`), {
    mode: '0600',
    owner: 'root:root',
  });
}

const keptDrift = z.object({
  drift: z.array(
    z.object({
      at: z.iso.datetime(),
      id: z.string(),
      component: z.string(),
      policy: z.enum(['repair', 'report', 'adopt']),
      what: z.string(),
    }),
  ),
});

/** The foreign changes of the report kept last, so that a restarted agent goes on telling of them; none since a boot, or when they cannot be read. */
export async function loadDrift(files: Pick<Files, 'read'>): Promise<readonly DriftEntry[]> {
  const bytes = await files.read(REPORT);
  if (bytes === undefined) return [];
  try {
    return keptDrift.parse(JSON.parse(new TextDecoder().decode(bytes))).drift;
  } catch {
    return [];
  }
}

/** @returns text for a person */
export async function describeStatus(files: Pick<Files, 'read'>, identities: IdentityStore): Promise<string> {
  const identity = await identities.load();
  if (identity === undefined) return 'not enrolled yet\n';
  const { node } = await loadReached(files, identity);
  const head = `node ${identity.nodeName} of cluster ${identity.clusterName} (${identity.nodeId})\ncoordinator ${node}\n`;
  const bytes = await files.read(REPORT);
  if (bytes === undefined) return `${head}no report since the machine started\n`;
  const report: NodeReport = JSON.parse(new TextDecoder().decode(bytes));
  const resources = report.resources.map(
    (resource) =>
      `  ${resource.state.padEnd(9)} ${resource.id}${resource.message === '' ? '' : `: ${resource.message}`}\n`,
  );
  const conditions = report.conditions.map(
    (condition) =>
      `  ${condition.type.padEnd(18)} ${condition.status.padEnd(8)} ${condition.reason}${condition.message === '' ? '' : `: ${condition.message}`}\n`,
  );
  const count = `generation ${report.generation}: ${report.convergedCount} resources converged, ${report.resources.length} not\n`;
  return `${head}${count}${resources.join('')}${conditions.join('')}`;
}

interface PlanParts {
  readonly host: Host;
  readonly identities: IdentityStore;
  readonly kinds: Kinds;
  readonly log: Logger;
  readonly now: number;
}

/** What a pass would do now, for the document that the machine keeps to. @throws VentError NOT_FOUND before the first */
export async function describePlan(parts: PlanParts): Promise<string> {
  const { host, kinds, log } = parts;
  const { document, heldBack } = await readDocument(parts);
  const planned = await planDocument({
    document,
    ledger: createLedger({ files: host.files, log }),
    settled: createSettled(host.files),
    kinds,
    host,
  });
  const lines = planned.flatMap(({ id, sentences, left, error }) => [
    ...sentences.map((sentence) => `${id}: ${sentence}\n`),
    ...left.map((sentence) => `${id}: left by its drift policy: ${sentence}\n`),
    ...(error === undefined ? [] : [`${id}: cannot be planned now: ${error.message}\n`]),
  ]);
  const head =
    heldBack === undefined
      ? ''
      : `generation ${heldBack.generation} was taken back and is not tried again: ${heldBack.reason}\nthe machine keeps to generation ${document.generation}\n`;
  return `${head}${lines.length === 0 ? 'nothing to do\n' : lines.join('')}`;
}

/** The newest document, unless the machine took it back: then the one that it committed last. */
async function readDocument({ host, identities, now }: PlanParts): Promise<{
  readonly document: NodeDocument;
  readonly heldBack: Quarantine | undefined;
}> {
  const store = createDocumentStore(host.files);
  const [identity, trust, signed] = [await identities.load(), await identities.trust(), await store.load()];
  if (identity === undefined || trust === undefined || signed === undefined) {
    throw new VentError('NOT_FOUND', 'cannot plan: there is no document on this machine yet', {
      hint: 'vent-agent status says how far it is.',
    });
  }
  const acceptance = {
    roots: trust.vent,
    signers: trust.document_signing,
    nodeId: identity.nodeId,
    floor: undefined,
    now,
    isFromWire: false,
  };
  const { document } = acceptDocument(signed, acceptance);
  const quarantine = await loadQuarantine(host.files);
  const committed = isHeldBack(document, quarantine) ? await store.load('committed') : undefined;
  if (committed === undefined) return { document, heldBack: undefined };
  return { document: acceptDocument(committed, acceptance).document, heldBack: quarantine };
}
