/** systemd through systemctl. States asked for in the same tick cost one child process. */
import { readFile } from 'node:fs/promises';
import { VentError } from '../../../shared/errors.ts';
import type { UnitState, Units } from '../host.ts';
import type { Commands } from './commands.ts';

const PROPERTIES = [
  'LoadState',
  'ActiveState',
  'SubState',
  'Result',
  'UnitFileState',
  'NeedDaemonReload',
  'MainPID',
  'NRestarts',
  'Type',
].join(',');
const STATES = ['active', 'activating', 'reloading', 'inactive', 'deactivating', 'failed'] as const;
/** systemctl(1): the unit is not loaded, which for stopping is as good as stopped. */
const NOT_LOADED = 5;
const JOB_MILLISECONDS = 120_000;
const LAST_LINES = '8';
const WORDS_LENGTH = 300;
/** Each costs a child process, which is pause enough. */
const LOOKS = 10;

type Properties = ReadonlyMap<string, string>;

interface Question {
  readonly name: string;
  resolve(properties: Properties): void;
  reject(cause: unknown): void;
}

/** `systemctl show` prints one block per unit, in the order asked, with an empty line between. */
export function parseShow(text: string): readonly Properties[] {
  return text
    .trimEnd()
    .split('\n\n')
    .map((block) => {
      const lines = block.split('\n').filter((line) => line.includes('='));
      return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
    });
}

function createAsker(commands: Commands): (name: string) => Promise<Properties> {
  let questions: Question[] = [];

  async function answer(asked: readonly Question[]): Promise<void> {
    const names = [...new Set(asked.map(({ name }) => name))];
    try {
      const { stdout } = await commands.run('systemctl', ['show', '-p', PROPERTIES, '--', ...names]);
      const blocks = parseShow(stdout);
      for (const { name, resolve } of asked) resolve(blocks[names.indexOf(name)] ?? new Map());
    } catch (cause) {
      for (const { reject } of asked) reject(cause);
    }
  }

  return (name) => {
    const { promise, resolve, reject } = Promise.withResolvers<Properties>();
    questions.push({ name, resolve, reject });
    if (questions.length === 1)
      setImmediate(() => {
        const asked = questions;
        questions = [];
        void answer(asked);
      });
    return promise;
  };
}

/** VENT_INPUTS that a one-shot wrote when it ran last. */
async function readStamp(root: string, name: string): Promise<string | undefined> {
  return await readFile(`${root}/run/vent/inputs/${name}`, 'utf8').catch(() => undefined);
}

/**
 * VENT_INPUTS of a running process. `isSettled` is false for a process that is gone, or not yet the unit's own program:
 * until then it is a copy of systemd, without the INVOCATION_ID that every unit's process is given (systemd.exec(5)).
 */
async function readInputs(
  root: string,
  pid: number,
): Promise<{ readonly isSettled: boolean; readonly inputs: string | undefined }> {
  const environment = await readFile(`${root}/proc/${pid}/environ`, 'utf8').catch(() => '');
  const find = (key: string): string | undefined =>
    environment
      .split('\0')
      .find((entry) => entry.startsWith(`${key}=`))
      ?.slice(key.length + 1);
  return { isSettled: find('INVOCATION_ID') !== undefined, inputs: find('VENT_INPUTS') };
}

/** @param inputs VENT_INPUTS that the unit runs with */
export function stateFrom(properties: Properties, inputs: string | undefined): UnitState {
  const get = (key: string): string => properties.get(key) ?? '';
  return {
    loaded: get('LoadState') === 'loaded',
    active: STATES.find((state) => state === get('ActiveState')) ?? 'inactive',
    sub: get('SubState'),
    result: get('Result') === '' ? 'success' : get('Result'),
    enabled: get('UnitFileState') === 'enabled',
    needsReload: get('NeedDaemonReload') === 'yes',
    mainPid: Number(get('MainPID')),
    restarts: Number(get('NRestarts')),
    inputs,
  };
}

export function createUnits(root: string, commands: Commands): Units {
  const ask = createAsker(commands);

  /** A unit that fails again and again is often met while its process comes or goes: then it is looked at again. */
  async function look(name: string, looks: number): Promise<UnitState> {
    const properties = await ask(name);
    const pid = Number(properties.get('MainPID') ?? 0);
    if (pid === 0)
      return stateFrom(properties, properties.get('Type') === 'oneshot' ? await readStamp(root, name) : undefined);
    const { isSettled, inputs } = await readInputs(root, pid);
    return isSettled || looks <= 1 ? stateFrom(properties, inputs) : await look(name, looks - 1);
  }

  async function runJob(verb: 'start' | 'restart', name: string, block: boolean): Promise<void> {
    if (!block) {
      await commands.run('systemctl', [verb, '--no-block', '--', name]);
      return;
    }
    try {
      await commands.run('systemctl', [verb, '--', name], { milliseconds: JOB_MILLISECONDS });
    } catch (cause) {
      throw new VentError('COMMAND_FAILED', `cannot ${verb} ${name}: ${await lastLines(name)}`, {
        hint: `Look at "journalctl -u ${name}" on the machine.`,
        retry: 'backoff',
        cause,
      });
    }
  }

  async function readJournal(match: readonly string[], lines: string): Promise<string> {
    const argv = [...match, '-n', lines, '-o', 'cat', '--no-pager'];
    return (await commands.run('journalctl', argv).catch(() => ({ stdout: '' }))).stdout.trim();
  }

  async function lastLines(name: string): Promise<string> {
    const lines = await readJournal(['-u', name], LAST_LINES);
    return lines === '' ? 'the job failed' : lines.split('\n').join(' | ');
  }

  return {
    state: (name) => look(name, LOOKS),
    // `-u` would add what systemd says of the unit, which comes last and gives no cause (journalctl(1)).
    lastWords: async (name) => (await readJournal([`_SYSTEMD_UNIT=${name}`], '1')).slice(0, WORDS_LENGTH) || undefined,
    async reload() {
      await commands.run('systemctl', ['daemon-reload'], { milliseconds: JOB_MILLISECONDS });
    },
    async enable(name) {
      await commands.run('systemctl', ['enable', '--', name]);
    },
    async disable(name) {
      await commands.run('systemctl', ['disable', '--', name]);
    },
    start: (name, options) => runJob('start', name, options?.block === true),
    restart: (name, options) => runJob('restart', name, options?.block === true),
    async stop(name) {
      const accepted = [NOT_LOADED];
      await commands.run('systemctl', ['stop', '--', name], { milliseconds: JOB_MILLISECONDS, accepted });
      await commands.run('systemctl', ['reset-failed', '--', name], { accepted: [1, NOT_LOADED] });
    },
  };
}
