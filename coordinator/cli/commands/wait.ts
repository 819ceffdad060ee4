import { VentError } from '../../../shared/errors.ts';
import type { MachineView } from '../../../shared/wire.ts';
import { GROUPS, type RegisterCommand } from '../command.ts';
import { parseDuration } from '../duration.ts';
import { EXIT, Exit } from '../shell.ts';
import { isClusterReady } from '../status-screen.ts';

interface WaitOptions {
  readonly for: string;
  readonly timeout: string;
}

type Test = (machines: readonly MachineView[]) => boolean;

/** `ready`, `nodes=N`, or `state=S` for a named machine. */
function parseCondition(text: string, name: string | undefined): Test {
  const chosen = (machines: readonly MachineView[]): readonly MachineView[] =>
    name === undefined ? machines : machines.filter((machine) => machine.name === name);
  const [key, value] = text.split('=');
  if (key === 'ready' && value === undefined) return (machines) => isClusterReady(chosen(machines));
  if (key === 'nodes' && /^\d+$/.test(value ?? ''))
    return (machines) => machines.filter((machine) => machine.state === 'ready').length >= Number(value);
  if (key === 'state' && value !== undefined)
    return (machines) => chosen(machines).length > 0 && chosen(machines).every((machine) => machine.state === value);
  throw new VentError('USAGE', `cannot wait for ${JSON.stringify(text)}: there is no such condition`, {
    hint: 'Use --for ready, nodes=N or state=STATE.',
  });
}

/** `vent wait`: returns when the condition holds; exit code 4 when time runs out. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('wait')
    .argument('[machine]', 'one machine instead of all')
    .summary('Wait until machines are ready')
    .description(
      'Wait until machines are ready, saying on stderr what each does meanwhile. Exit code 4 when time runs out.',
    )
    .helpGroup(GROUPS.look)
    .option('--for <condition>', 'ready, nodes=N (so many ready) or state=STATE', 'ready')
    .option('--timeout <duration>', 'such as 90s, 10m', '10m');
  command.action(async (machine: string | undefined, options: WaitOptions) => {
    const { shell } = context;
    const holds = parseCondition(options.for, machine);
    const limit = AbortSignal.timeout(parseDuration(options.timeout));
    const said = new Map<string, string>();
    await context.withOperator(command, async (operator) => {
      try {
        for await (const { machines } of operator.stream(
          (methods) => methods.WatchMachines,
          {},
          AbortSignal.any([limit, shell.signal]),
        )) {
          for (const line of changedLines(machines, said)) shell.err(`${line}\n`);
          if (holds(machines)) return;
        }
      } catch (thrown) {
        if (!limit.aborted) throw thrown;
        shell.err(`cannot wait any longer: ${options.for} did not come true in ${options.timeout}\n`);
        throw new Exit(EXIT.timeout);
      }
    });
  });
};

function changedLines(machines: readonly MachineView[], said: Map<string, string>): readonly string[] {
  return machines.flatMap((machine) => {
    const line = `${machine.name}: ${machine.state}${machine.message === '' ? '' : `, ${machine.message}`}`;
    if (said.get(machine.name) === line) return [];
    said.set(machine.name, line);
    return [line];
  });
}
