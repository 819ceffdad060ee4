/** A terminal and a file system in memory. */
import { buffer } from 'node:stream/consumers';
import { VentError } from '../../shared/errors.ts';
import type { CommandEnd } from './run-command.ts';
import type { Shell } from './shell.ts';

export interface FakeShell extends Shell {
  /** By path; commands read and write here. Bytes stand as Latin-1. */
  readonly files: Map<string, string>;
  /** Paths that were written so that only their owner can read them. */
  readonly privateFiles: ReadonlySet<string>;
  /** All that was printed. */
  output(): string;
  errors(): string;
  /** Questions that were asked, in order. */
  readonly asked: readonly string[];
  /** Texts that an editor was opened with, in order. */
  readonly edited: readonly string[];
  /** As Ctrl-C does. */
  interrupt(): void;
}

export interface FakeShellOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  /** What standard input holds. */
  readonly input?: string;
  /** What the person types when asked; without it nobody can be asked. */
  readonly answer?: string;
  /** What the person saves each time an editor opens; without one, what was there. */
  readonly edits?: readonly string[];
  /** How programs end that are run, by their words; without one, they cannot be started. */
  readonly programs?: (words: readonly string[]) => CommandEnd;
  readonly isErrorTerminal?: boolean;
  readonly columns?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export function createFakeShell(options: FakeShellOptions = {}): FakeShell {
  const files = new Map(Object.entries(options.files ?? {}));
  const privateFiles = new Set<string>();
  const asked: string[] = [];
  const edited: string[] = [];
  const interruption = new AbortController();
  let [output, errors] = ['', ''];
  return {
    env: options.env ?? {},
    home: '/home/me',
    workingDirectory: '/home/me',
    isErrorTerminal: options.isErrorTerminal === true,
    canAsk: options.answer !== undefined,
    columns: options.columns ?? 80,
    signal: interruption.signal,
    files,
    privateFiles,
    asked,
    output: () => output,
    errors: () => errors,
    interrupt: () => interruption.abort('SIGINT'),
    out(text) {
      output += text;
    },
    err(text) {
      errors += text;
    },
    async readFile(path) {
      const text = files.get(path);
      if (text === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
      return text;
    },
    async listDirectory(path) {
      const prefix = `${path.replace(/\/+$/, '')}/`;
      const names = [...files.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
      return names.length === 0 ? undefined : names;
    },
    async writeFile(path, text, isPrivate) {
      files.set(path, text);
      if (isPrivate) privateFiles.add(path);
    },
    async saveFile(path, parts) {
      if (files.has(path)) throw new VentError('CONFLICT', `cannot write ${path}: it is there already`);
      const text = await buffer(parts);
      files.set(path, text.toString('latin1'));
      privateFiles.add(path);
    },
    readInput: async () => options.input ?? '',
    async ask(question) {
      asked.push(question);
      return options.answer ?? '';
    },
    async edit(text) {
      edited.push(text);
      return options.edits?.[edited.length - 1] ?? text;
    },
    edited,
    run: async (words) =>
      options.programs?.(words) ?? { isDone: false, ending: 'it cannot be started: ENOENT', lastLine: '' },
    now: options.now ?? (() => Date.parse('2026-11-24T12:00:00Z')),
  };
}
