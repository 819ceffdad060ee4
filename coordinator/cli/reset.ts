/** `vent node reset`: checks, drains, resets. */
import type { Command } from 'commander';
import { VentError } from '../../shared/errors.ts';
import { addDryRun, type CommandContext, withExamples } from './command.ts';
import { drain } from './drain.ts';
import { findMachine } from './find-machine.ts';
import type { Operator } from './operator.ts';
import { EXIT, Exit, type Shell } from './shell.ts';

const RISKS =
  'pods that have not left it end at once, and what they keep on its disks is lost; its identity and certificates are forgotten';
/** Longer than the coordinator waits for a machine to leave etcd. */
const LEAVE_MILLISECONDS = 120_000;

interface ResetOptions {
  readonly yes?: boolean;
  readonly deadline: string;
  readonly force?: boolean;
  readonly loseMember?: boolean;
  readonly dryRun?: boolean;
}

export function addReset(node: Command, context: CommandContext): void {
  const command = node
    .command('reset')
    .argument('<machine>', 'name, id or device id')
    .description(
      `Undo everything Vent made on a machine, which then leaves the cluster and stays as it was before Vent: ${RISKS}. Its pods are moved away first, as by "vent node drain", where the machine and the Kubernetes API can be reached. A member of etcd leaves it first, which is refused while that would endanger it; the last machine of a cluster takes etcd with it.`,
    )
    .option('--yes', 'do not ask; needed without a terminal')
    .option('--deadline <duration>', 'how long pods may take to leave', '5m')
    .option(
      '--force',
      'evict also pods that nobody makes again, lose their emptyDir volumes, and delete at the deadline those that a disruption budget keeps',
    )
    .option(
      '--lose-member',
      'also where a rule of etcd refuses it: the members that stay count this one as lost, and may lose their quorum with it',
    );
  addDryRun(command);
  withExamples(
    command,
    `  # what would be undone?
  vent node reset workers-1 --dry-run

  # asks before it does
  vent node reset workers-1

  # in a script; pods that nobody makes again may end
  vent node reset workers-1 --yes --deadline 1m --force`,
  );
  command.action((name: string, options: ResetOptions) => reset(command, context, name, options));
}

async function reset(command: Command, context: CommandContext, name: string, options: ResetOptions): Promise<void> {
  const { shell } = context;
  const { yes = false, dryRun = false, loseMember = false } = options;
  if (!yes && !dryRun && !shell.canAsk)
    throw new VentError('USAGE', `cannot reset ${name}: ${RISKS}`, { hint: 'Say --yes if that is meant.' });
  await context.withOperator(command, async (operator) => {
    const found = await findMachine(operator, name);
    const order = { machine: found.name, force: loseMember, dry_run: dryRun };
    if (!dryRun) {
      const { connected, runs_pods: runsPods } = await ask(operator, { ...order, only_check: true });
      if (!yes) await askFor(found.name, shell);
      if (connected && runsPods) await clear(operator, shell, found.name, options);
    }
    const answer = await ask(operator, order);
    for (const step of answer.steps) shell.out(`${step}\n`);
    if (dryRun) shell.out(`node/${answer.machine} would be reset\n`);
    else if (answer.connected) shell.out(`node/${answer.machine} resetting\n`);
    else shell.out(`node/${answer.machine} will be reset when it is heard of again\n`);
  });
}

interface Order {
  readonly machine: string;
  readonly force: boolean;
  readonly dry_run: boolean;
  readonly only_check?: boolean;
}

/** @throws VentError RESET_REFUSED naming the rule */
async function ask(operator: Operator, order: Order) {
  const limits = { milliseconds: LEAVE_MILLISECONDS };
  return await operator.call((methods) => methods.ResetMachine, { only_check: false, ...order }, limits);
}

/** Where nobody can be asked about pods, they end with the machine; that is said. */
async function clear(operator: Operator, shell: Shell, machine: string, options: ResetOptions): Promise<void> {
  try {
    await drain(operator, shell, machine, { deadline: options.deadline, force: options.force === true });
  } catch (thrown) {
    const error = VentError.from(thrown);
    if (error.code !== 'UNAVAILABLE' && error.code !== 'NOT_FOUND') throw error;
    shell.err(`node/${machine}: not drained: ${error.message}\n`);
  }
}

/** @throws Exit unless the answer is yes */
async function askFor(name: string, shell: Shell): Promise<void> {
  const answer = await shell.ask(`Everything Vent made on ${name} is undone: ${RISKS}. Reset it? [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return;
  shell.err('nothing was done\n');
  throw new Exit(EXIT.error);
}
