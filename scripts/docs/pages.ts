/** Pages that are made from the code, and the part of the README that shows a screen. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderCliPage } from './cli-page.ts';
import { renderSpecPage } from './spec-page.ts';
import { documentedProgram } from './tree.ts';

const README = 'README.md';
const SCREEN = /(<!-- screen (\S+) -->\n)[\s\S]*?(<!-- end of screen -->)/;

/** Puts the screen between its marks, or nothing there while there is no such file. */
export function withScreen(page: string, screen: string | undefined): string {
  const block = screen === undefined ? '' : `\`\`\`text\n${screen.trim()}\n\`\`\`\n`;
  return page.replace(SCREEN, (_, begin: string, _path: string, end: string) => `${begin}${block}${end}`);
}

/** @returns texts by path below the root */
export async function renderPages(root: string): Promise<ReadonlyMap<string, string>> {
  const readme = await readFile(join(root, README), 'utf8');
  const path = SCREEN.exec(readme)?.[2];
  const screen = path === undefined ? undefined : await readFile(join(root, path), 'utf8').catch(() => undefined);
  return new Map([
    [README, withScreen(readme, screen)],
    ['docs/reference/cli.md', renderCliPage(documentedProgram())],
    ['docs/reference/spec.md', renderSpecPage()],
  ]);
}

export async function writePages(root: string): Promise<void> {
  for (const [path, text] of await renderPages(root)) await writeFile(join(root, path), text);
}

/** @returns paths of pages that are not as they would be written */
export async function findStalePages(root: string): Promise<readonly string[]> {
  const pages = [...(await renderPages(root))].map(async ([path, text]) => {
    const present = await readFile(join(root, path), 'utf8').catch(() => '');
    return present === text ? [] : [path];
  });
  return (await Promise.all(pages)).flat();
}
