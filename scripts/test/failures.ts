/** Failed tests, printed in full. */
import { relative } from 'node:path';
import type { EventData } from 'node:test';
import { inspect } from 'node:util';

export interface TestFailure {
  /** `test/a.test.ts:12: name of the test` */
  readonly title: string;
  /** The error with its stack, indented. */
  readonly text: string;
}

/** False for a suite that failed only because a test in it did, which is counted by itself. */
export function isOwnFailure(data: EventData.TestFail): boolean {
  const { error, type } = data.details;
  return type !== 'suite' || !('failureType' in error) || error.failureType !== 'subtestsFailed';
}

/** @param output what its file wrote to stderr, where that explains more than the error does */
export function failureOf(root: string, data: EventData.TestFail, output: string): TestFailure {
  const { error } = data.details;
  const place = data.file === undefined ? '' : `${relative(root, data.file)}:${data.line ?? 1}: `;
  const name = data.name === data.file ? 'the file itself failed' : data.name;
  const text = inspect(error.cause instanceof Error ? error.cause : error, { depth: 6, colors: false });
  return { title: `${place}${name}`, text: `${output}${text}`.replaceAll(/^/gm, '    ') };
}
