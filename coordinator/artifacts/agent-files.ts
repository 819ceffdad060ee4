import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { VentError } from '../../shared/errors.ts';
import type { AgentRow } from '../rows.ts';
import { hashFile } from './durable-file.ts';
import type { AgentFile } from './server.ts';

/** The agent as it lies in a directory, hashed. @throws VentError NOT_FOUND when there is none */
export async function readAgentFiles(directory: string): Promise<readonly AgentFile[]> {
  const names = await readdir(directory).catch(() => []);
  const found = names.filter((name) => /^vent-agent(\.cjs|-linux-(x64|arm64))$/.test(name));
  if (!found.some((name) => name.startsWith('vent-agent-linux'))) {
    throw new VentError('NOT_FOUND', `cannot find the agent in ${directory}`, {
      hint: 'npm run build makes it; --agent names another directory.',
    });
  }
  return await Promise.all(
    found.map(async (name) => {
      const path = join(directory, name);
      const { digest, size } = await hashFile(path);
      return { name, path, sha256: digest, size };
    }),
  );
}

/** What a machine of each architecture is given as its agent: the executable, since it needs no Node. */
export function agentsOf(files: readonly AgentFile[]): readonly AgentRow[] {
  return (['x64', 'arm64'] as const).flatMap((architecture) => {
    const found = files.find(({ name }) => name === `vent-agent-linux-${architecture}`);
    return found === undefined ? [] : [{ architecture, sha256: found.sha256, size: found.size }];
  });
}
