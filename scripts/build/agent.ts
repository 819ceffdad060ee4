/** Everything a machine may be given as its agent: the bundle, and an executable for each architecture whose Node is installed. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile } from '../../coordinator/artifacts/durable-file.ts';
import type { AgentFile } from '../../coordinator/artifacts/server.ts';
import { VentError } from '../../shared/errors.ts';
import { bundleProgram } from './bundle.ts';
import { makeExecutable } from './executable.ts';

const modules = join(import.meta.dirname, '../../node_modules');
const ARCHITECTURES = ['x64', 'arm64'] as const;

/** Node as the package manager installed it for an architecture, whether or not this machine can run it. */
function nodeOf(architecture: string): string {
  return join(modules, `node-linux-${architecture}`, 'bin/node');
}

export interface BuildAgentOptions {
  /** `agent/main.ts` */
  readonly entry: string;
  /** Directory for the results, made when needed. */
  readonly out: string;
  /** Built for tests: with fault points. */
  readonly hasFaults?: boolean;
}

/**
 * Builds `vent-agent.cjs` and `vent-agent-linux-<architecture>` unless they are fresh.
 * @returns each file with its figures, in the shape that the coordinator serves
 * @throws VentError HOST_UNSUPPORTED when Node for this machine is not installed among the dependencies
 */
export async function buildAgent(options: BuildAgentOptions): Promise<readonly AgentFile[]> {
  const hostNode = nodeOf(process.arch);
  if (!existsSync(hostNode))
    throw new VentError('HOST_UNSUPPORTED', `cannot build the agent: node-linux-${process.arch} is not installed`, {
      hint: 'Run npm install, with optional dependencies.',
    });
  await mkdir(options.out, { recursive: true });
  const script = join(options.out, 'vent-agent.cjs');
  await bundleProgram({ entry: options.entry, out: script, format: 'cjs', hasFaults: options.hasFaults === true });
  const names = ['vent-agent.cjs'];
  for (const architecture of ARCHITECTURES.filter((one) => existsSync(nodeOf(one)))) {
    const name = `vent-agent-linux-${architecture}`;
    await makeExecutable({ script, node: nodeOf(architecture), hostNode, out: join(options.out, name) });
    names.push(name);
  }
  return Promise.all(names.map((name) => describeFile(name, join(options.out, name))));
}

async function describeFile(name: string, path: string): Promise<AgentFile> {
  const { digest, size } = await hashFile(path);
  return { name, path, sha256: digest, size };
}
