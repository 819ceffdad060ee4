/** The operator port's part that changes and tells what the cluster should be. */
import type { VentError } from '../../shared/errors.ts';
import { answer } from '../../shared/rpc.ts';
import { loadSpec } from '../../shared/spec/load.ts';
import type { ClusterFile } from '../../shared/spec/schema.ts';
import type { Handlers, RevisionView } from '../../shared/wire.ts';
import type { Applied, Revisions } from '../revisions.ts';
import type { RevisionRow } from '../rows.ts';
import { type CallersOptions, changer, reader } from './callers.ts';

export interface RevisionMethodsOptions extends CallersOptions {
  readonly revisions: Revisions;
  /** Renders the file for every machine there is. @throws VentError of the first machine that it cannot be rendered for */
  preview(file: ClusterFile): Promise<void>;
  /** What follows from a new revision. */
  onApplied(): void;
  /** Appends to the audit trail. */
  audit(actor: string, action: string, subject: string): Promise<void>;
}

export type OnBug = (error: VentError) => void;
type RevisionMethods = Pick<Handlers['operator'], 'Apply' | 'Rollback' | 'ListRevisions' | 'GetRevision'>;

export function revisionMethods(options: RevisionMethodsOptions, onBug: OnBug): RevisionMethods {
  const { revisions } = options;

  async function finish(author: string, applied: Applied, isDryRun: boolean) {
    if (applied.changed && !isDryRun) {
      await options.audit(author, 'apply', `revision ${applied.revision}`);
      options.onApplied();
    }
    return { revision: String(applied.revision), changed: applied.changed, cluster_name: applied.name };
  }

  return {
    Apply: answer(async (request, caller) => {
      const author = await changer(options, caller);
      const { content, file_name: fileName, message, dry_run: isDryRun } = request;
      const expected = Number(request.expected_revision);
      await options.preview(loadSpec(content, fileName));
      const wish = { content, fileName, author, message, isDryRun };
      const applied = await revisions.apply(expected === 0 ? wish : { ...wish, expectedRevision: expected });
      return await finish(author, applied, isDryRun);
    }, onBug),
    Rollback: answer(async (request, caller) => {
      const author = await changer(options, caller);
      const isDryRun = request.dry_run;
      const { number, content, fileName } = await revisions.get(Number(request.number));
      const message = request.message === '' ? `rollback to ${number}` : request.message;
      await options.preview(loadSpec(content, fileName));
      return await finish(author, await revisions.apply({ content, fileName, author, message, isDryRun }), isDryRun);
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

function viewRevision({ number, author, message, fileName, createdAt }: RevisionRow): RevisionView {
  return { number: String(number), author, message, file_name: fileName, created_at: createdAt };
}
