import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { runProgram } from '../../../coordinator/artifacts/program.ts';
import { bundleProgram } from '../../../scripts/build/bundle.ts';

const format = 'cjs';

interface Bench {
  readonly entry: string;
  readonly imported: string;
  readonly out: string;
}

async function makeBench(t: TestContext): Promise<Bench> {
  const room = await mkdtemp(join(tmpdir(), 'vent-bundle-'));
  t.after(() => rm(room, { recursive: true, force: true }));
  const bench = { entry: join(room, 'main.ts'), imported: join(room, 'word.ts'), out: join(room, 'out.cjs') };
  await writeFile(bench.entry, "import { word } from './word.ts';\nconsole.log(word);\n");
  await writeFile(bench.imported, "export const word: string = 'one';\n");
  return bench;
}

const inodeOf = async (path: string): Promise<number> => (await stat(path)).ino;

describe('a bundle', () => {
  it('is made again when something it imports has changed, and not otherwise', async (t) => {
    const { entry, imported, out } = await makeBench(t);
    await bundleProgram({ entry, out, format });
    const first = await inodeOf(out);
    await bundleProgram({ entry, out, format });
    assert.equal(await inodeOf(out), first);
    await writeFile(imported, "export const word = 'two';\n");
    await bundleProgram({ entry, out, format });
    assert.match(await readFile(out, 'utf8'), /two/);
  });

  it('is made again when it is damaged, gone, or asked for differently', async (t) => {
    const { entry, out } = await makeBench(t);
    await bundleProgram({ entry, out, format });
    const whole = await readFile(out, 'utf8');
    for (const spoil of [() => writeFile(out, 'cut'), () => rm(out), () => writeFile(`${out}.stamp.json`, '{}')]) {
      await spoil();
      await bundleProgram({ entry, out, format });
      assert.equal(await readFile(out, 'utf8'), whole);
    }
    await bundleProgram({ entry, out, format, isCommand: true });
    assert.equal(await readFile(out, 'utf8'), `#!/usr/bin/env node\n${whole}`);
    assert.equal((await stat(out)).mode & 0o777, 0o755);
  });

  it('may wait at its top level and use a CommonJS library, as an ES module', async (t) => {
    const { entry, out } = await makeBench(t);
    const library = join(import.meta.dirname, '../../../node_modules/tar-stream/index.js');
    await writeFile(entry, `import { pack } from '${library}';\nconsole.log(await Promise.resolve(typeof pack));\n`);
    const module = out.replace('.cjs', '.mjs');
    await bundleProgram({ entry, out: module, format: 'esm', isCommand: true });
    const result = await runProgram([process.execPath, module], { milliseconds: 10_000 });
    assert.deepEqual([result.code, result.output], [0, 'function\n'], result.complaint);
  });

  it('that cannot be made leaves the old one', async (t) => {
    const { entry, imported, out } = await makeBench(t);
    await bundleProgram({ entry, out, format });
    const whole = await readFile(out, 'utf8');
    await writeFile(imported, 'export const = ;');
    await assert.rejects(bundleProgram({ entry, out, format }));
    assert.equal(await readFile(out, 'utf8'), whole);
  });
});
