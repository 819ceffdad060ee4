import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { makeTree } from '../check/trees.ts';

const suite = join(import.meta.dirname, '../../../scripts/test/suite.ts');
const result = z.object({
  tally: z.object({ passed: z.int(), failed: z.int(), skipped: z.int() }),
  failures: z.array(z.object({ title: z.string(), text: z.string() })),
  lines: z.array(z.string()),
});

/** Runs the files in a Node of their own, because node:test does not run tests from inside a test. */
function runFiles(files: Readonly<Record<string, string>>): z.infer<typeof result> {
  const program = `
    import { join } from 'node:path';
    import { runSuite } from ${JSON.stringify(suite)};
    const lines = [];
    const root = import.meta.dirname;
    const files = ${JSON.stringify(Object.keys(files))}.map((name) => join(root, name));
    const options = { root, files, concurrency: 2, timeout: 20000, isLong: false, signal: new AbortController().signal };
    const result = await runSuite({ ...options, print: (text) => lines.push(text) });
    console.log(JSON.stringify({ ...result, lines }));`;
  const root = makeTree({ ...files, 'program.mjs': program });
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return result.parse(
    JSON.parse(execFileSync(process.execPath, [join(root, 'program.mjs')], { env, encoding: 'utf8' })),
  );
}

const imports = "import { after, describe, it } from 'node:test';\n";

describe('a suite', () => {
  it('counts tests, not the groups around them, and has a line for each file', () => {
    const { tally, lines, failures } = runFiles({
      'a.test.ts': `${imports}describe('x', () => { it('one', () => {}); it('two', { skip: true }, () => {}); });`,
      'b.test.ts': `${imports}it('three', () => {}); it.todo('four');`,
    });
    assert.deepEqual([tally, failures], [{ passed: 2, failed: 0, skipped: 2 }, []]);
    assert.match(lines[0] ?? '', /^ok {3}a\.test\.ts: 1 passed, 1 skipped, [\d.]+ s$/);
    assert.match(lines[1] ?? '', /^ok {3}b\.test\.ts: 1 passed, 1 skipped, [\d.]+ s$/);
  });

  it('prints a failure once, with its place, name and error', () => {
    const { tally, failures, lines } = runFiles({
      'a.test.ts': `${imports}describe('x', () => {\n it('one', () => { throw new Error('broken'); }); it('two', () => {}); });`,
    });
    assert.deepEqual(tally, { passed: 1, failed: 1, skipped: 0 });
    assert.deepEqual(
      failures.map(({ title }) => title),
      ['a.test.ts:3: one'],
    );
    assert.match(failures[0]?.text ?? '', /Error: broken\n {8}at /);
    assert.match(lines[0] ?? '', /^FAIL a\.test\.ts: 1 passed, 1 FAILED/);
  });

  it('says of a file that cannot be loaded why, and counts it for itself', () => {
    const { tally, lines, failures } = runFiles({
      'a.test.ts': 'import { nothing } from "./nowhere.ts";',
      'b.test.ts': `${imports}it('one', () => {});`,
    });
    assert.deepEqual(tally, { passed: 1, failed: 1, skipped: 0 });
    assert.deepEqual(
      lines.map((line) => line.slice(0, 14)),
      ['FAIL a.test.ts', 'ok   b.test.ts'],
    );
    assert.equal(failures[0]?.title, 'a.test.ts:1: the file itself failed');
    assert.match(failures[0]?.text ?? '', /Cannot find module/);
  });

  it('fails for a hook that throws, and for a process that dies', () => {
    for (const text of [
      `${imports}describe('x', () => { after(() => { throw new Error('hook'); }); it('one', () => {}); });`,
      `${imports}it('one', () => { process.exit(3); });`,
    ])
      assert.equal(runFiles({ 'a.test.ts': text }).tally.failed, 1, text);
  });
});
