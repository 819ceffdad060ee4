import { VentError } from '../../../shared/errors.ts';
import { GROUPS, type RegisterCommand, withExamples } from '../command.ts';
import type { Operator } from '../operator.ts';
import { nameRevision, parseRevision, type Revision, readRevision } from '../revisions.ts';
import { EXIT, Exit } from '../shell.ts';
import { renderDiff } from '../spec-diff.ts';

/** None: the newest and the one before; one: that and the newest; two: these. */
async function readBoth(operator: Operator, numbers: readonly number[]): Promise<readonly [Revision, Revision]> {
  const [first, second] = numbers;
  const after = await readRevision(operator, second);
  const before = first ?? Number(after.view.number) - 1;
  if (before < 1)
    throw new VentError('NOT_FOUND', 'cannot compare revisions: there is only one', {
      hint: '`vent revisions 1` prints it.',
    });
  return [await readRevision(operator, before), after];
}

/** `vent diff [A] [B]`: exit code 0 without a difference, 1 with one, 6 for an error. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('diff')
    .argument('[revision]', 'number; the one before the newest without it')
    .argument('[other]', 'number; the newest without it')
    .summary('Compare two revisions')
    .description(
      'Compare two revisions of the cluster file: the last change, all that changed since one, or between two. Exit code 1 says that they differ, 6 that they could not be compared.',
    )
    .helpGroup(GROUPS.change);
  withExamples(
    command,
    `  # what was changed last
  vent diff

  # between two
  vent diff 3 5`,
  );
  command.action(async (...words: readonly unknown[]) => {
    const { shell } = context;
    const numbers = words.filter((word) => typeof word === 'string').map(parseRevision);
    const text = await context
      .withOperator(command, async (operator) => {
        const [before, after] = await readBoth(operator, numbers);
        return await renderDiff(nameRevision(before), nameRevision(after));
      })
      .catch((thrown: unknown) => {
        throw shell.signal.aborted ? thrown : new Exit(EXIT.incomparable, VentError.from(thrown));
      });
    shell.out(text);
    if (text !== '') throw new Exit(EXIT.differs);
  });
};
