/** The operator port's part that changes and tells what the cluster should be. */
import { VentError } from '../../shared/errors.ts';
import { parseRisks, RISK_MEANINGS, type Risk } from '../../shared/risk.ts';
import { answer } from '../../shared/rpc.ts';
import { loadSpec } from '../../shared/spec/load.ts';
import type { ClusterFile } from '../../shared/spec/schema.ts';
import type { Handlers, RevisionView } from '../../shared/wire.ts';
import type { Planner } from '../plan/planner.ts';
import type { ApplyRequest, Revisions } from '../revisions.ts';
import type { Promises } from '../rollout/promises.ts';
import type { AgentRow, RevisionRow } from '../rows.ts';
import { type CallersOptions, changer, reader } from './callers.ts';

export interface RevisionMethodsOptions extends CallersOptions {
  readonly revisions: Revisions;
  /** Renders the file for every machine there is. @throws VentError of the first machine that it cannot be rendered for */
  preview(file: ClusterFile): Promise<void>;
  readonly planner: Planner;
  readonly promises: Pick<Promises, 'keep'>;
  /** What machines get as their agent with a revision that is applied now. */
  readonly agents: readonly AgentRow[];
  /** True when the newest revision's roll-out ended without reaching every machine. */
  hasFailed(): boolean;
  /** What follows from a new revision. */
  onApplied(): void;
  /** Appends to the audit trail. */
  audit(actor: string, action: string, subject: string): Promise<void>;
}

export type OnBug = (error: VentError) => void;
type RevisionMethods = Pick<Handlers['operator'], 'Plan' | 'Apply' | 'Rollback' | 'ListRevisions' | 'GetRevision'>;

export function revisionMethods(options: RevisionMethodsOptions, onBug: OnBug): RevisionMethods {
  const { revisions, agents } = options;

  /** @throws VentError RISK_REFUSED, and as `revisions.apply` */
  async function applyKnowingly(wish: ApplyRequest, file: ClusterFile) {
    const { changed } = await revisions.apply({ ...wish, isDryRun: true });
    if (changed) refuseRisks(await options.planner.risks(file), wish);
    const applied = await revisions.apply(wish);
    if (applied.changed && !wish.isDryRun) {
      await options.audit(wish.author, 'apply', `revision ${applied.revision}`);
      options.onApplied();
    }
    return { revision: String(applied.revision), changed: applied.changed, cluster_name: applied.name };
  }

  return {
    Plan: answer(async (request, caller) => {
      const author = await reader(options, caller);
      const { content, file_name: fileName } = request;
      const file = loadSpec(content, fileName);
      await options.preview(file);
      // The same refusals as an apply, which stores nothing here.
      await revisions.apply({ content, fileName, author, message: '', isDryRun: true, agents });
      return await options.planner.plan(file, content);
    }, onBug),
    Apply: answer(async (request, caller) => {
      const author = await changer(options, caller);
      const { content, file_name: fileName, message, dry_run: isDryRun } = request;
      const expected = Number(request.expected_revision);
      const accepts = parseRisks(request.accept_risks);
      const file = loadSpec(content, fileName);
      await options.preview(file);
      const isPlanned = request.plan_hash !== '';
      if (isPlanned) await checkPlan(options, file, content, request.plan_hash, isDryRun);
      const wish = {
        ...{ content, fileName, author, message, isDryRun, agents, accepts, isAgain: options.hasFailed() },
        ...(isPlanned ? { plan: request.plan_hash } : {}),
      };
      return await applyKnowingly(expected === 0 ? wish : { ...wish, expectedRevision: expected }, file);
    }, onBug),
    Rollback: answer(async (request, caller) => {
      const author = await changer(options, caller);
      const accepts = parseRisks(request.accept_risks);
      const { number, content, fileName } = await revisions.get(Number(request.number));
      const message = request.message === '' ? `rollback to ${number}` : request.message;
      const file = loadSpec(content, fileName);
      await options.preview(file);
      const wish = { content, fileName, author, message, isDryRun: request.dry_run, agents, accepts };
      return await applyKnowingly(wish, file);
    }, onBug),
    ListRevisions: answer(async (_, caller) => {
      await reader(options, caller);
      return { revisions: (await revisions.list()).map(viewRevision) };
    }, onBug),
    GetRevision: answer(async (request, caller) => {
      await reader(options, caller);
      const number = Number(request.number);
      const row = await revisions.get(number === 0 ? ((await revisions.newest())?.row.number ?? 0) : number);
      return { revision: viewRevision(row), content: row.content };
    }, onBug),
  };
}

/** @throws VentError RISK_REFUSED naming the first that was not accepted */
function refuseRisks(risks: readonly Risk[], { fileName, accepts = [] }: ApplyRequest): void {
  const missing = risks.find((risk) => !accepts.includes(risk));
  if (missing === undefined) return;
  throw new VentError('RISK_REFUSED', `cannot apply ${fileName}: ${RISK_MEANINGS[missing]}`, {
    hint: `Say --accept-risk=${missing} if that may be; vent plan shows what restarts and why.`,
  });
}

function viewRevision({ number, author, message, fileName, createdAt }: RevisionRow): RevisionView {
  return { number: String(number), author, message, file_name: fileName, created_at: createdAt };
}

/** Machines are held to it from now on. @throws VentError CONFLICT when a plan made now is another one */
async function checkPlan(
  { planner, promises, revisions }: RevisionMethodsOptions,
  file: ClusterFile,
  content: string,
  hash: string,
  isDryRun: boolean,
): Promise<void> {
  const present = await planner.plan(file, content);
  if (present.hash === hash) {
    if (!isDryRun) await promises.keep(present, (await revisions.newest())?.row.plan);
    return;
  }
  throw new VentError(
    'CONFLICT',
    `cannot apply plan ${hash}: the plan is ${present.hash} by now, because the file, the newest revision or a machine has changed`,
    { hint: 'Read it again with vent plan -f.' },
  );
}
