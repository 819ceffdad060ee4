/** The command tree, and how an error becomes a message and an exit code. */
import { Command, CommanderError } from 'commander';
import { VentError } from '../../shared/errors.ts';
import type { CommandContext, RegisterCommand } from './command.ts';
import { commands } from './commands/index.ts';
import { currentContext } from './config.ts';
import { connectOperator } from './operator.ts';
import { EXIT, Exit, type Shell } from './shell.ts';

export interface ProgramOptions {
  readonly shell: Shell;
  readonly version: string;
  /** `vent`, or `kubectl vent` when started as a plugin of kubectl. */
  readonly name: string;
  /** Commands that build things: serve, lab. */
  readonly extra: readonly RegisterCommand[];
}

/** Builds the whole tree; nothing runs until `parseAsync`. */
export function createProgram(options: ProgramOptions): Command {
  const { shell } = options;
  const program = new Command(options.name)
    .description('Turns bare-metal machines into a Kubernetes cluster, and changes it without fear.')
    .option('--context <name>', 'which coordinator of the configuration to talk to')
    .showHelpAfterError('Run with --help to see what there is.')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: (text) => shell.out(text), writeErr: (text) => shell.err(text) });
  const context: CommandContext = {
    shell,
    version: options.version,
    async withOperator(command, use) {
      const operator = await connectOperator(
        await currentContext(shell, command.optsWithGlobals<{ context?: string }>().context),
      );
      try {
        return await use(operator);
      } finally {
        operator.close();
      }
    },
  };
  for (const register of [...Object.values(commands), ...options.extra]) register(program, context);
  for (const command of descendants(program)) command.exitOverride().configureOutput(program.configureOutput());
  return program;
}

function descendants(command: Command): readonly Command[] {
  return command.commands.flatMap((child) => [child, ...descendants(child)]);
}

/** Runs one command line and gives its exit code; prints the message and hint of what went wrong, a bug with its stack. */
export async function runProgram(program: Command, shell: Shell, words: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(words, { from: 'user' });
    return EXIT.done;
  } catch (thrown) {
    if (thrown instanceof Exit) return thrown.code;
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (shell.signal.aborted) return EXIT.interrupted;
    return sayError(VentError.from(thrown), shell);
  }
}

function sayError(error: VentError, shell: Shell): number {
  if (error.code === 'BUG') {
    const cause = error.cause instanceof Error ? error.cause : error;
    shell.err(`this is a defect of Vent: ${cause.stack ?? cause.message}\n`);
    return EXIT.error;
  }
  shell.err(`error: ${error.message}\n${error.hint === undefined ? '' : `hint: ${error.hint}\n`}`);
  return error.code === 'USAGE' ? EXIT.usage : EXIT.error;
}
