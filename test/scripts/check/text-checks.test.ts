import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Check, runChecks } from '../../../scripts/check/check.ts';
import * as lockfile from '../../../scripts/check/lockfile.ts';
import { compareRows } from '../../../scripts/check/reference.ts';
import * as registries from '../../../scripts/check/registries.ts';
import * as state from '../../../scripts/check/state.ts';
import * as words from '../../../scripts/check/words.ts';
import { makeTree } from './trees.ts';

const placesOf = (problems: readonly string[]): readonly string[] =>
  problems.map((line) => line.slice(0, line.indexOf(': ')));

describe('words', () => {
  const unfinished = ['TO', 'DO'].join('');
  const machinePath = ['', 'work', 'main'].join('/');

  it('name the place of unfinished work and of one machine’s paths', async () => {
    const root = makeTree({ 'a.ts': `x\n// ${unfinished} later\n`, 'docs/b.md': `see ${machinePath}\n` });
    assert.deepEqual(placesOf(await words.run(root)), ['a.ts:2', 'docs/b.md:1']);
  });

  it('leave generated, golden and foreign files alone', async () => {
    const text = `// ${unfinished}\n`;
    const root = makeTree({ 'node_modules/a/a.ts': text, 'shared/gen/a.ts': text, 'test/golden/a.json': text });
    assert.deepEqual(await words.run(root), []);
  });

  it('do not trip over words that only contain one, or a folder of that name elsewhere', async () => {
    assert.deepEqual(await words.run(makeTree({ 'a.ts': `// METHO${unfinished}X, home${machinePath}\n` })), []);
  });
});

describe('module state', () => {
  it('is a variable or an empty collection at the top of a module', async () => {
    const text = 'let a = 1;\nexport const b = new Map<string, string>();\nconst c: string[] = [];\n';
    assert.deepEqual(placesOf(await state.run(makeTree({ 'shared/a.ts': text }))), [
      'shared/a.ts:1',
      'shared/a.ts:2',
      'shared/a.ts:3',
    ]);
  });

  it('is not a table, nor what a function keeps', async () => {
    const text = "const a = new Map([['b', 1]]);\nfunction c() {\n  let d = 1;\n  const e = new Map();\n}\n";
    assert.deepEqual(await state.run(makeTree({ 'agent/a.ts': text })), []);
  });
});

describe('registries', () => {
  it('miss a file that nothing of the folder leads to', async () => {
    const root = makeTree({
      'agent/kinds/index.ts': "import { file } from './file.ts';\n",
      'agent/kinds/file.ts': "import { part } from './parts/part.ts';\n",
      'agent/kinds/parts/part.ts': '',
      'agent/kinds/forgotten.ts': '',
    });
    assert.deepEqual(placesOf(await registries.run(root)), ['agent/kinds/forgotten.ts']);
  });
});

describe('the lock file', () => {
  it('holds no download address', async () => {
    const address = ['https', '//example.org/zod.tgz'].join(':');
    const entry = (extra: string): string =>
      `{"packages": {\n"node_modules/zod": {\n"version": "1.0.0"${extra}\n}\n}}\n`;
    assert.deepEqual(await lockfile.run(makeTree({ 'package-lock.json': entry('') })), []);
    const root = makeTree({ 'package-lock.json': entry(`,\n"resolved": "${address}"`) });
    assert.deepEqual(placesOf(await lockfile.run(root)), ['package-lock.json:4']);
  });

  it('has the builds for other systems too, which npm ci asks for', async () => {
    const text = JSON.stringify({
      packages: {
        'node_modules/a': { optionalDependencies: { 'a-linux': '1', 'a-win': '1' } },
        'node_modules/a-linux': {},
      },
    });
    const problems = await lockfile.run(makeTree({ 'package-lock.json': text }));
    assert.deepEqual(problems, ['package-lock.json: lacks a-win, so npm ci refuses it; add its entry by hand']);
  });
});

describe('a reference page', () => {
  it('must have each row, and no other', () => {
    const problems = compareRows('p.md', '| Code |\n| --- |\n| `A` | x |\n| `C` | z |\n', [
      '| `A` | x |',
      '| `B` | y |',
    ]);
    assert.deepEqual(problems, ['p.md: lacks the row | `B` | y |', 'p.md: nothing in the code says | `C` | z |']);
  });
});

describe('the gate', () => {
  const check = (name: string, run: Check['run']): Check => ({ name, run });

  it('counts a check that throws as failed and goes on', async () => {
    const lines: string[] = [];
    const result = await runChecks(
      [
        check('one', () => Promise.reject(new Error('broken'))),
        check('two', async () => ['a.ts:1: bad']),
        check('three', async () => []),
      ],
      '/',
      (text) => lines.push(text),
    );
    assert.deepEqual(result, { passed: 1, failed: 2 });
    assert.ok(lines.some((line) => line.includes('broken')) && lines.some((line) => line.includes('a.ts:1: bad')));
  });
});
