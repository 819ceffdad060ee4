import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Context, readConfig, saveContext } from '../../../coordinator/cli/config.ts';
import { createProcessShell } from '../../../coordinator/cli/process-shell.ts';
import type { Shell } from '../../../coordinator/cli/shell.ts';
import { withdrawContext } from '../../../scripts/lab/context.ts';

const context: Context = { name: 'lab-main', address: '127.0.0.1:1', roots: 'R', certificate: 'C', key: 'K' };

describe("a lab's context in the user's configuration", () => {
  let shell: Shell;
  let path: string;
  let directory: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vent-context-'));
    path = join(directory, 'config');
    shell = { ...createProcessShell(new AbortController().signal), env: { VENTCONFIG: path } };
  });
  after(() => rm(directory, { recursive: true }));

  it('takes the file with it when nothing else is in it', async () => {
    await saveContext(shell, context, true);
    await withdrawContext('main', shell);
    await assert.rejects(stat(path), { code: 'ENOENT' });
  });

  it('leaves the others, their comments, and a current one', async () => {
    await saveContext(shell, { ...context, name: 'work' }, true);
    await shell.writeFile(path, `# mine\n${await readFile(path, 'utf8')}`, true);
    await saveContext(shell, context, true);
    await withdrawContext('main', shell);
    assert.match(await readFile(path, 'utf8'), /^# mine/);
    const config = await readConfig(shell);
    assert.equal(config.currentContext, 'work');
    assert.deepEqual(
      config.contexts.map((one) => one.name),
      ['work'],
    );
  });

  it('minds nothing when there is no such context', async () => {
    await withdrawContext('other', shell);
    await withdrawContext('main', { ...shell, env: { VENTCONFIG: join(directory, 'none') } });
  });
});
