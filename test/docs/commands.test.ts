import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { descendants } from '../../coordinator/cli/program.ts';
import { documentedProgram } from '../../scripts/docs/tree.ts';
import { commandLinesOf, ROOT, readPages } from './pages.ts';

/** Words of a simple command line: quotes as in sh, up to a comment, pipe or redirection; variables set before it are left out. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  for (const match of line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    if (/^(?:#|\||>|<|&&|;)/.test(match[0])) break;
    words.push(match[0].replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
  }
  return words.slice(words.findIndex((word) => !/^[A-Z_]+=/.test(word)));
}

/** Every `vent` in a line, whichever way it is started. */
function ventLines(line: string): readonly (readonly string[])[] {
  return line
    .split(/ && | \| |<\(|\)/)
    .map((part) => wordsOf(part.trim()))
    .map((words) => (words[0] === 'npx' ? words.slice(1) : words))
    .filter(([program]) => program === 'vent')
    .map((words) => words.slice(1));
}

/** Parses without running. @throws CommanderError */
async function parse(words: readonly string[]): Promise<void> {
  const program = documentedProgram();
  for (const command of descendants(program)) if (command.commands.length === 0) command.action(() => undefined);
  await program.parseAsync(words, { from: 'user' });
}

describe('what the documentation tells to type', async () => {
  const pages = await readPages();
  for (const page of pages) {
    const lines = [...new Set(commandLinesOf(page))].filter((line) => ventLines(line).length > 0);
    for (const line of lines)
      it(`is understood: ${page.path}: ${line}`, async () => {
        for (const words of ventLines(line)) if (words.length > 0 && !words.includes('help')) await parse(words);
      });
  }

  it('is found at all', () => {
    const count = (path: string): number => {
      const page = pages.find((one) => one.path === path);
      return page === undefined ? 0 : commandLinesOf(page).flatMap(ventLines).length;
    };
    assert.ok(count('README.md') > 15 && count('docs/tutorial.md') > 25 && count('docs/reference/cli.md') > 40);
  });

  it('is refused here when it is wrong', async () => {
    for (const line of ['vent nodez', 'npx vent status --wide', 'npm ci && vent apply', 'X=1 vent token revoke'])
      for (const words of ventLines(line)) await assert.rejects(parse(words), { name: 'CommanderError' });
    assert.deepEqual(ventLines("A=b vent wait --for 'x y' > file # c"), [['wait', '--for', 'x y']]);
  });

  it('has only scripts that package.json has', async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    for (const page of pages)
      for (const line of commandLinesOf(page))
        for (const [, name] of line.matchAll(/\bnpm (?:run )?([\w:]+)/g))
          if (name !== 'ci') assert.ok(name !== undefined && name in scripts, `${page.path}: npm run ${name}`);
  });
});
