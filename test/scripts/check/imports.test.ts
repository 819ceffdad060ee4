import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { importsOf, run } from '../../../scripts/check/imports.ts';
import { makeTree } from './trees.ts';

const problemsOf = (path: string, text: string): Promise<readonly string[]> => run(makeTree({ [path]: text }));

describe('imports', () => {
  it('are found in every form and not in prose', () => {
    const text = [
      "import { a } from 'one';",
      "import type {\n  b,\n} from 'two';",
      "import * as c from 'three';",
      "export * from 'four';",
      "import 'five';",
      `const d = await ${['imp', "ort('six')"].join('')};`,
      "/** Imports the plain text from 'nowhere'. */",
      "export const e = 'seven';",
      "import f, { g } from 'eight';",
    ].join('\n');
    assert.deepEqual(
      importsOf({ path: 'a.ts', text }).map(({ target }) => target),
      ['one', 'two', 'three', 'four', 'five', 'six', 'eight'],
    );
  });

  for (const [path, target] of [
    ['agent/loop.ts', '../coordinator/render.ts'],
    ['coordinator/render.ts', '../agent/loop.ts'],
    ['shared/rpc.ts', '../agent/loop.ts'],
    ['scripts/build.ts', '../test/a.ts'],
    ['coordinator/cli/a.ts', '../render.ts'],
    ['coordinator/render.ts', './main.ts'],
    ['agent/loop.ts', 'node:fs/promises'],
    ['agent/link/link.ts', 'node:net'],
    ['agent/loop.ts', 'node:https'],
    ['shared/rpc.ts', 'node:child_process'],
    ['coordinator/render.ts', 'node:fs'],
    ['coordinator/components/etcd.ts', 'node:https'],
    ['agent/loop.ts', 'left-pad'],
  ] as const)
    it(`of ${target} in ${path} is refused`, async () => {
      const problems = await problemsOf(path, `\nimport { a } from '${target}';\n`);
      assert.equal(problems.length, 1);
      assert.ok(problems[0]?.startsWith(`${path}:2: `), problems[0]);
    });

  for (const [path, target] of [
    ['agent/host/linux/files.ts', 'node:fs/promises'],
    ['agent/link/link.ts', 'node:https'],
    ['agent/loop.ts', 'node:crypto'],
    ['agent/loop.ts', 'zod'],
    ['coordinator/cli/a.ts', '../../shared/errors.ts'],
    ['coordinator/cli/a.ts', './b.ts'],
    ['coordinator/main.ts', '../scripts/lab/lab.ts'],
    ['coordinator/components/etcd.ts', 'node:path'],
  ] as const)
    it(`of ${target} in ${path} is allowed`, async () => {
      assert.deepEqual(await problemsOf(path, `import { a } from '${target}';\n`), []);
    });
});
