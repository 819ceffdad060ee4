/** `vent`: the one place where the command line is put together with the programs it starts. */
import { basename } from 'node:path';
import packageFile from '../package.json' with { type: 'json' };
import { createProcessShell } from './cli/process-shell.ts';
import { createProgram, runProgram } from './cli/program.ts';

const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interruption.abort(name));

const isPlugin = basename(process.env.VENT_PROGRAM ?? process.argv[1] ?? '').startsWith('kubectl-');
const shell = createProcessShell(interruption.signal);
const program = createProgram({
  shell,
  version: packageFile.version,
  name: isPlugin ? 'kubectl vent' : 'vent',
  extra: [],
});
process.exitCode = await runProgram(program, shell, process.argv.slice(2));
