import type { Command } from 'commander';
import { parseDuration } from '../../../shared/duration.ts';
import { VentError } from '../../../shared/errors.ts';
import type { MachineView } from '../../../shared/wire.ts';
import { type CommandContext, GROUPS, type RegisterCommand, withExamples } from '../command.ts';
import { type ProgressForm, progressOption } from '../progress.ts';
import { isClusterReady } from '../status-screen.ts';

interface WaitOptions {
  readonly for: string;
  readonly timeout: string;
  readonly progress: ProgressForm;
}

type Test = (machines: readonly MachineView[]) => boolean;

/** `ready`, `nodes=N`, or `state=S`; of one machine, or of all. @throws VentError USAGE */
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
    .option('--timeout <duration>', 'such as 90s, 10m', '10m')
    .addOption(progressOption());
  withExamples(
    command,
    `  # until every machine is ready
  vent wait --timeout 20m

  # until five are
  vent wait --for nodes=5`,
  );
  addAction(command, context);
};

function addAction(command: Command, { shell, withOperator }: CommandContext): void {
  command.action(async (machine: string | undefined, options: WaitOptions) => {
    const holds = parseCondition(options.for, machine?.replace(/^nodes?\//, ''));
    const limit = AbortSignal.timeout(parseDuration(options.timeout));
    const changes = createChanges();
    const begin = shell.now();
    await withOperator(command, async (operator) => {
      const signal = AbortSignal.any([limit, shell.signal]);
      try {
        for await (const { machines } of operator.stream((methods) => methods.WatchMachines, {}, signal)) {
          for (const { name, state, message } of changes(machines)) {
            const line =
              options.progress === 'json'
                ? JSON.stringify({ machine: name, state, message, elapsedMilliseconds: shell.now() - begin })
                : `${name}: ${state}${message === '' ? '' : `, ${message}`}`;
            if (options.progress !== 'none') shell.err(`${line}\n`);
          }
          if (holds(machines)) return;
        }
      } catch (thrown) {
        if (!limit.aborted) throw thrown;
        throw new VentError(
          'DEADLINE',
          `cannot wait any longer: ${options.for} did not come true in ${options.timeout}`,
          {
            hint: 'vent status says what each machine waits for; --timeout gives it longer.',
            cause: thrown,
          },
        );
      }
      throw new VentError('UNAVAILABLE', 'cannot wait any longer: the coordinator ended the connection', {
        hint: 'Run it again once the coordinator is back.',
        retry: 'backoff',
      });
    });
  });
}

/** Of each list the machines whose state or message differs from the list before. */
function createChanges(): (machines: readonly MachineView[]) => readonly MachineView[] {
  let before = new Map<string, string>();
  return (machines) => {
    const now = new Map(machines.map((machine) => [machine.name, `${machine.state} ${machine.message}`]));
    const changed = machines.filter((machine) => before.get(machine.name) !== now.get(machine.name));
    before = now;
    return changed;
  };
}
