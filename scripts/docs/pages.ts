/** Pages that are made from the code, and the parts of pages that show screens. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderCliPage } from './cli-page.ts';
import { renderManPages } from './man-pages.ts';
import { renderSpecPage } from './spec-page.ts';
import { documentedProgram } from './tree.ts';

const SHOWING = ['README.md', 'docs/how-to/change.md', 'docs/how-to/look.md'] as const;
const MANUAL = 'docs/man';
const SCREEN = /(<!-- screen (\S+) -->\n)[\s\S]*?(<!-- end of screen -->)/g;

/** Puts each screen between its marks, or nothing there while there is no such file. @param screens texts by path */
export function withScreens(page: string, screens: ReadonlyMap<string, string>): string {
  return page.replace(SCREEN, (_, begin: string, path: string, end: string) => {
    const screen = screens.get(path);
    return `${begin}${screen === undefined ? '' : `\`\`\`text\n${screen.trim()}\n\`\`\`\n`}${end}`;
  });
}

async function fillScreens(root: string, path: string): Promise<readonly [string, string]> {
  const page = await readFile(join(root, path), 'utf8');
  const screens = new Map<string, string>();
  for (const [, , name = ''] of page.matchAll(SCREEN)) {
    const screen = await readFile(join(root, name), 'utf8').catch(() => undefined);
    if (screen !== undefined) screens.set(name, screen);
  }
  return [path, withScreens(page, screens)];
}

/** @returns texts by path below the root */
export async function renderPages(root: string): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ...(await Promise.all(SHOWING.map((path) => fillScreens(root, path)))),
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
