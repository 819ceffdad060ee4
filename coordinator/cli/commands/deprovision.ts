import { VentError } from '../../../shared/errors.ts';
import { GROUPS, type RegisterCommand } from '../command.ts';

/** `vent deprovision`: gives a machine back to the provider. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('deprovision')
    .argument('<machine>', 'name, id or device id')
    .summary('Give a machine back to the provider')
    .description(
      'Give a machine back to the provider. Everything on it is lost; its Node object and identity go with it. An etcd member is refused.',
    )
    .helpGroup(GROUPS.machines)
    .option('--yes', 'do not ask; needed without a terminal');
  command.action(async (machine: string, options: { readonly yes?: boolean }) => {
    if (options.yes !== true) {
      throw new VentError('USAGE', `cannot deprovision ${machine}: everything on it would be lost`, {
        hint: 'Say --yes if that is meant.',
      });
    }
    await context.withOperator(command, async (operator) => {
      const answer = await operator.call((methods) => methods.Deprovision, { machine });
      context.shell.out(`node/${answer.machine} deprovisioned\n`);
    });
  });
};
