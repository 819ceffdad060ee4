/** What every command file exports and is given. */
import type { Command } from 'commander';
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

/** `-o`, `--no-headers`, `--sort-by`, as kubectl has them. */
export function addOutputOptions(command: Command): Command {
  return command
    .option('-o, --output <format>', 'table, wide, json, yaml, name or jsonpath={...}', 'table')
    .option('--no-headers', 'leave out the line of titles')
    .option('--sort-by <path>', 'sort by a field, such as {.state}');
}

/** Adds examples to the help: lines of comment (`  # what for`) and the command lines they speak of. */
export function withExamples(command: Command, text: string): Command {
  return command.addHelpText('after', `\nExamples:\n${text}`);
}
