import { VentError } from '../../../shared/errors.ts';
import { GROUPS, objectOutputOption, type RegisterCommand, withExamples } from '../command.ts';
import { renderObject } from '../output.ts';
import { renderPlan } from '../plan-screen.ts';
import { EXIT, Exit } from '../shell.ts';
import { FILENAME_HELP, readSpecFile } from '../spec-file.ts';

interface PlanOptions {
  readonly filename: string;
  readonly files: boolean;
  readonly output?: string;
}

/** `vent plan -f`: exit code 0 when no machine changes, 1 when some do, 6 for an error. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('plan')
    .requiredOption('-f, --filename <file>', FILENAME_HELP)
    .summary('Show what a cluster file would change on each machine')
    .description(
      'Ask every machine what it would do for a cluster file: which files change and how, which units restart and which input makes them, what is removed, what etcd has left meanwhile, and in which waves. Machines only look. Exit code 1 says that some change, 6 that it cannot be known.',
    )
    .helpGroup(GROUPS.change)
    .option('--no-files', 'leave out what changes in each file')
    .addOption(objectOutputOption());
  withExamples(
    command,
    `  # read a change, then make that change and no other
  vent plan -f cluster.yaml
  vent apply -f cluster.yaml --plan 1f6c3a9be0d24785`,
  );
  command.action(async (options: PlanOptions) => {
    const { shell } = context;
    const { text, name } = await readSpecFile(shell, options.filename);
    const plan = await context
      .withOperator(command, (operator) => operator.call((methods) => methods.Plan, { content: text, file_name: name }))
      .catch((thrown: unknown) => {
        throw shell.signal.aborted ? thrown : new Exit(EXIT.incomparable, VentError.from(thrown));
      });
    shell.out(
      options.output === undefined ? await renderPlan(plan, options.files) : renderObject(plan, options.output),
    );
    if (plan.machines.length > 0) throw new Exit(EXIT.differs);
  });
};
