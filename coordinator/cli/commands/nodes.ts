import { VentError } from '../../../shared/errors.ts';
import type { MachineView } from '../../../shared/wire.ts';
import { addOutputOptions, GROUPS, type RegisterCommand, withExamples } from '../command.ts';
import { machineListing } from '../machines.ts';
import { type OutputOptions, printList } from '../output.ts';

interface NodesOptions extends OutputOptions {
  readonly watch?: boolean;
  readonly selector?: string;
}

type Matches = (machine: MachineView) => boolean;

/** What `-l pool=workers,role=etcd,state=ready` asks for. @throws VentError USAGE for another key */
function parseSelector(selector: string): Matches {
  const tests = selector
    .split(',')
    .filter(Boolean)
    .map((pair): Matches => {
      const [key, value] = pair.split('=');
      if (value !== undefined && key === 'role') return (machine) => machine.roles.includes(value);
      if (value !== undefined && (key === 'pool' || key === 'state')) return (machine) => machine[key] === value;
      throw new VentError('USAGE', `cannot select by ${JSON.stringify(pair)}: there is no such pair`, {
        hint: 'Use pool=NAME, role=ROLE or state=STATE, joined by commas.',
      });
    });
  return (machine) => tests.every((test) => test(machine));
}

/** `vent nodes`: every machine from the moment its create call is recorded. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('nodes')
    .alias('no')
    .summary('List machines and what they do')
    .description('List machines and what they do, from the moment their create call is recorded.')
    .helpGroup(GROUPS.look)
    .option('-w, --watch', 'print again after every change')
    .option('-l, --selector <pairs>', 'only machines with pool=, role= or state= of these values');
  addOutputOptions(command);
  withExamples(
    command,
    `  # those that are not workers, with addresses and conditions
  vent nodes -l role=control-plane -o wide

  # follow what happens
  vent nodes --watch

  # names for a script
  vent nodes -l state=ready -o name`,
  );
  command.action(async (options: NodesOptions) => {
    const { shell } = context;
    const isSelected = parseSelector(options.selector ?? '');
    const print = (machines: readonly MachineView[]): void => {
      printList(shell, machineListing(shell.now()), machines.filter(isSelected), options);
    };
    await context.withOperator(command, async (operator) => {
      if (options.watch !== true) return print((await operator.call((methods) => methods.ListMachines, {})).machines);
      for await (const update of operator.stream((methods) => methods.WatchMachines, {}, shell.signal))
        print(update.machines);
    });
  });
};
