import { GROUPS, type RegisterCommand } from '../command.ts';
import { findMachine } from '../find-machine.ts';
import { describeMachine } from '../machines.ts';
import { renderObject } from '../output.ts';

/** `vent describe node NAME`: conditions, resources, and what is blocked by what. */
export const register: RegisterCommand = (program, context) => {
  const describe = program
    .command('describe')
    .summary('Show one thing whole')
    .description('Show one thing whole.')
    .helpGroup(GROUPS.look);
  const node = describe
    .command('node')
    .argument('<name>', 'name, id or device id of the machine')
    .description('Show a machine: its state, conditions, resources, and what is blocked by what.')
    .option('-o, --output <format>', 'json, yaml or jsonpath={...} instead of text');
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
