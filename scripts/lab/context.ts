/** The lab's coordinator as a context of the user's own configuration, so that plain `vent status` speaks to it; gone when the lab is. */
import { rm } from 'node:fs/promises';
import { isSeq, parseDocument } from 'yaml';
import { configPath, currentContext, readConfig, saveContext } from '../../coordinator/cli/config.ts';
import type { Shell } from '../../coordinator/cli/shell.ts';
import type { Lab } from './lab.ts';
import { portOf } from './settings.ts';

/** `lab-main` */
export function contextNameOf(instance: string): string {
  return `lab-${instance}`;
}

/** Adds the context and makes it the current one. @returns the file */
export async function shareContext(lab: Lab, shell: Shell): Promise<string> {
  const own = await currentContext({ ...shell, env: { VENTCONFIG: lab.names.context } }, undefined);
  const address = `127.0.0.1:${await portOf(lab.names, 'operator')}`;
  return await saveContext(shell, { ...own, name: contextNameOf(lab.names.instance), address }, true);
}

/** Takes it away again; the file too when nothing else is in it. What is not there is no error. */
export async function withdrawContext(instance: string, shell: Shell): Promise<void> {
  const name = contextNameOf(instance);
  const config = await readConfig(shell).catch(() => undefined);
  if (config === undefined || !config.contexts.some((context) => context.name === name)) return;
  const path = configPath(shell);
  if (config.contexts.length === 1) return await rm(path, { force: true });
  await shell.writeFile(path, without(await shell.readFile(path), name), true);
}

/** The text without that context; where it was the current one, the first of the others is. */
function without(text: string, name: string): string {
  const document = parseDocument(text);
  const contexts = document.get('contexts');
  if (!isSeq(contexts)) return text;
  const names = contexts.items.map((_, index) => String(document.getIn(['contexts', index, 'name'])));
  contexts.delete(names.indexOf(name));
  const [first] = names.filter((candidate) => candidate !== name);
  if (document.get('current-context') === name && first !== undefined) document.set('current-context', first);
  return document.toString({ lineWidth: 0 });
}
