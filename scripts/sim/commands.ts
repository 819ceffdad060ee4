/** `vent sim`: rehearses a change of a cluster file on machines in memory. The simulation is loaded when it runs, so that help is quick. */
import { InvalidArgumentError, Option } from 'commander';
import { GROUPS, type RegisterCommand, withExamples } from '../../coordinator/cli/command.ts';
import { Exit } from '../../coordinator/cli/shell.ts';
import { FILENAME_HELP, readSpecFile } from '../../coordinator/cli/spec-file.ts';
import { VentError } from '../../shared/errors.ts';
import { FAULTS, type FaultName } from './schedule.ts';

interface SimOptions {
  readonly filename: string;
  readonly to?: string;
  readonly nodes: number;
  readonly faults: readonly FaultName[];
  readonly count: number;
  readonly seed: number;
  readonly speed: number;
  readonly verbose?: true;
}

const EXAMPLES = `  # two hundred machines, some of which are killed and cut off
  vent sim -f cluster.yaml --nodes 200 --faults crash,partition

  # a change of your own, on fifty machines
  vent sim -f cluster.yaml --to next.yaml --nodes 50 --faults crash,power

  # the same faults once more
  vent sim -f cluster.yaml --nodes 200 --faults crash,partition --seed 7`;

const NO = 1;

export const registerSim: RegisterCommand = (program, { shell }) => {
  const command = program
    .command('sim')
    .summary('Rehearse a change on machines in memory')
    .description(
      'Run the real coordinator with agents on machines in memory, spread a change over them while faults befall them, and check what must always hold. The last line is the verdict; the exit code is 0 only when everything held.',
    )
    .helpGroup(GROUPS.rehearse)
    .requiredOption('-f, --filename <file>', FILENAME_HELP)
    .option('--to <file>', 'cluster file that it is changed to; one setting more when not given')
    .option('--nodes <n>', 'machines in all; etcd and control planes as in the file', parseCount, 20)
    .addOption(
      new Option('--faults <names>', `what befalls them, of ${FAULTS.join(', ')}`)
        .argParser(parseFaults)
        .default([], 'none'),
    )
    .option('--count <n>', 'how many faults', parseCount, 10)
    .addOption(
      new Option('--seed <n>', 'what the faults follow from')
        .argParser(parseCount)
        .default(1 + (Date.now() % 9999), 'by chance'),
    )
    .option('--speed <n>', 'seconds of the simulation in one second', parseCount, 20)
    .option('--verbose', 'show what coordinator and agents log');
  withExamples(command, EXAMPLES).action(async (options: SimOptions) => {
    const { text: content, name } = await readSpecFile(shell, options.filename);
    const { runSimulation } = await import('./run.ts');
    const { loadSpec } = await import('../../shared/spec/load.ts');
    const { createWinstonLogger, styleFor } = await import('../../shared/winston-log.ts');
    const { silentLog } = await import('../../shared/fake-log.ts');
    const to = options.to === undefined ? {} : { to: (await readSpecFile(shell, options.to)).text };
    const { faults, count, seed, nodes, speed } = options;
    shell.out(`seed ${seed}\n`);
    const verdict = await runSimulation({
      ...{ file: loadSpec(content, name), content, ...to, nodes, faults, count, seed, speed },
      host: chooseHost(process.pid),
      log:
        options.verbose === true
          ? createWinstonLogger({ level: 'info', style: styleFor(process.env, false) })
          : silentLog,
      say: (line) => shell.err(`${line}\n`),
      signal: shell.signal,
    });
    for (const wave of verdict.waves) shell.out(`wave: ${wave}\n`);
    for (const sentence of verdict.broken) shell.out(`broken: ${sentence}\n`);
    const what = `${nodes} machines, ${faults.length === 0 ? 'no' : count} faults, ${verdict.seconds} s, seed ${seed}`;
    shell.out(verdict.broken.length === 0 ? `every invariant held: ${what}\n` : `NOT every invariant held: ${what}\n`);
    if (verdict.broken.length > 0) throw new Exit(NO);
  });
};

/** The loopback network is a whole /8: each run has an address of its own there. */
export function chooseHost(pid: number): string {
  return `127.${100 + ((pid >> 16) & 63)}.${(pid >> 8) & 255}.${(pid & 255) | 1}`;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('It is a whole number, at least 1.');
}

/** @throws VentError INVALID_INPUT naming those there are */
function parseFaults(text: string): readonly FaultName[] {
  return text.split(',').map((word) => {
    const found = FAULTS.find((name) => name === word.trim());
    if (found !== undefined) return found;
    throw new VentError('INVALID_INPUT', `cannot order fault ${word}: there is none of that name`, {
      hint: `There are ${FAULTS.join(', ')}.`,
    });
  });
}
