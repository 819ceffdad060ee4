import type { Command } from 'commander';
import { type CommandContext, GROUPS, type RegisterCommand, withExamples } from '../command.ts';
import { drain } from '../drain.ts';
import { addReset } from '../reset.ts';

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
  addReset(node, context);
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
    const order = { deadline: options.deadline, force: options.force === true };
    await context.withOperator(command, (operator) => drain(operator, context.shell, name, order));
    context.shell.out(`node/${name} drained\n`);
  });
}
