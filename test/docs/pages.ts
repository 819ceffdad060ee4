/** The documentation as tests read it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

export interface Page {
  /** Below the root. */
  readonly path: string;
  readonly text: string;
}

export async function readPages(): Promise<readonly Page[]> {
  const found = await readdir(join(ROOT, 'docs'), { recursive: true });
  const paths = ['README.md', ...found.filter((name) => name.endsWith('.md')).map((name) => join('docs', name))];
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(ROOT, path), 'utf8') })));
}

/** Lines of `sh` and `text` blocks, and spans in backquotes: whatever a reader might type. */
export function commandLinesOf(page: Page): readonly string[] {
  const blocks = [...page.text.matchAll(/^```(?:sh|text)\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '');
  const prose = page.text.replace(/^```[\s\S]*?^```/gm, '');
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '');
  return [...blocks.flatMap((block) => block.split('\n')), ...spans].map((line) => line.trim());
}
