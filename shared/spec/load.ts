/** cluster.yaml from text to a checked value: every problem with its place, not only the first. */
import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document as YamlDocument,
} from 'yaml';
import type * as z from 'zod';
import { VentError } from '../errors.ts';
import { keysAt } from './explain.ts';
import { brokenRules, type Problem } from './rules.ts';
import { type ClusterFile, type ClusterSpec, clusterSchema } from './schema.ts';
import { nearest } from './spelling.ts';

/** Longest accepted file, in characters. */
const LONGEST = 1 << 20;
/** A problem list longer than this says how many more there are. */
const MOST_PROBLEMS = 100;

/**
 * @param text YAML (or JSON) of one Cluster
 * @param fileName only for messages
 * @throws VentError INVALID_SPEC whose message has a line `file:line:column: message` for every problem
 */
export function loadSpec(text: string, fileName: string): ClusterFile {
  const lines = new LineCounter();
  const document = parseYaml(text, fileName, lines);
  const value = plainValue(document, fileName);
  const result = clusterSchema.safeParse(value);
  const problems = result.success
    ? brokenRules(result.data)
    : result.error.issues.flatMap((issue) => describeIssue(issue, value));
  if (result.success && problems.length === 0) return result.data;
  throw refuse(
    fileName,
    problems.map((problem) => ({ ...placeOf(lines, offsetOf(document, problem.path)), message: problem.message })),
  );
}

/** The spec with the cluster's name in it: what components are rendered from. */
export function normaliseSpec(file: ClusterFile): ClusterSpec {
  return { name: file.metadata.name, ...file.spec };
}

interface Line {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

function refuse(fileName: string, lines: readonly Line[]): VentError {
  const sorted = lines.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const all = [...new Set(sorted.map((at) => `${fileName}:${at.line}:${at.column}: ${at.message}`))];
  const more = all.length > MOST_PROBLEMS ? [`and ${all.length - MOST_PROBLEMS} more problems`] : [];
  const first = `cannot read cluster file ${fileName}: ${all.length} ${all.length === 1 ? 'problem' : 'problems'}`;
  return new VentError('INVALID_SPEC', [first, ...all.slice(0, MOST_PROBLEMS), ...more].join('\n'), {
    hint: 'Run `vent explain cluster.spec` for what a field means, or `vent init` for a file to start from.',
  });
}

function placeOf(lines: LineCounter, offset: number): { readonly line: number; readonly column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function parseYaml(text: string, fileName: string, lines: LineCounter): YamlDocument.Parsed {
  const start = { line: 1, column: 1 };
  if (text.length > LONGEST)
    throw refuse(fileName, [{ ...start, message: `longer than ${LONGEST} characters: this is no cluster file` }]);
  let document: YamlDocument.Parsed;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  } catch (cause) {
    throw refuse(fileName, [{ ...start, message: `not readable as YAML: ${textOf(cause)}` }]);
  }
  if (document.errors.length === 0) return document;
  throw refuse(
    fileName,
    document.errors.map((error) => ({ ...placeOf(lines, error.pos[0]), message: sayError(error) })),
  );
}

/** The parser's words, but for those that tell programmers what to call. */
function sayError({ code, message }: YamlDocument.Parsed['errors'][number]): string {
  return code === 'MULTIPLE_DOCS' ? 'a second document begins here, and a cluster file has one' : message;
}

/** Aliases that point nowhere, or multiply, are found only here. */
function plainValue(document: YamlDocument.Parsed, fileName: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw refuse(fileName, [{ line: 1, column: 1, message: `not readable as YAML: ${textOf(cause)}` }]);
  }
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function describeIssue(issue: z.core.$ZodIssue, value: unknown): readonly Problem[] {
  const text = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  const cause = isPresent(value, issue.path) ? text.replace(/^Invalid input: /, '') : 'is missing';
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: `${nameOf(issue.path)}: ${cause}` }];
  return issue.keys.map((key) => {
    const suggestion = nearest(key, keysAt(issue.path));
    const question = suggestion === undefined ? '' : `, did you mean ${JSON.stringify(suggestion)}?`;
    return {
      path: [...issue.path, key],
      message: `${nameOf(issue.path)}: unknown key ${JSON.stringify(key)}${question}`,
    };
  });
}

function isPresent(value: unknown, [part, ...rest]: readonly PropertyKey[]): boolean {
  if (part === undefined) return true;
  if (typeof value !== 'object' || value === null) return false;
  const found = Object.entries(value).find(([key]) => key === String(part));
  return found !== undefined && isPresent(found[1], rest);
}

/** `spec.pools[0].name`; the file itself is `cluster`. */
function nameOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'cluster';
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .slice(1);
}

/** Where the deepest existing part of a path stands: a key for what is in a map, the item for what is in a list. */
function offsetOf(document: YamlDocument.Parsed, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    const next = childAt(node, part);
    offset = startOf(isPair(next) ? next.key : next) ?? offset;
    node = isPair(next) ? next.value : next;
  }
  return offset;
}

/** A map's pair or a list's item. */
function childAt(node: unknown, part: PropertyKey): unknown {
  if (isMap(node)) return node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part));
  return isSeq(node) && typeof part === 'number' ? node.items[part] : undefined;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
