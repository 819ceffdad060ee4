import { GROUPS, objectOutputOption, type RegisterCommand, withExamples } from '../command.ts';
import { currentContext } from '../config.ts';
import { renderObject } from '../output.ts';

/** `vent version`: of the program, and of the coordinator when one answers. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('version')
    .summary('Print versions')
    .description('Print the version of this program, and of the coordinator when a context names one.')
    .helpGroup(GROUPS.begin)
    .option('--client', 'only this program')
    .addOption(objectOutputOption());
  withExamples(
    command,
    `  # without asking a coordinator
  vent version --client`,
  );
  command.action(async (options: { readonly client?: boolean; readonly output?: string }) => {
    const { shell } = context;
    const hasContext =
      options.client !== true &&
      (await currentContext(shell, command.optsWithGlobals().context).then(
        () => true,
        () => false,
      ));
    const client = context.version;
    if (!hasContext) {
      shell.out(options.output === undefined ? `vent ${client}\n` : renderObject({ client }, options.output));
      return;
    }
    if (options.output === undefined) shell.out(`vent ${client}\n`);
    const answer = await context.withOperator(command, (operator) =>
      operator.call((methods) => methods.GetVersion, {}),
    );
    const coordinator = answer.version;
    shell.out(
      options.output === undefined
        ? `coordinator ${coordinator}\n`
        : renderObject({ client, coordinator }, options.output),
    );
  });
};
