/** What every command file exports and is given. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { RISKS } from '../../shared/risk.ts';
import type { Operator } from './operator.ts';
import type { Shell } from './shell.ts';

export interface CommandContext {
  readonly shell: Shell;
  /** The program's own version. */
  readonly version: string;
  /** Runs `use` against the coordinator of the current context and closes the connection. */
  withOperator<T>(command: Command, use: (operator: Operator) => Promise<T>): Promise<T>;
}

/** Adds one command (with its subcommands) to the program. */
export type RegisterCommand = (program: Command, context: CommandContext) => void;

export const GROUPS = {
  begin: 'Begin:',
  machines: 'Machines:',
  look: 'Look:',
  change: 'Change:',
  rehearse: 'Rehearse:',
} as const;

/** Formats of a list; those of one object are the ones that need no columns. */
export const LIST_FORMATS = ['table', 'wide', 'json', 'yaml', 'name', 'jsonpath='] as const;
export const OBJECT_FORMATS = ['json', 'yaml', 'jsonpath='] as const;

/** `-o`, `--no-headers`, `--sort-by`, as kubectl has them. */
export function addOutputOptions(command: Command): Command {
  return command
    .addOption(outputOption(LIST_FORMATS).default('table'))
    .option('--no-headers', 'leave out the line of titles')
    .option('--sort-by <path>', 'sort by a field, such as {.state}');
}

/** `-o` of a command that shows one thing, as text when it is not given. */
export function objectOutputOption(): Option {
  return outputOption(OBJECT_FORMATS);
}

function outputOption(formats: readonly string[]): Option {
  const names = formats.map((format) => (format.endsWith('=') ? `${format}{...}` : format));
  const said = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
  return new Option('-o, --output <format>', said).argParser((value: string) => {
    if (formats.some((format) => (format.endsWith('=') ? value.startsWith(format) : value === format))) return value;
    throw new InvalidArgumentError(`Use ${said}.`);
  });
}

/** `--dry-run`, where something would change. */
export function addDryRun(command: Command): Command {
  return command.option('--dry-run', 'say what would be done, and do nothing');
}

/** `--accept-risk`, of commands that begin a roll-out. */
export function acceptRiskOption(): Option {
  return new Option('--accept-risk <name>', 'a risk of the change that is accepted; vent plan names it').choices(RISKS);
}

/** Of what `--accept-risk` was given. */
export interface AcceptOptions {
  readonly acceptRisk?: string;
}

export function acceptedRisks({ acceptRisk }: AcceptOptions): string[] {
  return acceptRisk === undefined ? [] : [acceptRisk];
}

/** Adds examples to the help: lines of comment (`  # what for`) and the command lines they speak of. */
export function withExamples(command: Command, text: string): Command {
  return command.addHelpText('after', `\nExamples:\n${text}`);
}
