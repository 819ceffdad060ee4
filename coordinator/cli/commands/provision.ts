import { VentError } from '../../../shared/errors.ts';
import { GROUPS, type RegisterCommand } from '../command.ts';

/** `vent provision`: creates the machines that pools lack, each with a token of its own. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('provision')
    .argument('[pool]', 'only this pool')
    .summary('Create the machines that pools lack')
    .description(
      'Create the machines that pools lack at the provider, each with a single-use token of its own in its userdata. Run again, it makes only what is still missing.',
    )
    .helpGroup(GROUPS.machines);
  command.action(async (pool: string | undefined) => {
    const { shell } = context;
    await context.withOperator(command, async (operator) => {
      let failures = 0;
      for await (const step of operator.stream((methods) => methods.Provision, { pool: pool ?? '' }, shell.signal)) {
        failures += step.failed ? 1 : 0;
        (step.failed ? shell.err : shell.out).call(
          shell,
          `${step.machine === '' ? '' : `node/${step.machine} `}${step.message}\n`,
        );
      }
      if (failures > 0)
        throw new VentError('PROVIDER_FAILED', `cannot provision ${failures} of the machines`, {
          hint: 'Run it again: what was made is found by its tag.',
        });
    });
  });
};
