/**
 * Leaving: everything Vent made on this machine is undone, and then Vent itself goes.
 *
 * INVARIANTS
 * - It begins with a mark on the disk and ends with the mark's removal, so a kill or a reboot at any point only delays it:
 *   an agent that starts and finds the mark goes on with it, and so does whoever runs it again.
 * - The identity is given up only when nothing of the document is left, the agent's own files only after that.
 * - It needs no coordinator; one that can be reached is told.
 */
import type { Clock } from '../shared/clock.ts';
import { DOCUMENT_SCHEMA, type NodeDocument } from '../shared/document.ts';
import { VentError } from '../shared/errors.ts';
import type { Logger } from '../shared/log.ts';
import { createSettled } from './drift/settled.ts';
import type { AgentEvent } from './events.ts';
import { ROLLBACK_PLACES, removeRollback } from './generation/rollback-units.ts';
import type { Files, Host } from './host/host.ts';
import type { Kinds } from './kind.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { planDocument } from './reconcile/plan.ts';
import { reconcile } from './reconcile/reconcile.ts';
import { markReset } from './reset-mark.ts';
import { createTrace } from './trace.ts';

export interface ResetParts {
  readonly host: Host;
  readonly kinds: Kinds;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

const AGENT_UNIT = 'vent-agent.service';
const UNIT_FILE = `/etc/systemd/system/${AGENT_UNIT}`;
const COMMAND = '/usr/local/bin/vent-agent';
/** The identity, what was downloaded and remembered; the mark's tree is not among them, it goes last. */
const OWN_TREES = ['/etc/vent', '/run/vent', '/var/lib/vent'];
const LAST_TREE = '/opt/vent';
/** Folders that files of documents and residue lay in; what others put there stays. */
const FOLDERS = [
  '/etc/kubernetes',
  '/etc/etcd',
  '/etc/containerd',
  '/etc/cni',
  '/etc/flannel',
  '/etc/nftables.d',
  '/etc/systemd/logind.conf.d',
  '/run/netns',
];
const PASSES = 5;
const PAUSE_MILLISECONDS = 2000;

/** A machine that is to be nothing. Its ids are nobody's: it is never signed, sent or kept. */
const NOTHING: NodeDocument = {
  schema: DOCUMENT_SCHEMA,
  cluster: { id: '00000000-0000-4000-8000-000000000000', name: '' },
  node: { id: '00000000-0000-4000-8000-000000000000', name: '' },
  epoch: 1,
  generation: 1,
  revision: 0,
  issuedAt: '1970-01-01T00:00:00.000Z',
  expiresAt: '1970-01-01T00:00:00.000Z',
  components: [],
};

/** @throws VentError RESET_REFUSED when the machine holds a member of etcd, whose leaving comes first */
export async function refuseMember(host: Host, log: Logger): Promise<void> {
  const claims = await createLedger({ files: host.files, log }).claims();
  if (!claims.some(({ resource }) => resource.kind === 'unit' && resource.name === 'etcd.service')) return;
  throw new VentError(
    'RESET_REFUSED',
    'cannot reset this machine: it holds a member of etcd (rule: a member leaves etcd before its machine is reset)',
    {
      hint: 'Run "vent node reset NAME" where the coordinator is reached, or say --force: the other members then miss this one, and without others the data of the cluster is lost.',
    },
  );
}

/** What a reset would do now, one sentence a line; only looks. */
export async function describeReset({ host, kinds, log }: Pick<ResetParts, 'host' | 'kinds' | 'log'>): Promise<string> {
  const ledger = createLedger({ files: host.files, log });
  const planned = await planDocument({
    document: NOTHING,
    ledger,
    settled: createSettled(host.files),
    kinds,
    host,
  });
  const lines = planned.flatMap(({ id, sentences, error }) => [
    ...sentences.map((sentence) => `${id}: ${sentence}`),
    ...(error === undefined ? [] : [`${id}: cannot be planned now: ${error.message}`]),
  ]);
  const own = await Promise.all(
    [UNIT_FILE, ...ROLLBACK_PLACES, COMMAND, ...OWN_TREES, LAST_TREE].map(async (path) =>
      (await host.files.stat(path)) === undefined ? [] : [`agent: remove ${path}`],
    ),
  );
  const all = [...lines, ...own.flat()];
  return all.length === 0 ? 'nothing to do\n' : `${all.join('\n')}\n`;
}

/**
 * Undoes everything; from where an earlier run was cut off, if one was.
 * @param leave tells the coordinator, when everything but the identity is gone
 * @throws VentError of what could not be undone; the machine stays marked and keeps its identity
 */
export async function resetMachine(parts: ResetParts, leave: () => Promise<void>): Promise<void> {
  const { host, log } = parts;
  await markReset(host.files);
  await host.units.stop(AGENT_UNIT);
  await removeRollback(host);
  await undoDocument(parts, createLedger({ files: host.files, log }));
  await leave().catch((thrown: unknown) =>
    log.warn('the coordinator was not told that this machine has left', { cause: VentError.from(thrown).message }),
  );
  await removeOwn(host);
}

/** Something may be in use for a moment longer than it is looked at, so it is tried a few times. */
async function undoDocument(parts: ResetParts, ledger: Ledger): Promise<void> {
  const { host, kinds, clock, log, signal } = parts;
  const trace = createTrace(log);
  for (let pass = 1; ; pass += 1) {
    const failures: VentError[] = [];
    const emit = (event: AgentEvent): void => {
      trace(event);
      if (event.type === 'removal-failed') failures.push(event.error);
    };
    const settled = createSettled(host.files);
    const result = await reconcile({ document: NOTHING, ledger, settled, kinds, host, signal, emit });
    if (result === 'converged') return;
    signal.throwIfAborted();
    if (pass === PASSES) throw failures[0] ?? new VentError('NOT_CONVERGED', 'cannot reset this machine: see its log');
    await clock.wait(PAUSE_MILLISECONDS, signal);
  }
}

async function removeOwn(host: Host): Promise<void> {
  const { files, units } = host;
  for (const folder of FOLDERS) await removeEmpty(files, folder);
  for (const tree of OWN_TREES) await files.removeTree(tree);
  if ((await files.stat(COMMAND))?.target?.startsWith(`${LAST_TREE}/`) === true) await files.remove(COMMAND);
  if ((await units.state(AGENT_UNIT)).enabled) await units.disable(AGENT_UNIT);
  await files.remove(UNIT_FILE);
  await units.reload();
  await files.removeTree(LAST_TREE);
}

/** Removes a folder whose folders, however deep, hold nothing. @returns whether it is gone */
async function removeEmpty(files: Files, path: string): Promise<boolean> {
  if ((await files.stat(path))?.type !== 'directory') return false;
  let isEmpty = true;
  for (const name of await files.list(path)) isEmpty = (await removeEmpty(files, `${path}/${name}`)) && isEmpty;
  if (isEmpty) await files.remove(path);
  return isEmpty;
}
