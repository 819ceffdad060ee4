import type { Command } from 'commander';
import { parseDuration } from '../../../shared/duration.ts';
import { VentError } from '../../../shared/errors.ts';
import { addDryRun, type CommandContext, GROUPS, type RegisterCommand, withExamples } from '../command.ts';
import { findMachine } from '../find-machine.ts';
import { EXIT, Exit, type Shell } from '../shell.ts';

const HOLDS = {
  hold: {
    isOn: true,
    done: 'held',
    description: 'Let roll-outs pass a machine over. What it has stays in force, and is kept so.',
    example: 'somebody works on it',
  },
  release: {
    isOn: false,
    done: 'released',
    description: 'Let roll-outs reach a machine again.',
    example: 'the work is done',
  },
} as const;

const CORDONS = {
  cordon: {
    isOn: true,
    done: 'cordoned',
    description: 'Keep new pods from a machine. Those that are there stay, and roll-outs leave it cordoned.',
    example: 'no new pods, while a disk is watched',
  },
  uncordon: {
    isOn: false,
    done: 'uncordoned',
    description: 'Let pods come to a machine again.',
    example: 'the disk was good',
  },
} as const;

const RISKS =
  'its pods end at once, and what they keep on its disks is lost; its identity and certificates are forgotten';

interface ResetOptions {
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

function registerReset(node: Command, context: CommandContext): void {
  const command = node
    .command('reset')
    .argument('<machine>', 'name, id or device id')
    .description(
      `Undo everything Vent made on a machine, which then leaves the cluster and stays as it was before Vent: ${RISKS}. A member of etcd is refused while there are others.`,
    )
    .option('--yes', 'do not ask; needed without a terminal')
    .option('--force', 'also where a rule protects others: the members of etcd that stay count this one as lost');
  addDryRun(command);
  withExamples(
    command,
    `  # what would be undone?
  vent node reset workers-1 --dry-run

  # asks before it does
  vent node reset workers-1`,
  );
  command.action((name: string, options: ResetOptions) => reset(command, context, name, options));
}

async function reset(command: Command, context: CommandContext, name: string, options: ResetOptions): Promise<void> {
  const { shell } = context;
  if (options.yes !== true && options.dryRun !== true && !shell.canAsk)
    throw new VentError('USAGE', `cannot reset ${name}: ${RISKS}`, { hint: 'Say --yes if that is meant.' });
  await context.withOperator(command, async (operator) => {
    const found = await findMachine(operator, name);
    if (options.yes !== true && options.dryRun !== true) await askFor(found.name, shell);
    const request = { machine: found.name, force: options.force === true, dry_run: options.dryRun === true };
    const answer = await operator
      .call((methods) => methods.ResetMachine, request)
      .catch((thrown: unknown) => {
        const error = VentError.from(thrown);
        throw error.code === 'RESET_REFUSED' ? new Exit(EXIT.refused, error) : error;
      });
    for (const step of answer.steps) shell.out(`${step}\n`);
    if (options.dryRun === true) shell.out(`node/${answer.machine} would be reset\n`);
    else if (answer.connected) shell.out(`node/${answer.machine} resetting\n`);
    else shell.out(`node/${answer.machine} will be reset when it is heard of again\n`);
  });
}

/** @throws Exit unless the answer is yes */
async function askFor(name: string, shell: Shell): Promise<void> {
  const answer = await shell.ask(`Everything Vent made on ${name} is undone: ${RISKS}. Reset it? [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return;
  shell.err('nothing was done\n');
  throw new Exit(EXIT.error);
}

/** `vent node hold|release|cordon|uncordon|drain|reset NAME`. */
export const register: RegisterCommand = (program, context) => {
  const node = program
    .command('node')
    .summary('Do something with one machine')
    .description('Do something with one machine.')
    .helpGroup(GROUPS.machines);
  for (const [verb, { isOn, done, description, example }] of Object.entries(HOLDS)) {
    const command = addVerb(node, verb, description, example);
    command.action(async (name: string) => {
      await context.withOperator(command, async (operator) => {
        const { machine } = await operator.call((methods) => methods.HoldMachine, { machine: name, hold: isOn });
        context.shell.out(`node/${machine} ${done}\n`);
      });
    });
  }
  for (const [verb, { isOn, done, description, example }] of Object.entries(CORDONS)) {
    const command = addVerb(node, verb, description, example);
    command.action(async (name: string) => {
      await context.withOperator(command, async (operator) => {
        const { machine } = await operator.call((methods) => methods.CordonMachine, { machine: name, cordon: isOn });
        context.shell.out(`node/${machine} ${done}\n`);
      });
    });
  }
  addDrain(node, context);
  registerReset(node, context);
};

function addVerb(node: Command, verb: string, description: string, example: string): Command {
  const command = node.command(verb).argument('<machine>', 'name, id or device id').description(description);
  return withExamples(command, `  # ${example}\n  vent node ${verb} workers-1`);
}

function addDrain(node: Command, context: CommandContext): void {
  const command = node
    .command('drain')
    .argument('<machine>', 'name, id or device id')
    .description(
      'Cordon a machine and have its pods leave, as their disruption budgets allow. Pods of DaemonSets stay. A pod without a controller, or with emptyDir volumes, is refused and named. The machine stays cordoned.',
    )
    .option('--deadline <duration>', 'how long pods may take', '5m')
    .option(
      '--force',
      'evict also pods that nobody makes again, lose their emptyDir volumes, and delete at the deadline those that a disruption budget keeps',
    );
  withExamples(
    command,
    `  # before a disk is changed
  vent node drain workers-1 --deadline 10m

  # whatever it costs
  vent node drain workers-1 --deadline 1m --force`,
  ).action(async (name: string, options: { readonly deadline: string; readonly force?: boolean }) => {
    const request = {
      machine: name,
      deadline_seconds: Math.ceil(parseDuration(options.deadline) / 1000),
      force: options.force === true,
    };
    await context.withOperator(command, async (operator) => {
      for await (const { machine, message } of operator.stream(
        (methods) => methods.DrainMachine,
        request,
        context.shell.signal,
      ))
        context.shell.err(`node/${machine}: ${message}\n`);
    });
    context.shell.out(`node/${name} drained\n`);
  });
}
