import type { Command } from 'commander';
import { VentError } from '../../../shared/errors.ts';
import { addDryRun, type CommandContext, GROUPS, type RegisterCommand, withExamples } from '../command.ts';
import type { Operator } from '../operator.ts';
import { findPool, listPools } from '../pools.ts';
import { type ProgressForm, progressOption } from '../progress.ts';
import type { Shell } from '../shell.ts';

interface ProvisionOptions {
  readonly dryRun?: boolean;
  readonly progress: ProgressForm;
}

/** `vent provision`: creates the machines that pools lack, each with a token of its own. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('provision')
    .argument('[pool]', 'only this pool')
    .summary('Create the machines that pools lack')
    .description(
      'Create the machines that pools lack at the provider, each with a single-use token of its own in its userdata. Run again, it makes only what is still missing.',
    )
    .helpGroup(GROUPS.machines)
    .addOption(progressOption());
  addDryRun(command);
  withExamples(
    command,
    `  # create what is missing, then wait until it is part of the cluster
  vent provision
  vent wait --timeout 20m

  # how many would be created?
  vent provision workers --dry-run`,
  );
  addAction(command, context);
};

function addAction(command: Command, { shell, withOperator }: CommandContext): void {
  command.action(async (pool: string | undefined, options: ProvisionOptions) => {
    await withOperator(command, async (operator) => {
      if (options.dryRun === true) return sayMissing(operator, pool, shell);
      const failures = await provision(operator, pool, options.progress, shell);
      if (failures > 0)
        throw new VentError('PROVIDER_FAILED', 'cannot provision every machine: the reasons stand above', {
          hint: 'Run it again: what was made is found by its tag.',
        });
    });
  });
}

/** @returns how many machines could not be made */
async function provision(
  operator: Operator,
  pool: string | undefined,
  form: ProgressForm,
  shell: Shell,
): Promise<number> {
  const begin = shell.now();
  let failures = 0;
  for await (const step of operator.stream((methods) => methods.Provision, { pool: pool ?? '' }, shell.signal)) {
    failures += step.failed ? 1 : 0;
    const line = `${step.machine === '' ? '' : `node/${step.machine} `}${step.message}\n`;
    if (form === 'json') shell.err(`${JSON.stringify({ ...step, elapsedMilliseconds: shell.now() - begin })}\n`);
    else if (step.failed) shell.err(line);
    else if (form !== 'none') shell.out(line);
  }
  return failures;
}

async function sayMissing(operator: Operator, name: string | undefined, shell: Shell): Promise<void> {
  const pools = name === undefined ? await listPools(operator) : [await findPool(operator, name)];
  const { machines } = await operator.call((methods) => methods.ListMachines, {});
  for (const pool of pools) {
    // A member whose device is gone keeps its place until it is deprovisioned.
    const present = machines.filter(
      ({ pool: of, state, id }) => of === pool.name && (state !== 'gone' || id !== ''),
    ).length;
    const missing = Math.max(0, pool.count - present);
    shell.out(`pool/${pool.name} has ${present} of ${pool.count} machines, ${missing} would be created\n`);
  }
}
