/** What a lab's cluster is made of: artifacts in the cache and the agent, built when they are not there yet. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseMissingCapabilities } from '../../agent/facts.ts';
import { createBuilder } from '../../coordinator/artifacts/builder.ts';
import { cacheDirectory, createArtifactCache } from '../../coordinator/artifacts/cache.ts';
import { buildArtifacts, forEachKubernetes } from '../../coordinator/artifacts/commands.ts';
import { createImageBuilder } from '../../coordinator/artifacts/image-builder.ts';
import { writeManifest } from '../../coordinator/artifacts/manifest.ts';
import { runProgram } from '../../coordinator/artifacts/program.ts';
import type { Progress } from '../../coordinator/artifacts/progress.ts';
import { type Architecture, versionsOf } from '../../coordinator/artifacts/recipes.ts';
import { systemClock } from '../../shared/clock.ts';
import type { ClusterFile } from '../../shared/spec/schema.ts';
import { buildAgent } from '../build/agent.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Where the agent's files are built to. */
export const AGENT_DIRECTORY = join(ROOT, 'dist');

/**
 * Builds what the spec names unless the cache has it, and writes the manifest that a coordinator takes in.
 * @param kubernetes further versions of Kubernetes, to upgrade to
 * @param manifest path of the manifest
 * @returns path of kubectl
 * @throws VentError as the builder and the image builder do
 */
export async function buildPrograms(
  spec: ClusterFile['spec'],
  kubernetes: readonly string[],
  manifest: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const directory = cacheDirectory(process.env, homedir());
  const cache = createArtifactCache(directory);
  const architecture: Architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
  const shared = { cache, directory, run: runProgram, hostArchitecture: process.arch };
  const builder = createBuilder({ ...shared, clock: systemClock, isRoot: process.getuid?.() === 0 });
  const images = createImageBuilder({ ...shared, now: Date.now });
  const missing = parseMissingCapabilities(await readFile('/proc/self/status', 'utf8'));
  const options = {
    architecture,
    oomScoreRestricted: missing.includes('sys_resource'),
    report: (progress: Progress) => sayProgress(progress, say),
    signal,
  };
  const artifacts = await forEachKubernetes(versionsOf(spec), kubernetes, (versions) =>
    buildArtifacts({ builder, images }, versions, options),
  );
  await writeManifest(manifest, artifacts);
  return cache.pathOf({ name: 'kubectl', version: spec.kubernetes.version, architecture });
}

/** What was there already is not worth a line. */
function sayProgress(
  { step, steps, subject, state, elapsedMilliseconds, detail }: Progress,
  say: (line: string) => void,
): void {
  if (state === 'cached') return;
  const seconds = Math.round(elapsedMilliseconds / 1000);
  say(`artifact ${step}/${steps} ${subject}: ${state}${detail === undefined ? '' : `, ${detail}`} (${seconds} s)`);
}

/** The agent's files, built unless they are fresh. */
export async function buildAgentFiles(): Promise<void> {
  await buildAgent({ entry: join(ROOT, 'agent/main.ts'), out: AGENT_DIRECTORY });
}
