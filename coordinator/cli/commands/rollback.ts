import {
  type AcceptOptions,
  acceptedRisks,
  acceptRiskOption,
  addDryRun,
  GROUPS,
  type RegisterCommand,
  withExamples,
} from '../command.ts';
import { describeApplied, nameRevision, parseRevision, readRevision } from '../revisions.ts';
import { renderDiff } from '../spec-diff.ts';

interface RollbackOptions extends AcceptOptions {
  readonly message?: string;
  readonly dryRun?: boolean;
}

/** `vent rollback N`: an older text as a new revision, through the same checks. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('rollback')
    .argument('<revision>', 'number of the revision to go back to')
    .summary('Apply an older revision again')
    .description(
      'Apply the text of an older revision as a new one, through the same checks and in the same order as every change. What cannot be taken back, such as a minor version of Kubernetes, is refused with its rule.',
    )
    .helpGroup(GROUPS.change)
    .option('-m, --message <text>', 'why, kept with the revision (default: "rollback to N")')
    .addOption(acceptRiskOption());
  addDryRun(command);
  withExamples(
    command,
    `  # what would change
  vent rollback 3 --dry-run

  # go back
  vent rollback 3 -m "the new flags made pods slow"`,
  );
  command.action(async (word: string, options: RollbackOptions) => {
    const number = parseRevision(word);
    const isDryRun = options.dryRun === true;
    await context.withOperator(command, async (operator) => {
      const present = await readRevision(operator);
      const request = {
        number: String(number),
        message: options.message ?? '',
        dry_run: isDryRun,
        accept_risks: acceptedRisks(options),
      };
      const answer = await operator.call((methods) => methods.Rollback, request);
      if (isDryRun)
        context.shell.out(await renderDiff(nameRevision(present), nameRevision(await readRevision(operator, number))));
      context.shell.out(describeApplied(answer, isDryRun));
    });
  });
};
