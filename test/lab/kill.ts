/** What the tests of a killed agent ask of a machine: how often its units were started, what its agent said and what it owns. */
import * as z from 'zod';
import type { Lab } from '../../scripts/lab/lab.ts';
import { waitFor } from '../../scripts/lab/machine.ts';
import type { Resource } from '../../shared/document.ts';
import { resourceSchema } from '../../shared/document.ts';
import { outputOf } from './lab.ts';

export interface Starts {
  /** Of the present run. */
  readonly invocation: string;
  /** How often systemd started the unit since the machine booted, for whatever reason. */
  readonly count: number;
  /** How often it did so by itself because the unit had ended. */
  readonly automatic: number;
}

const KILL = `last=0
for pause in "$@"; do
  until pid=$(systemctl show -p MainPID --value vent-agent.service 2>/dev/null) && [ "\${pid:-0}" != 0 ] && [ "$pid" != $last ]
  do sleep 0.05; done
  sleep "$pause"
  said=$(journalctl -u vent-agent -o cat -n 1 --no-pager)
  kill -9 "$pid" && echo "$said"
  last=$pid
done`;

/**
 * Kills the machine's agent with SIGKILL that long after each start of it, however often systemd starts it again.
 * @param pauses seconds @returns what the agent had said last before each kill
 */
export async function killAgent(lab: Lab, machine: string, pauses: readonly number[]): Promise<readonly string[]> {
  const isThere = async (): Promise<true | undefined> =>
    lab.execute(machine, ['systemctl', 'is-system-running']).then(
      () => true as const,
      () => undefined,
    );
  await waitFor(isThere, `${machine} to be ordered`, 40 * 60_000);
  const argv = ['sh', '-c', KILL, 'sh', ...pauses.map((pause) => pause.toFixed(3))];
  const { stdout } = await lab.execute(machine, argv, { milliseconds: 10 * 60_000 });
  return stdout.trim().split('\n');
}

const entrySchema = z.object({ UNIT: z.string(), INVOCATION_ID: z.string() }).partial();

/** By unit of Vent, in the order of names. */
export async function readStarts(lab: Lab, machine: string): Promise<ReadonlyMap<string, Starts>> {
  const units = (await readClaims(lab, machine))
    .flatMap(({ kind, name }) => (kind === 'unit' ? [name] : []))
    .toSorted();
  const sh = (line: string): Promise<string> => outputOf(lab, machine, ['sh', '-c', line]);
  const fields = 'UNIT,INVOCATION_ID';
  const journal = await sh(`journalctl --sync; journalctl -b -q -o json --output-fields=${fields} _PID=1`);
  const seen = new Map<string, Set<string>>();
  for (const line of journal.split('\n')) {
    const { UNIT: unit, INVOCATION_ID: invocation } = entrySchema.parse(JSON.parse(line));
    if (unit !== undefined && invocation !== undefined) seen.set(unit, (seen.get(unit) ?? new Set()).add(invocation));
  }
  const show = await sh(`systemctl show -p InvocationID,NRestarts ${units.join(' ')}`);
  const blocks = show.split('\n\n').map((block) => new Map(block.split('\n').map((line) => pairOf(line))));
  return new Map(
    units.map((unit, index) => [
      unit,
      {
        invocation: blocks[index]?.get('InvocationID') ?? '',
        count: seen.get(unit)?.size ?? 0,
        automatic: Number(blocks[index]?.get('NRestarts')),
      },
    ]),
  );
}

function pairOf(line: string): readonly [string, string] {
  const [key = '', value = ''] = line.split('=');
  return [key, value];
}

/** What the agent wrote to its log since the machine booted, a sentence a line, its fields left out. */
export async function readSentences(lab: Lab, machine: string): Promise<readonly string[]> {
  const argv = ['journalctl', '-b', '-q', '-u', 'vent-agent', '-t', 'vent-agent', '-o', 'cat', '--no-pager'];
  return (await outputOf(lab, machine, argv))
    .split('\n')
    .map((line) => line.replace(/ resource=\S+ component=\S+$/, ''));
}

/** `restart x.service: why`, and so on. */
export function startsOf(sentences: readonly string[]): readonly string[] {
  return sentences.filter((sentence) => /^(?:re)?start \S+: /.test(sentence));
}

const ledgerSchema = z.object({ claims: z.array(z.object({ resource: resourceSchema })) });

/** What Vent owns on the machine. A probe that had to be waited for is claimed like anything else, but is nothing. */
export async function readClaims(lab: Lab, machine: string): Promise<readonly Resource[]> {
  const text = await outputOf(lab, machine, ['cat', '/var/lib/vent/ledger.json']);
  const owned = ledgerSchema.parse(JSON.parse(text)).claims.map(({ resource }) => resource);
  return owned.filter(({ kind }) => kind !== 'probe');
}

const reportSchema = z.object({ generation: z.number(), converged: z.boolean() });

/** Waits until the machine itself says that it is what its document wants. @param generation at least @returns the generation */
export async function waitForConvergence(lab: Lab, machine: string, generation = 1): Promise<number> {
  const ask = async (): Promise<number | undefined> => {
    const result = await lab.execute(machine, ['cat', '/run/vent/report.json']).catch(() => undefined);
    if (result?.code !== 0) return undefined;
    const report = reportSchema.parse(JSON.parse(result.stdout));
    return report.converged && report.generation >= generation ? report.generation : undefined;
  };
  return waitFor(ask, `${machine} to converge to generation ${generation}`, 3 * 60_000);
}
