import { VentError } from '../../../shared/errors.ts';
import {
  type AcceptOptions,
  acceptedRisks,
  acceptRiskOption,
  GROUPS,
  type RegisterCommand,
  withExamples,
} from '../command.ts';
import { describeApplied, type Revision, readRevision } from '../revisions.ts';
import type { Shell } from '../shell.ts';

interface EditOptions extends AcceptOptions {
  readonly message?: string;
}

/** Says why the file was opened again; taken out before anything is made of it. */
const COMMENT = '#! ';

function withReason(text: string, reason: string): string {
  return reason
    .split('\n')
    .map((line) => `${COMMENT}${line}\n`)
    .join('')
    .concat(text);
}

function withoutReason(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith(COMMENT.trimEnd()))
    .join('\n');
}

/** Opens the text until it is valid or left as it was. @returns undefined when nothing is to be applied */
async function editUntilValid(shell: Shell, { view, content }: Revision): Promise<string | undefined> {
  const { loadSpec } = await import('../../../shared/spec/load.ts');
  for (let shown = content; ; ) {
    const edited = await shell.edit(shown, `revision-${view.number}.yaml`);
    const text = withoutReason(edited);
    if (text === content || text.trim() === '') return undefined;
    try {
      loadSpec(text, view.file_name);
      return text;
    } catch (thrown) {
      if (edited === shown) throw thrown;
      shown = withReason(text, VentError.from(thrown).message);
    }
  }
}

/** `vent edit`: the newest cluster file in an editor, applied when it is saved. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('edit')
    .summary('Change the cluster file in an editor')
    .description(
      'Open the newest cluster file in $VISUAL or $EDITOR, and apply what is saved. A file that is not valid is opened again with the reasons at its top; left as it is, nothing is applied.',
    )
    .helpGroup(GROUPS.change)
    .option('-m, --message <text>', 'why, kept with the revision')
    .addOption(acceptRiskOption());
  withExamples(
    command,
    `  # change it with the editor you like
  VISUAL=nano vent edit -m "two more workers"`,
  );
  command.action(async (options: EditOptions) => {
    const { shell } = context;
    if (!shell.canAsk)
      throw new VentError('USAGE', 'cannot edit: there is no terminal', { hint: 'Use vent apply -f FILE.' });
    const newest = await context.withOperator(command, (operator) => readRevision(operator));
    const text = await editUntilValid(shell, newest);
    if (text === undefined) {
      shell.err('nothing was changed\n');
      return;
    }
    // A connection does not outlive the time that a person thinks.
    await context.withOperator(command, async (operator) => {
      const request = {
        content: text,
        file_name: newest.view.file_name,
        message: options.message ?? '',
        dry_run: false,
        expected_revision: newest.view.number,
        accept_risks: acceptedRisks(options),
      };
      shell.out(describeApplied(await operator.call((methods) => methods.Apply, request), false));
    });
  });
};
