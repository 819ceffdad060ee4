/** The whole command tree as `vent` has it, for pages and tests; its commands cannot be run. */
import type { Command } from 'commander';
import { createArtifactsCommand } from '../../coordinator/cli/artifacts-command.ts';
import { createFakeShell } from '../../coordinator/cli/fake-shell.ts';
import { createProgram } from '../../coordinator/cli/program.ts';
import { createServeCommand } from '../../coordinator/cli/serve-command.ts';
import type { Shell } from '../../coordinator/cli/shell.ts';
import { registerLab } from '../lab/commands.ts';
import { registerSim } from '../sim/commands.ts';

/** Built for nobody's home, so that pages are the same on every machine. */
export function documentedProgram(shell: Shell = { ...createFakeShell(), home: '~' }): Command {
  const refuse = (): never => {
    throw new Error('the documented tree runs nothing');
  };
  return createProgram({
    shell,
    version: '',
    name: 'vent',
    connect: refuse,
    extra: [createServeCommand(refuse), createArtifactsCommand(refuse), registerLab, registerSim],
  });
}
