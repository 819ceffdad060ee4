import type { VentError } from '../../shared/errors.ts';
import type { CommandEnd } from './run-command.ts';

/** What a command may touch of the terminal and the process, as values, so that tests run commands in memory. */
export interface Shell {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly workingDirectory: string;
  /** Whether stderr is a terminal, where a line may be drawn again. */
  readonly isErrorTerminal: boolean;
  /** Whether a person can be asked: stdin and stderr are terminals. */
  readonly canAsk: boolean;
  /** Width in columns; only used to shorten lines on a terminal. */
  readonly columns: number;
  /** Results; one call may hold many lines. */
  out(text: string): void;
  /** Errors, progress and warnings. */
  err(text: string): void;
  readFile(path: string): Promise<string>;
  /** Names in a directory; undefined when it is something else, or not there. */
  listDirectory(path: string): Promise<readonly string[] | undefined>;
  /** Durable, 0600 where `isPrivate`. */
  writeFile(path: string, text: string, isPrivate: boolean): Promise<void>;
  /**
   * Writes a new file that only its owner can read, durable and whole or not at all.
   * @throws VentError CONFLICT when there is one of that name, DISK_FULL, and what `parts` throw
   */
  saveFile(path: string, parts: AsyncIterable<Uint8Array>): Promise<void>;
  /** All of standard input. */
  readInput(): Promise<string>;
  /** One line typed by the person; only where `canAsk`. */
  ask(question: string): Promise<string>;
  /**
   * Opens a text in the person's editor; only where `canAsk`.
   * @param name of the file that it is shown as @returns what was saved @throws VentError COMMAND_FAILED, NOT_FOUND
   */
  edit(text: string, name: string): Promise<string>;
  /** Runs a program without a shell; it ends with the process. @param words the program and its arguments */
  run(words: readonly string[], milliseconds: number): Promise<CommandEnd>;
  now(): number;
  /** Aborts on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** Ends a command with an exit code of design table "Exit codes". */
export class Exit extends Error {
  readonly code: number;
  /** Said before the command ends. */
  readonly failure: VentError | undefined;
  constructor(code: number, failure?: VentError) {
    super(`exit ${code}`);
    this.code = code;
    this.failure = failure;
  }
}

export const EXIT = {
  done: 0,
  error: 1,
  /** Of commands that compare: there is a difference. */
  differs: 1,
  usage: 2,
  unchanged: 3,
  timeout: 4,
  refused: 5,
  /** Of commands that compare: an error, which 1 could not tell from a difference. */
  incomparable: 6,
  interrupted: 130,
} as const;
