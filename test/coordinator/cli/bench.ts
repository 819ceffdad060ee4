/** Runs command lines in memory. */

import type { Context } from '../../../coordinator/cli/config.ts';
import { withContext } from '../../../coordinator/cli/config-file.ts';
import { createFakeOperator, type FakeOperator, type OperatorAnswers } from '../../../coordinator/cli/fake-operator.ts';
import { createFakeShell, type FakeShell, type FakeShellOptions } from '../../../coordinator/cli/fake-shell.ts';
import { createProgram, runProgram } from '../../../coordinator/cli/program.ts';

export const CONFIG = '/home/me/.config/vent/config';
export const NOW = Date.parse('2026-11-24T12:00:00Z');

export function contextNamed(name: string): Context {
  return { name, address: `${name}:7445`, roots: 'R', certificate: 'C', key: 'K' };
}

export interface Ran {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
  readonly shell: FakeShell;
  readonly operator: FakeOperator;
  /** The contexts that were connected to, and the milliseconds an answer may take. */
  readonly connected: readonly (readonly [Context, number])[];
}

export interface RunOptions extends FakeShellOptions {
  readonly answers?: OperatorAnswers;
  /** Called with the shell before the command begins. */
  readonly prepare?: (shell: FakeShell) => void;
}

/** A computer with one context, `demo`, unless other files are given. */
export async function run(words: string | readonly string[], options: RunOptions = {}): Promise<Ran> {
  const files = { [CONFIG]: withContext(undefined, CONFIG, contextNamed('demo'), true) };
  const shell = createFakeShell({ now: () => NOW, files, ...options });
  options.prepare?.(shell);
  const operator = createFakeOperator(options.answers ?? {});
  const connected: (readonly [Context, number])[] = [];
  const program = createProgram({
    shell,
    version: '1.2.3',
    name: 'vent',
    async connect(context, milliseconds) {
      connected.push([context, milliseconds]);
      return operator;
    },
    extra: [],
  });
  const code = await runProgram(program, shell, typeof words === 'string' ? words.split(' ') : words);
  return { code, output: shell.output(), errors: shell.errors(), shell, operator, connected };
}
