import { encodePrivateKey, generateKey, spkiOf } from '../shared/identity/keys.ts';
import { issueOperatorCertificate } from './authority/holders.ts';
import { configPath, saveContext } from './cli/config.ts';
import { parseConfig } from './cli/config-file.ts';
import type { Shell } from './cli/shell.ts';
import type { State } from './state.ts';

/**
 * Gives the operator of this machine an administrator's context, unless the configuration has one for this coordinator.
 * @param address `host:port` of the operator port
 * @returns the file it was written to, or undefined when there was nothing to write
 */
export async function writeFirstContext(shell: Shell, state: State, address: string): Promise<string | undefined> {
  const roots = state.authorities.roots('vent');
  const path = configPath(shell);
  const text = await shell.readFile(path).catch(() => undefined);
  const present = text === undefined ? [] : parseConfig(text, path).contexts;
  if (present.some((context) => context.roots === roots && context.address === address)) return undefined;
  const key = await generateKey();
  const leaf = await issueOperatorCertificate(state.authorities, { name: 'admin', role: 'admin', spki: spkiOf(key) });
  const cluster = await state.revisions.cluster();
  const name = cluster.name === '' ? `vent-${cluster.id.slice(0, 8)}` : cluster.name;
  await saveContext(shell, { name, address, roots, certificate: leaf.chain, key: encodePrivateKey(key) }, true);
  return path;
}
