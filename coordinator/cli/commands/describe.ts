import { GROUPS, objectOutputOption, type RegisterCommand, withExamples } from '../command.ts';
import { findMachine } from '../find-machine.ts';
import { describeMachine } from '../machines.ts';
import { renderObject } from '../output.ts';

/** `vent describe node NAME`: conditions, resources, and what is blocked by what. */
export const register: RegisterCommand = (program, context) => {
  const describe = program
    .command('describe')
    .summary('Show one thing whole')
    .description('Show one thing whole. Today that is a machine.')
    .helpGroup(GROUPS.look);
  const node = describe
    .command('node')
    .argument('<machine>', 'name, id or device id')
    .description('Show a machine: its state, conditions, resources, and what is blocked by what.')
    .addOption(objectOutputOption());
  withExamples(
    node,
    `  # why is workers-1 not ready?
  vent describe node workers-1

  # only its conditions
  vent describe node workers-1 -o jsonpath='{.conditions[*].type}'`,
  );
  node.action(async (name: string, options: { readonly output?: string }) => {
    await context.withOperator(node, async (operator) => {
      const machine = await findMachine(operator, name);
      const text =
        options.output === undefined
          ? describeMachine(machine, context.shell.now())
          : renderObject(machine, options.output);
      context.shell.out(text);
    });
  });
};
