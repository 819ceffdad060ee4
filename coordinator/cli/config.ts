/** Contexts: which coordinator to talk to and as whom, in a file like a kubeconfig. Comments in the file survive. */
import { dirname, join } from 'node:path';
import { type Document, parse, parseDocument } from 'yaml';
import * as z from 'zod';
import { VentError } from '../../shared/errors.ts';
import type { Shell } from './shell.ts';

const contextSchema = z.strictObject({
  name: z.string().min(1),
  /** host:port of the operator port. */
  address: z.string().min(1),
  roots: z.string(),
  certificate: z.string(),
  key: z.string(),
});
const configSchema = z.strictObject({
  apiVersion: z.literal('vent/v1alpha1'),
  kind: z.literal('Config'),
  'current-context': z.string().optional(),
  contexts: z.array(contextSchema),
});

export type Context = z.infer<typeof contextSchema>;
export type Config = z.infer<typeof configSchema>;

const EMPTY = 'apiVersion: vent/v1alpha1\nkind: Config\ncontexts: []\n';

/** `$VENTCONFIG`, else `$XDG_CONFIG_HOME/vent/config`, else `~/.config/vent/config`. */
export function configPath(shell: Pick<Shell, 'env' | 'home'>): string {
  return shell.env.VENTCONFIG ?? join(shell.env.XDG_CONFIG_HOME ?? join(shell.home, '.config'), 'vent', 'config');
}

/** @throws VentError INVALID_INPUT when the file is not one of ours */
export function parseConfig(text: string, path: string): Config {
  const result = configSchema.safeParse(parseYaml(text));
  if (!result.success) {
    const reason = result.error.issues[0]?.message ?? 'invalid';
    throw new VentError('INVALID_INPUT', `cannot read ${path}: ${reason}`, {
      hint: 'Move the file away; `vent serve` writes a new context.',
    });
  }
  return result.data;
}

/** The value of a YAML text, or undefined when it is not YAML (an alias without its anchor shows only when it is read). */
function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** The text of a configuration with the context added or replaced; it becomes the current one when there was none, or when asked. */
export function withContext(text: string | undefined, context: Context, becomesCurrent: boolean): string {
  const document: Document = parseDocument(text ?? EMPTY);
  const config = configSchema.parse(document.toJS());
  const index = config.contexts.findIndex((candidate) => candidate.name === context.name);
  document.setIn(['contexts', index === -1 ? config.contexts.length : index], document.createNode(context));
  if (becomesCurrent || config['current-context'] === undefined) document.setIn(['current-context'], context.name);
  return document.toString({ lineWidth: 0 });
}

/** The context to use: `--context`, then VENT_CONTEXT, then the file's current one. VENT_ADDR overrides its address. @throws VentError NOT_FOUND with what to do */
export async function currentContext(
  shell: Pick<Shell, 'env' | 'home' | 'readFile'>,
  named: string | undefined,
): Promise<Context> {
  const path = configPath(shell);
  const text = await shell.readFile(path).catch((cause: unknown) => {
    throw new VentError('NOT_FOUND', `cannot find a coordinator: there is no ${path}`, {
      hint: '`vent serve` writes a context on the machine where it runs; copy it here, or set VENTCONFIG.',
      cause,
    });
  });
  const config = parseConfig(text, path);
  const name = named ?? shell.env.VENT_CONTEXT ?? config['current-context'];
  const context = config.contexts.find((candidate) => candidate.name === name);
  if (context === undefined) {
    const known = config.contexts.map((candidate) => candidate.name).join(', ') || 'none';
    throw new VentError('NOT_FOUND', `cannot find context ${name ?? '(none)'} in ${path}: it has ${known}`, {
      hint: 'Name one with --context.',
    });
  }
  return shell.env.VENT_ADDR === undefined ? context : { ...context, address: shell.env.VENT_ADDR };
}

/** Adds or replaces a context in the file, made private. */
export async function saveContext(shell: Shell, context: Context, becomesCurrent: boolean): Promise<string> {
  const path = configPath(shell);
  const text = await shell.readFile(path).catch(() => undefined);
  await shell.writeFile(path, withContext(text, context, becomesCurrent), true);
  return path;
}

/** Where other files of this configuration belong. */
export function configDirectory(shell: Pick<Shell, 'env' | 'home'>): string {
  return dirname(configPath(shell));
}
