import {
  type AcceptOptions,
  acceptedRisks,
  acceptRiskOption,
  addDryRun,
  GROUPS,
  type RegisterCommand,
  withExamples,
} from '../command.ts';
import { followRollout } from '../follow-rollout.ts';
import { type ProgressForm, progressOption } from '../progress.ts';
import { describeApplied, nameRevision, readRevision } from '../revisions.ts';
import { EXIT, Exit } from '../shell.ts';
import { renderDiff } from '../spec-diff.ts';
import { FILENAME_HELP, readSpecFile } from '../spec-file.ts';

interface ApplyOptions extends AcceptOptions {
  readonly filename: string;
  readonly message?: string;
  readonly dryRun?: boolean;
  readonly errorUnchanged?: boolean;
  readonly plan?: string;
  readonly wait?: boolean;
  readonly timeout: string;
  readonly progress: ProgressForm;
}

/** `vent apply -f`: validates, stores a numbered revision, rolls it out in role order. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('apply')
    .requiredOption('-f, --filename <file>', FILENAME_HELP)
    .summary('Store a cluster file as a revision and roll it out')
    .description(
      'Store a cluster file as an immutable numbered revision and roll it out: etcd first, then control planes, then workers.',
    )
    .helpGroup(GROUPS.change)
    .option('-m, --message <text>', 'why, kept with the revision')
    .option('--plan <hash>', 'refuse unless the plan is still the one that vent plan showed')
    .addOption(acceptRiskOption())
    .option(
      '--wait',
      'until every machine has it, saying on stderr what happens and running the commands of gates; an error when it fails',
    )
    .option('--timeout <duration>', 'of --wait', '30m')
    .addOption(progressOption())
    .option('--error-unchanged', 'exit code 3 when there is nothing to change');
  addDryRun(command);
  withExamples(
    command,
    `  # store the file and roll it out
  vent apply -f cluster.yaml -m "two more workers"

  # and wait until every machine has it
  vent apply -f cluster.yaml --wait

  # what would happen
  vent apply -f cluster.yaml --dry-run`,
  );
  command.action(async (options: ApplyOptions) => {
    const { shell } = context;
    const { loadSpec } = await import('../../../shared/spec/load.ts');
    const { text, name } = await readSpecFile(shell, options.filename);
    const { gates } = loadSpec(text, name).spec.rollout;
    await context.withOperator(command, async (operator) => {
      const request = {
        content: text,
        file_name: name,
        message: options.message ?? '',
        dry_run: options.dryRun === true,
        plan_hash: options.plan ?? '',
        accept_risks: acceptedRisks(options),
      };
      const answer = await operator.call((methods) => methods.Apply, request);
      const isDryRun = options.dryRun === true;
      if (isDryRun && answer.changed && answer.revision !== '1')
        shell.out(await renderDiff(nameRevision(await readRevision(operator)), { name, text }));
      shell.out(describeApplied(answer, isDryRun));
      if (options.wait === true && !isDryRun)
        await followRollout(operator, shell, { ...options, revision: answer.revision, gates });
      if (!answer.changed && options.errorUnchanged === true) throw new Exit(EXIT.unchanged);
    });
  });
};
