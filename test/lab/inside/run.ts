/** Runs the test file that its argument names and prints one line of JSON per test; the last line says that all have ended. */
import { run } from 'node:test';
import { failureOf, isOwnFailure } from '../../../scripts/test/failures.ts';
import type { Line } from './lines.ts';

const names: string[] = [];
const print = (line: Line): void => console.log(JSON.stringify(line));

async function main(file: string): Promise<void> {
  for await (const { type, data } of run({ files: [file], isolation: 'none' })) {
    if (type === 'test:start') names.splice(data.nesting, names.length, data.name);
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const title = names.slice(0, data.nesting + 1).join(': ');
    if (type === 'test:fail' && isOwnFailure(data)) print({ title, failure: failureOf('/', data, '').text });
    if (type === 'test:pass' && data.details.type !== 'suite') print({ title });
  }
  print({ title: 'end' });
  process.exitCode = 0;
}

void main(process.argv[2] ?? '');
