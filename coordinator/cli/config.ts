/**
 * Contexts: which coordinator to talk to and as whom, in a file like a kubeconfig. What reads the file is loaded when it
 * is read, so that help is quick.
 */
import { join } from 'node:path';
import { VentError } from '../../shared/errors.ts';
import { nearest } from '../../shared/spec/spelling.ts';
import type { Shell } from './shell.ts';

export interface Context {
  readonly name: string;
  /** host:port of the operator port. */
  readonly address: string;
  /** PEM. */
  readonly roots: string;
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

export interface Config {
  readonly currentContext: string | undefined;
  readonly contexts: readonly Context[];
}

type Reader = Pick<Shell, 'env' | 'home' | 'readFile'>;

/** `$VENTCONFIG`, else `$XDG_CONFIG_HOME/vent/config`, else `~/.config/vent/config`. */
export function configPath(shell: Pick<Shell, 'env' | 'home'>): string {
  return shell.env.VENTCONFIG ?? join(shell.env.XDG_CONFIG_HOME ?? join(shell.home, '.config'), 'vent', 'config');
}

/** @throws VentError NOT_FOUND with what to do, INVALID_INPUT */
export async function readConfig(shell: Reader): Promise<Config> {
  const { parseConfig } = await import('./config-file.ts');
  return parseConfig(await readText(shell), configPath(shell));
}

async function readText(shell: Reader): Promise<string> {
  const path = configPath(shell);
  return shell.readFile(path).catch((cause: unknown) => {
    throw new VentError('NOT_FOUND', `cannot find a coordinator: there is no ${path}`, {
      hint: '`vent serve` writes a context on the machine where it runs; copy it here, or set VENTCONFIG.',
      cause,
    });
  });
}

/** The name of the context that commands use: `--context`, then VENT_CONTEXT, then the file's current one. */
export function chosenName(shell: Reader, config: Config, named: string | undefined): string | undefined {
  return named ?? shell.env.VENT_CONTEXT ?? config.currentContext;
}

/** The context to use; VENT_ADDR overrides its address. @throws VentError NOT_FOUND with what to do */
export async function currentContext(shell: Reader, named: string | undefined): Promise<Context> {
  const config = await readConfig(shell);
  const context = findContext(config, chosenName(shell, config, named), configPath(shell));
  return shell.env.VENT_ADDR === undefined ? context : { ...context, address: shell.env.VENT_ADDR };
}

function findContext(config: Config, name: string | undefined, path: string): Context {
  const context = config.contexts.find((candidate) => candidate.name === name);
  if (context !== undefined) return context;
  const names = config.contexts.map((candidate) => candidate.name);
  const similar = name === undefined ? undefined : nearest(name, names);
  throw new VentError(
    'NOT_FOUND',
    `cannot find context ${name ?? '(none)'} in ${path}: it has ${names.join(', ') || 'none'}`,
    { hint: similar === undefined ? 'Name one with --context.' : `Did you mean ${similar}?` },
  );
}

/** Adds or replaces a context in the file, made private. @returns the file */
export async function saveContext(shell: Shell, context: Context, becomesCurrent: boolean): Promise<string> {
  const { withContext } = await import('./config-file.ts');
  const path = configPath(shell);
  const text = await shell.readFile(path).catch(() => undefined);
  await shell.writeFile(path, withContext(text, path, context, becomesCurrent), true);
  return path;
}

/** Makes another context the current one. @throws VentError NOT_FOUND */
export async function switchContext(shell: Shell, name: string, isDryRun: boolean): Promise<void> {
  const { parseConfig, withCurrent } = await import('./config-file.ts');
  const path = configPath(shell);
  const text = await readText(shell);
  findContext(parseConfig(text, path), name, path);
  if (!isDryRun) await shell.writeFile(path, withCurrent(text, name), true);
}
