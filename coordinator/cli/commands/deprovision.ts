import { VentError } from '../../../shared/errors.ts';
import { addDryRun, GROUPS, type RegisterCommand, withExamples } from '../command.ts';
import { findMachine } from '../find-machine.ts';
import { EXIT, Exit, type Shell } from '../shell.ts';

interface DeprovisionOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** Longer than the coordinator waits for a machine to leave etcd. */
const LEAVE_MILLISECONDS = 120_000;

/** `vent deprovision`: gives a machine back to the provider. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('deprovision')
    .argument('<machine>', 'name, id or device id')
    .summary('Give a machine back to the provider')
    .description(
      'Give a machine back to the provider. Everything on it is lost; its Node object and identity go with it. A member of etcd leaves it first, which is refused while that would endanger it.',
    )
    .helpGroup(GROUPS.machines)
    .option('--yes', 'do not ask; needed without a terminal');
  addDryRun(command);
  withExamples(
    command,
    `  # asks before it does
  vent deprovision workers-3

  # in a script
  vent deprovision workers-3 --yes`,
  );
  command.action(async (name: string, options: DeprovisionOptions) => {
    const { shell } = context;
    if (options.yes !== true && options.dryRun !== true && !shell.canAsk) throw unasked(name);
    await context.withOperator(command, async (operator) => {
      const found = await findMachine(operator, name);
      if (options.dryRun === true) {
        shell.out(`node/${found.name} would be deprovisioned\n`);
        return;
      }
      if (options.yes !== true) await askFor(found.name, shell);
      const request = { machine: name.replace(/^nodes?\//, '') };
      const answer = await operator.call((methods) => methods.Deprovision, request, {
        milliseconds: LEAVE_MILLISECONDS,
      });
      shell.out(`node/${answer.machine} deprovisioned\n`);
    });
  });
};

function unasked(name: string): VentError {
  return new VentError('USAGE', `cannot deprovision ${name}: everything on it would be lost`, {
    hint: 'Say --yes if that is meant.',
  });
}

/** @throws Exit unless the answer is yes */
async function askFor(name: string, shell: Shell): Promise<void> {
  const answer = await shell.ask(`Everything on ${name} will be lost. Deprovision it? [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return;
  shell.err('nothing was done\n');
  throw new Exit(EXIT.error);
}
