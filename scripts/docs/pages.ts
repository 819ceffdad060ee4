/** Pages that are made from the code, and the part of the README that shows a screen. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderCliPage } from './cli-page.ts';
import { renderManPages } from './man-pages.ts';
import { renderSpecPage } from './spec-page.ts';
import { documentedProgram } from './tree.ts';

const README = 'README.md';
const MANUAL = 'docs/man';
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
    ...renderManPages(documentedProgram()),
    ['docs/reference/spec.md', renderSpecPage()],
  ]);
}

export async function writePages(root: string): Promise<void> {
  const pages = await renderPages(root);
  await mkdir(join(root, MANUAL), { recursive: true });
  for (const [path, text] of pages) await writeFile(join(root, path), text);
  for (const path of await strayManPages(root, pages)) await rm(join(root, path));
}

/** Pages of commands that are gone. */
async function strayManPages(root: string, pages: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const names = await readdir(join(root, MANUAL)).catch(() => []);
  return names.map((name) => `${MANUAL}/${name}`).filter((path) => !pages.has(path));
}

/** @returns paths of pages that are not as they would be written */
export async function findStalePages(root: string): Promise<readonly string[]> {
  const rendered = await renderPages(root);
  const pages = [...rendered].map(async ([path, text]) => {
    const present = await readFile(join(root, path), 'utf8').catch(() => '');
    return present === text ? [] : [path];
  });
  return [...(await Promise.all(pages)).flat(), ...(await strayManPages(root, rendered))];
}
