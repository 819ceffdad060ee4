/** `vent`: the one place where the command line is put together with the programs it starts. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import tls from 'node:tls';
import packageFile from '../package.json' with { type: 'json' };
import { registerLab } from '../scripts/lab/commands.ts';
import { registerSim } from '../scripts/sim/commands.ts';
import { systemClock } from '../shared/clock.ts';
import { type ArtifactWork, createArtifactsCommand } from './cli/artifacts-command.ts';
import { connectOperator } from './cli/operator.ts';
import { createProcessShell } from './cli/process-shell.ts';
import { createProgram, runProgram } from './cli/program.ts';
import { createServeCommand, type ServeArguments } from './cli/serve-command.ts';

const { version } = packageFile;
const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interruption.abort(name));
const shell = createProcessShell(interruption.signal);

async function loadArtifactWork(): Promise<ArtifactWork> {
  const [{ createArtifactWork }, { cacheDirectory }, { runProgram: run }] = await Promise.all([
    import('./artifacts/work.ts'),
    import('./artifacts/cache.ts'),
    import('./artifacts/program.ts'),
  ]);
  return createArtifactWork({
    cacheDirectory: cacheDirectory(process.env, homedir()),
    hostArchitecture: process.arch,
    isRoot: process.getuid?.() === 0,
    run,
    fetch,
    clock: systemClock,
    random: Math.random,
  });
}

/** Loaded late: `vent --help` need not wait for a coordinator's libraries. */
async function runServe(given: ServeArguments): Promise<void> {
  const { serve, defaultAddress } = await import('./serve.ts');
  const [{ parse }, { createWinstonLogger, styleFor }] = await Promise.all([
    import('yaml'),
    import('../shared/winston-log.ts'),
  ]);
  const [{ PORTS }, { readAgentFiles }, { readManifest }, { importArtifacts }, { writeFirstContext }] =
    await Promise.all([
      import('./serve-options.ts'),
      import('./artifacts/agent-files.ts'),
      import('./artifacts/manifest.ts'),
      import('./artifacts/commands.ts'),
      import('./first-context.ts'),
    ]);
  tls.DEFAULT_MIN_VERSION = 'TLSv1.3';
  const log = createWinstonLogger({
    level: given.verbose ? 'debug' : 'info',
    style: styleFor(process.env, process.stderr.isTTY === true),
  });
  const credentials =
    given.providerCredentials === undefined ? {} : parse(await readFile(given.providerCredentials, 'utf8'));
  const agentFiles = await readAgentFiles(given.agent ?? join(import.meta.dirname, '..', 'dist'));
  const advertise = given.advertise ?? defaultAddress();
  const options = {
    ...given,
    advertise,
    credentials,
    agentFiles,
    version,
    clock: systemClock,
    log,
    fetch,
    random: Math.random,
  };
  const coordinator = await serve(options, async (state) => {
    for (const file of agentFiles) await state.artifacts.add(file.path, file);
    if (given.artifacts !== undefined) {
      const depot = { store: state.artifacts, catalogue: state.catalogue, now: Date.now };
      await importArtifacts(depot, await readManifest(given.artifacts), { report: () => undefined });
    }
    const host = given.operatorListen === '0.0.0.0' ? '127.0.0.1' : given.operatorListen;
    const written = await writeFirstContext(shell, state, `${host}:${PORTS.operator}`);
    if (written !== undefined) log.info('administrator context written', { path: written });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  interruption.signal.addEventListener('abort', () => resolve(), { once: true });
  if (!interruption.signal.aborted) await promise;
  log.info('coordinator ends');
  await coordinator.close();
}

const isPlugin = basename(process.env.VENT_PROGRAM ?? process.argv[1] ?? '').startsWith('kubectl-');
const program = createProgram({
  shell,
  version,
  name: isPlugin ? 'kubectl vent' : 'vent',
  connect: connectOperator,
  extra: [createServeCommand(runServe), createArtifactsCommand(loadArtifactWork), registerLab, registerSim],
});
process.exitCode = await runProgram(program, shell, process.argv.slice(2));
