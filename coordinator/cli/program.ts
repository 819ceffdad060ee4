/** The command tree, and how an error becomes a message and an exit code. */
import { Command, CommanderError } from 'commander';
import { parseDuration } from '../../shared/duration.ts';
import { type ErrorCode, VentError } from '../../shared/errors.ts';
import type { CommandContext, RegisterCommand } from './command.ts';
import { commands } from './commands/index.ts';
import { type Context, currentContext } from './config.ts';
import type { Operator } from './operator.ts';
import { EXIT, Exit, type Shell } from './shell.ts';

export interface ProgramOptions {
  readonly shell: Shell;
  readonly version: string;
  /** `vent`, or `kubectl vent` when started as a plugin of kubectl. */
  readonly name: string;
  /** @param milliseconds until a call without an answer fails */
  connect(context: Context, milliseconds: number): Promise<Operator>;
  /** Commands that build things: serve, artifacts, lab. */
  readonly extra: readonly RegisterCommand[];
}

interface GlobalOptions {
  readonly context?: string;
  readonly requestTimeout: string;
}

/** Builds the whole tree; nothing runs until `parseAsync`. */
export function createProgram(options: ProgramOptions): Command {
  const { shell } = options;
  const program = new Command(options.name)
    .description('Turns bare-metal machines into a Kubernetes cluster, and changes it without fear.')
    .option('--context <context>', 'which coordinator of the configuration to talk to')
    .option('--request-timeout <duration>', 'how long to wait for an answer of the coordinator', '30s')
    .showHelpAfterError('Run with --help to see what there is.')
    .showSuggestionAfterError()
    .exitOverride()
    .helpCommand(false)
    .configureOutput({ writeOut: (text) => shell.out(text), writeErr: (text) => shell.err(text) });
  const context: CommandContext = {
    shell,
    version: options.version,
    async withOperator(command, use) {
      const given = command.optsWithGlobals<GlobalOptions>();
      const milliseconds = parseDuration(given.requestTimeout);
      const chosen = await currentContext(shell, given.context);
      const operator = await options.connect(chosen, milliseconds);
      try {
        return await use(operator);
      } catch (thrown) {
        throw explainAway(thrown, chosen);
      } finally {
        operator.close();
      }
    },
  };
  for (const register of [...Object.values(commands), ...options.extra]) register(program, context);
  for (const command of descendants(program)) command.exitOverride().configureOutput(program.configureOutput());
  return program;
}

/** Whoever reaches nobody wants to know where the program looked. */
function explainAway(thrown: unknown, { name, address }: Context): unknown {
  if (!(thrown instanceof VentError) || thrown.code !== 'UNAVAILABLE' || thrown.hint !== undefined) return thrown;
  const hint = `Context ${name} says that \`vent serve\` listens on ${address}.`;
  return new VentError('UNAVAILABLE', thrown.message, { hint, retry: thrown.retry, cause: thrown });
}

/** Every command below this one, each before its own. */
export function descendants(command: Command): readonly Command[] {
  return command.commands.flatMap((child) => [child, ...descendants(child)]);
}

/** Runs one command line and gives its exit code; prints the message and hint of what went wrong, a bug with its stack. */
export async function runProgram(program: Command, shell: Shell, words: readonly string[]): Promise<number> {
  let isJson = false;
  program.hook('preAction', (_, command) => {
    isJson = command.opts<{ output?: unknown }>().output === 'json';
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    return EXIT.done;
  } catch (thrown) {
    if (thrown instanceof Exit) {
      const said = thrown.failure === undefined ? undefined : sayError(thrown.failure, shell, isJson);
      return said === EXIT.usage ? said : thrown.code;
    }
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (shell.signal.aborted) return EXIT.interrupted;
    return sayError(VentError.from(thrown), shell, isJson);
  }
}

/** What ends a command with another code than an error. */
const CODES: Partial<Record<ErrorCode, number>> = {
  USAGE: EXIT.usage,
  DEADLINE: EXIT.timeout,
  RESET_REFUSED: EXIT.refused,
  ETCD_REFUSED: EXIT.refused,
  RISK_REFUSED: EXIT.refused,
};

function sayError(error: VentError, shell: Shell, isJson: boolean): number {
  const { code, message, hint } = error;
  if (code === 'BUG') {
    const cause = error.cause instanceof Error ? error.cause : error;
    shell.err(`this is a defect of Vent: ${cause.stack ?? cause.message}\n`);
  } else if (isJson) shell.err(`${JSON.stringify({ code, message, hint })}\n`);
  else shell.err(`error: ${message}\n${hint === undefined ? '' : `hint: ${hint}\n`}`);
  return CODES[code] ?? EXIT.error;
}
