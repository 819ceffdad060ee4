/** What several commands ask of revisions. */
import { VentError } from '../../shared/errors.ts';
import type { RevisionView } from '../../shared/wire.ts';
import type { Operator } from './operator.ts';
import type { NamedText } from './spec-diff.ts';

export interface Revision {
  readonly view: RevisionView;
  readonly content: string;
}

/** @throws VentError USAGE */
export function parseRevision(text: string): number {
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number > 0) return number;
  throw new VentError('USAGE', `cannot read the revision ${JSON.stringify(text)}: it is a number from 1 on`, {
    hint: '`vent revisions` lists them.',
  });
}

/** @param number the newest without it @throws VentError NOT_FOUND */
export async function readRevision(operator: Operator, number = 0): Promise<Revision> {
  const { revision, content } = await operator.call((methods) => methods.GetRevision, { number: String(number) });
  if (revision === undefined) throw new VentError('BUG', 'cannot read the revision: the answer holds none');
  return { view: revision, content };
}

export function nameRevision({ view, content }: Revision): NamedText {
  return { name: `revision ${view.number}`, text: content };
}

/** What became of an apply: the line that is printed. */
export function describeApplied(
  answer: { readonly revision: string; readonly changed: boolean; readonly cluster_name: string },
  isDryRun: boolean,
): string {
  const verb = !answer.changed ? 'unchanged' : isDryRun ? 'would be stored' : 'stored';
  return `cluster/${answer.cluster_name} ${verb} (revision ${answer.revision})\n`;
}
