/** How results are printed: kubectl's formats and manners (no borders, two spaces, NAME first, AGE last). */
import { stringify } from 'yaml';
import { VentError } from '../../shared/errors.ts';
import type { Shell } from './shell.ts';

export interface Column<T> {
  readonly title: string;
  value(row: T): string;
  /** Shown only with `-o wide`. */
  readonly isWide?: boolean;
}

export interface Listing<T> {
  readonly kind: string;
  readonly columns: readonly Column<T>[];
  /** `node/n1`-like name for `-o name`. */
  nameOf(row: T): string;
  /** The object that json, yaml and jsonpath show. */
  objectOf(row: T): object;
}

export interface OutputOptions {
  /** table, wide, json, yaml, name or jsonpath=... */
  readonly output?: string | undefined;
  readonly headers?: boolean | undefined;
  readonly sortBy?: string | undefined;
}

/** Prints rows in the format asked for; people are told on stderr when there are none, programs get an empty list. @throws VentError USAGE */
export function printList<T>(
  shell: Pick<Shell, 'out' | 'err'>,
  listing: Listing<T>,
  rows: readonly T[],
  options: OutputOptions,
): void {
  const isForPeople = options.output === 'table' || options.output === 'wide';
  if (rows.length === 0 && isForPeople) shell.err(`no ${listing.kind.toLowerCase()}s found\n`);
  else shell.out(renderList(listing, rows, options));
}

/** Renders rows in the format asked for; ends with a newline unless empty. @throws VentError USAGE for an unknown format */
export function renderList<T>(listing: Listing<T>, rows: readonly T[], options: OutputOptions): string {
  const format = options.output ?? 'table';
  const sorted = options.sortBy === undefined ? rows : sortRows(listing, rows, options.sortBy);
  const list = { apiVersion: 'vent/v1alpha1', kind: `${listing.kind}List`, items: sorted.map(listing.objectOf) };
  if (format === 'table' || format === 'wide')
    return renderTable(listing.columns, sorted, format === 'wide', options.headers !== false);
  if (format === 'name') return sorted.map((row) => `${listing.nameOf(row)}\n`).join('');
  return renderObject(list, format);
}

/** @throws VentError USAGE for an unknown format */
export function renderObject(value: unknown, format: string): string {
  if (format === 'json') return `${JSON.stringify(value, null, 2)}\n`;
  if (format === 'yaml') return stringify(value);
  if (format.startsWith('jsonpath=')) return `${renderJsonPath(value, format.slice('jsonpath='.length))}\n`;
  throw new VentError('USAGE', `cannot print as ${JSON.stringify(format)}: there is no such format`, {
    hint: 'Use -o table, wide, json, yaml, name or jsonpath={...}.',
  });
}

export function renderTable<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  isWide: boolean,
  hasHeaders: boolean,
): string {
  const shown = columns.filter((column) => isWide || column.isWide !== true);
  const cells = rows.map((row) => shown.map((column) => oneLine(column.value(row)) || '<none>'));
  const lines = hasHeaders ? [shown.map((column) => column.title), ...cells] : cells;
  const widths = shown.map((_, index) => Math.max(0, ...lines.map((line) => line[index]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line.map((cell, index) => (index === line.length - 1 ? cell : cell.padEnd(widths[index] ?? 0))).join('  ')}\n`,
    )
    .join('');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function sortRows<T>(listing: Listing<T>, rows: readonly T[], path: string): readonly T[] {
  const keyOf = (row: T): string =>
    select(listing.objectOf(row), path.replace(/^\{|\}$/g, '').replace(/^(?![.[$@])/, '.'))
      .map(String)
      .join(' ');
  return rows.toSorted((a, b) => keyOf(a).localeCompare(keyOf(b), 'en', { numeric: true }));
}

/** The subset of kubectl's JSONPath that scripts use: `{.a.b[0].c}`, `[*]`, `['a-b']`, text and "\n" between braces. */
function renderJsonPath(value: unknown, template: string): string {
  return template.replace(/\{([^}]*)\}/g, (_, expression: string) => {
    const literal = /^"(.*)"$/.exec(expression);
    if (literal?.[1] !== undefined) return literal[1].replace(/\\n/g, '\n').replace(/\\t/g, '\t');
    return select(value, expression)
      .map((found) => (typeof found === 'string' ? found : JSON.stringify(found)))
      .join(' ');
  });
}

/** @throws VentError USAGE for what this subset does not have, such as {range} */
function select(value: unknown, expression: string): readonly unknown[] {
  if (!/^[$@]?([.[]|$)/.test(expression) || /\.\.|\?\(/.test(expression))
    throw new VentError('USAGE', `cannot read the path {${expression}}: only fields and [index] are understood`, {
      hint: 'Write {.items[*].name}, or take -o json to jq.',
    });
  const steps = expression.replace(/^[$@]/, '').match(/[^.[\]]+|\[[^\]]*\]/g) ?? [];
  return steps.reduce<readonly unknown[]>(
    (found, step) => found.flatMap((item) => childrenOf(item, step.replace(/^\[['"]?|['"]?\]$/g, ''))),
    [value],
  );
}

function childrenOf(item: unknown, step: string): readonly unknown[] {
  if (typeof item !== 'object' || item === null) return [];
  if (step === '*') return Object.values(item);
  const child: unknown = Reflect.get(item, step);
  return child === undefined ? [] : [child];
}

/** `12s`, `5m`, `3h20m`, `4d`: kubectl's way of writing an age. */
export function renderAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 || hours >= 10 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  return `${Math.floor(hours / 24)}d`;
}
