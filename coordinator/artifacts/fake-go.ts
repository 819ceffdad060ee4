/** A host for tests of building: a Go that compiles nothing, and the package tools beside it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VentError } from '../../shared/errors.ts';
import type { ProgramOptions, ProgramResult, RunProgram } from './program.ts';

export interface FakeGo {
  readonly run: RunProgram;
  /** Every call in order, as one line each. */
  readonly calls: readonly string[];
  /** Import paths that were compiled, in order. */
  compiled(): readonly string[];
}

export interface FakeGoOptions {
  /** `module@version` that the proxy does not serve, as root or as a dependency. */
  readonly refused?: string;
  /** Import paths whose compilation fails. */
  readonly broken?: readonly string[];
  readonly hasLibrary?: boolean;
  /** Where modules lie once they are downloaded. */
  readonly moduleDirectory?: string;
  readonly isInstalled?: boolean;
}

const GOOD: ProgramResult = { code: 0, output: '', complaint: '' };

/** Compiling writes the import path and the directory's go.mod decides nothing, so equal recipes give equal bytes. */
export function createFakeGo(options: FakeGoOptions = {}): FakeGo {
  const calls: string[] = [];
  let hasLibrary = options.hasLibrary ?? true;
  const run: RunProgram = async (argv, programOptions) => {
    programOptions.signal?.throwIfAborted();
    calls.push(argv.join(' '));
    if (argv[0] === 'pkg-config') return { ...GOOD, code: hasLibrary ? 0 : 1 };
    if (argv[0] === 'apt-get') {
      hasLibrary = true;
      return GOOD;
    }
    if (argv[0] !== 'go' || options.isInstalled === false)
      throw new VentError('HOST_UNSUPPORTED', `cannot run ${argv[0]}: it is not installed on this machine`);
    return runGo(options, argv.slice(1), programOptions);
  };
  const builds = (): readonly string[] => calls.filter((call) => call.startsWith('go build'));
  return { run, calls, compiled: () => builds().map((call) => call.slice(call.lastIndexOf(' ') + 1)) };
}

async function runGo(options: FakeGoOptions, argv: readonly string[], on: ProgramOptions): Promise<ProgramResult> {
  const refusal = `${options.refused}: reading https://proxy.test: 403 Forbidden`;
  const verb = argv[0] === 'mod' ? `mod ${argv[1]}` : argv[0];
  switch (verb) {
    case 'env':
      return { ...GOOD, output: 'go1.26.8\n' };
    case 'mod download': {
      if (argv.at(-1) === options.refused) return { ...GOOD, code: 1, output: JSON.stringify({ Error: refusal }) };
      const Dir = options.moduleDirectory ?? '/modules/one';
      return { ...GOOD, output: JSON.stringify({ Dir, GoMod: join(Dir, 'go.mod') }) };
    }
    case 'mod edit':
      return { ...GOOD, output: JSON.stringify({ Replace: STAGING }) };
    case 'list':
      return { ...GOOD, output: options.refused === undefined ? '\n\n' : `\n${refusal}\n` };
    case 'build': {
      const target = argv.at(-1) ?? '';
      if (options.broken?.includes(target) === true)
        return { ...GOOD, code: 1, complaint: 'main.go:1:1: syntax error' };
      on.onLine?.(target);
      await writeFile(argv[argv.indexOf('-o') + 1] ?? '', `compiled ${target}`);
      return GOOD;
    }
    default:
      throw new Error(`the fake Go does not know ${argv.join(' ')}`);
  }
}

const STAGING = [
  { Old: { Path: 'k8s.io/api' }, New: { Path: './staging/src/k8s.io/api' } },
  { Old: { Path: 'example.com/fork' }, New: { Path: 'example.com/other', Version: 'v1.0.0' } },
];
