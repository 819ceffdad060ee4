import { GROUPS, type RegisterCommand, withExamples } from '../command.ts';

const VERBS = {
  hold: {
    hold: true,
    done: 'held',
    description: 'Let roll-outs pass a machine over. What it has stays in force, and is kept so.',
    example: 'somebody works on it',
  },
  release: {
    hold: false,
    done: 'released',
    description: 'Let roll-outs reach a machine again.',
    example: 'the work is done',
  },
} as const;

/** `vent node hold|release NAME`. */
export const register: RegisterCommand = (program, context) => {
  const node = program
    .command('node')
    .summary('Do something with one machine')
    .description('Do something with one machine.')
    .helpGroup(GROUPS.machines);
  for (const [verb, { hold, done, description, example }] of Object.entries(VERBS)) {
    const command = node.command(verb).argument('<machine>', 'name, id or device id').description(description);
    withExamples(command, `  # ${example}\n  vent node ${verb} workers-1`);
    command.action(async (name: string) => {
      await context.withOperator(command, async (operator) => {
        const { machine } = await operator.call((methods) => methods.HoldMachine, { machine: name, hold });
        context.shell.out(`node/${machine} ${done}\n`);
      });
    });
  }
};
