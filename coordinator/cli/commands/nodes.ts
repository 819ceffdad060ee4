import type { MachineView } from '../../../shared/wire.ts';
import { addOutputOptions, GROUPS, type RegisterCommand } from '../command.ts';
import { machineListing } from '../machines.ts';
import { type OutputOptions, renderList } from '../output.ts';

interface NodesOptions extends OutputOptions {
  readonly watch?: boolean;
  readonly selector?: string;
}

/** Pairs of `-l pool=workers,role=etcd,state=ready`. */
function selects(machine: MachineView, selector: string | undefined): boolean {
  return (selector ?? '')
    .split(',')
    .filter(Boolean)
    .every((pair) => {
      const [key, value] = pair.split('=');
      if (key === 'role') return machine.roles.includes(value ?? '');
      return (key === 'pool' ? machine.pool : key === 'state' ? machine.state : undefined) === value;
    });
}

/** `vent nodes`: every machine from the moment its create call is recorded. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('nodes')
    .aliases(['node-list', 'no'])
    .summary('List machines and what they do')
    .description('List machines and what they do, from the moment their create call is recorded.')
    .helpGroup(GROUPS.look)
    .option('-w, --watch', 'print again after every change')
    .option('-l, --selector <pairs>', 'only machines with pool=, role= or state= of these values');
  addOutputOptions(command).action(async (options: NodesOptions) => {
    const { shell } = context;
    const print = (machines: readonly MachineView[]): void => {
      shell.out(
        renderList(
          machineListing(shell.now()),
          machines.filter((machine) => selects(machine, options.selector)),
          options,
        ),
      );
    };
    await context.withOperator(command, async (operator) => {
      if (options.watch !== true) return print((await operator.call((methods) => methods.ListMachines, {})).machines);
      for await (const update of operator.stream((methods) => methods.WatchMachines, {}, shell.signal))
        print(update.machines);
    });
  });
};
