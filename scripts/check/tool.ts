/** Runs the programs that checks rest on: those of node_modules/.bin and Node itself. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';

export interface ToolResult {
  readonly succeeded: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

const LIMITS = { timeout: 300_000, maxBuffer: 64 << 20 };

function run(root: string, file: string, args: readonly string[]): Promise<ToolResult> {
  return new Promise((resolve) => {
    execFile(file, args, { cwd: root, ...LIMITS }, (error, stdout, stderr) => {
      resolve({
        succeeded: error === null,
        stdout,
        stderr: stdout === '' && stderr === '' ? (error?.message ?? '') : stderr,
      });
    });
  });
}

/** Runs a program of node_modules/.bin in `root`; a program that cannot be started has failed, too. */
export function runTool(root: string, name: string, args: readonly string[]): Promise<ToolResult> {
  return run(root, join(root, 'node_modules/.bin', name), args);
}

/** Runs one of the repository's scripts on this Node. */
export function runScript(root: string, script: string, args: readonly string[]): Promise<ToolResult> {
  return run(root, process.execPath, [join(root, script), ...args]);
}

/** A failed run's lines as problems; none when it succeeded. */
export function problemsOf(result: ToolResult): readonly string[] {
  if (result.succeeded) return [];
  const lines = `${result.stdout}\n${result.stderr}`.split('\n').filter((line) => line.trim() !== '');
  return lines.length === 0 ? ['it failed and said nothing'] : lines;
}
