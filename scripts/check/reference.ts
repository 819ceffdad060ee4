/** The reference pages that are written by hand against the code they describe, both ways. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERRORS } from '../../shared/errors.ts';
import { CONDITION_TYPES } from '../../shared/report.ts';
import { readCode } from './sources.ts';

export const name = 'reference pages';

/** The rows of a page's tables, as they must stand there: one line each, beginning with a word in backquotes. */
function rowsOf(page: string): readonly string[] {
  return page.split('\n').filter((line) => /^\| `/.test(line));
}

/** @returns problems of a page whose rows must be exactly `wanted` */
export function compareRows(path: string, page: string, wanted: readonly string[]): readonly string[] {
  const present = rowsOf(page);
  return [
    ...wanted.filter((row) => !present.includes(row)).map((row) => `${path}: lacks the row ${row}`),
    ...present.filter((row) => !wanted.includes(row)).map((row) => `${path}: nothing in the code says ${row}`),
  ];
}

/** @returns the row that docs/reference/errors.md must have for each code */
export function errorRows(): readonly string[] {
  return Object.entries(ERRORS).map(([code, { status, meaning }]) => `| \`${code}\` | ${status} | ${meaning} |`);
}

const REASON = /\breason: ([^,}\n]+)/g;

/** Also those of `reason: isStarting ? 'UnitsStarting' : 'UnitsFailed'`. */
function reasonsIn(text: string): readonly string[] {
  const values = [...text.matchAll(REASON)].map((match) => match[1] ?? '');
  return values.flatMap((value) => [...value.matchAll(/'([A-Z][A-Za-z]+)'/g)].map((match) => match[1] ?? ''));
}

/** Every condition type and every reason that is written out in the code has a row, and every row is in the code. */
async function conditionProblems(root: string, path: string, page: string): Promise<readonly string[]> {
  const code = (await readCode(root)).filter((source) => /^(agent|coordinator|shared)\//.test(source.path));
  const text = code.map((source) => source.text).join('\n');
  const wanted = new Set<string>([...CONDITION_TYPES, ...reasonsIn(text)]);
  const listed = rowsOf(page).map((row) => /^\| `(\w+)`/.exec(row)?.[1] ?? '');
  return [
    ...[...wanted].filter((word) => !listed.includes(word)).map((word) => `${path}: lacks a row for \`${word}\``),
    ...listed
      .filter((word) => !text.includes(`'${word}'`))
      .map((word) => `${path}: nothing in the code says \`${word}\``),
  ];
}

export async function run(root: string): Promise<readonly string[]> {
  const [errors, conditions] = ['docs/reference/errors.md', 'docs/reference/conditions.md'] as const;
  return [
    ...compareRows(errors, await readFile(join(root, errors), 'utf8'), errorRows()),
    ...(await conditionProblems(root, conditions, await readFile(join(root, conditions), 'utf8'))),
  ];
}
