/** The text of a configuration: what may stand in it, and how it is changed without losing comments. */
import { type Document, parse, parseDocument } from 'yaml';
import * as z from 'zod';
import { VentError } from '../../shared/errors.ts';
import type { Config, Context } from './config.ts';

const contextSchema = z.strictObject({
  name: z.string().min(1),
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

const EMPTY = 'apiVersion: vent/v1alpha1\nkind: Config\ncontexts: []\n';

/** @throws VentError INVALID_INPUT when the text is not a configuration */
export function parseConfig(text: string, path: string): Config {
  const result = configSchema.safeParse(parseYaml(text));
  if (!result.success) {
    const reason = result.error.issues[0]?.message ?? 'invalid';
    throw new VentError('INVALID_INPUT', `cannot read ${path}: ${reason}`, {
      hint: 'Move the file away; `vent serve` writes a new context.',
    });
  }
  return { currentContext: result.data['current-context'], contexts: result.data.contexts };
}

/** The value of a YAML text, or undefined when it is not YAML (an alias without its anchor shows only when it is read). */
function parseYaml(text: string): unknown {
  try {
    return parse(text, { logLevel: 'error' });
  } catch {
    return undefined;
  }
}

/**
 * The text of a configuration with the context added or replaced; it becomes the current one when there was none, or when asked.
 * @throws VentError INVALID_INPUT as parseConfig
 */
export function withContext(text: string | undefined, path: string, context: Context, becomesCurrent: boolean): string {
  const config = parseConfig(text ?? EMPTY, path);
  const document: Document = parseDocument(text ?? EMPTY);
  const index = config.contexts.findIndex((candidate) => candidate.name === context.name);
  document.setIn(['contexts', index === -1 ? config.contexts.length : index], document.createNode(context));
  if (becomesCurrent || config.currentContext === undefined) document.setIn(['current-context'], context.name);
  return document.toString({ lineWidth: 0 });
}

/** The text with another current context, which the caller knows to be there. */
export function withCurrent(text: string, name: string): string {
  const document: Document = parseDocument(text);
  document.setIn(['current-context'], name);
  return document.toString({ lineWidth: 0 });
}
