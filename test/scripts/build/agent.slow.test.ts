import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { hashFile } from '../../../coordinator/artifacts/durable-file.ts';
import { runProgram } from '../../../coordinator/artifacts/program.ts';
import type { AgentFile } from '../../../coordinator/artifacts/server.ts';
import { buildAgent } from '../../../scripts/build/agent.ts';

let room = '';
let files: readonly AgentFile[] = [];
const fileOf = (name: string): AgentFile => {
  const file = files.find((one) => one.name === name);
  assert.ok(file, name);
  return file;
};
const executable = `vent-agent-linux-${process.arch}`;

before(async () => {
  room = await mkdtemp(join(tmpdir(), 'vent-build-'));
  await writeFile(join(room, 'greeting.ts'), "export const greeting: string = 'good day';\n");
  await writeFile(
    join(room, 'main.ts'),
    `import { greeting } from './greeting.ts';
     export function greetLoudly(): void { throw new Error(greeting); }
     if (process.argv.includes('loudly')) greetLoudly();
     console.log(greeting, process.argv.slice(2).join(' '));`,
  );
  files = await buildAgent({ entry: join(room, 'main.ts'), out: join(room, 'dist') });
});
after(() => rm(room, { recursive: true, force: true }));

describe("the agent's files", () => {
  it('are a bundle and an executable for this machine at least, with their figures', async () => {
    assert.deepEqual(files.map((file) => file.name).slice(0, 2), ['vent-agent.cjs', executable]);
    for (const file of files) {
      const { digest, size } = await hashFile(file.path);
      assert.deepEqual([file.sha256, file.size], [digest, size]);
    }
  });

  it('run alike, with and without Node', async () => {
    const bundle = await runProgram([process.execPath, fileOf('vent-agent.cjs').path, 'a'], { milliseconds: 10_000 });
    const alone = await runProgram([fileOf(executable).path, 'a'], { milliseconds: 10_000 });
    assert.equal(bundle.output, 'good day a\n');
    assert.deepEqual(alone, bundle);
  });

  it('name the functions of the sources in a stack', async () => {
    const result = await runProgram([fileOf(executable).path, 'loudly'], { milliseconds: 10_000 });
    assert.equal(result.code, 1);
    assert.match(result.complaint, /greetLoudly/);
  });

  it('do not let NODE_OPTIONS run code in an executable', async () => {
    const intruder = join(room, 'intruder.cjs');
    await writeFile(intruder, "console.log('intruder');");
    const environment = { NODE_OPTIONS: `--require ${intruder}` };
    const bundle = [process.execPath, fileOf('vent-agent.cjs').path] as const;
    assert.match((await runProgram(bundle, { environment, milliseconds: 10_000 })).output, /intruder/);
    const alone = await runProgram([fileOf(executable).path], { environment, milliseconds: 10_000 });
    assert.equal(alone.output, 'good day \n');
  });

  it('are left alone while their inputs are the same', async () => {
    const inodes = (): Promise<readonly number[]> => Promise.all(files.map(async ({ path }) => (await stat(path)).ino));
    const first = await inodes();
    await buildAgent({ entry: join(room, 'main.ts'), out: join(room, 'dist') });
    assert.deepEqual(await inodes(), first);
  });
});
