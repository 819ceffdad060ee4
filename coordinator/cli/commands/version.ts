import { GROUPS, type RegisterCommand } from '../command.ts';
import { currentContext } from '../config.ts';

/** `vent version`: of the program, and of the coordinator when one answers. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('version')
    .summary('Print versions')
    .description('Print the version of this program, and of the coordinator when a context names one.')
    .helpGroup(GROUPS.begin)
    .option('--client', 'only this program');
  command.action(async (options: { readonly client?: boolean }) => {
    const { shell } = context;
    shell.out(`vent ${context.version}\n`);
    const hasContext =
      options.client !== true &&
      (await currentContext(shell, command.optsWithGlobals().context).then(
        () => true,
        () => false,
      ));
    if (!hasContext) return;
    await context.withOperator(command, async (operator) => {
      const answer = await operator.call((methods) => methods.GetVersion, {}, { milliseconds: 5000 });
      shell.out(`coordinator ${answer.version}\n`);
    });
  });
};
