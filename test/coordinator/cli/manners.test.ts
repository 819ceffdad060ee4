import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { VentError } from '../../../shared/errors.ts';
import { run } from './bench.ts';
import { listMachines } from './machines.ts';

describe('a command line that is not understood', () => {
  const cases = {
    'an unknown command': 'nodez',
    'an unknown subcommand': 'token mint',
    'an unknown option': 'nodes --wach',
    'an option without its value': 'wait --timeout',
    'a missing argument': 'deprovision',
    'an argument too many': 'status now',
    'a required option left out': 'apply',
    'a format there is not': 'nodes -o xml',
    'a list format where one thing is shown': 'status -o wide',
    'a path of another kind': 'nodes -o jsonpath={range.items[*]}',
    'a duration without a unit': '--request-timeout 5 nodes',
    'an unknown topic': 'help exitcodes',
    'an unknown shell': 'completion tcsh',
    'no command at all': 'token',
  };
  for (const [name, words] of Object.entries(cases))
    it(`ends with 2 and says why on stderr: ${name}`, async () => {
      const { code, output, errors } = await run(words, { answers: listMachines });
      assert.deepEqual([code, output], [2, '']);
      assert.notEqual(errors, '');
    });

  it('is met with what was probably meant', async () => {
    for (const [words, meant] of [
      ['nods', 'one of node, nodes'],
      ['token lst', 'list'],
      ['nodes --wach', '--watch'],
      ['help exitcodes', 'exit-codes'],
      ['help tokn', 'token'],
    ] as const)
      assert.match((await run(words)).errors, new RegExp(`Did you mean ${meant}\\?`), words);
  });
});

describe('an error', () => {
  const failing = (thrown: unknown) => ({
    ListMachines() {
      throw thrown;
    },
  });

  it('is its message and a hint, on stderr only', async () => {
    const thrown = new VentError('NOT_FOUND', 'cannot find a: it is gone', { hint: 'Look elsewhere.' });
    const { code, output, errors } = await run('nodes', { answers: failing(thrown) });
    assert.deepEqual([code, output, errors], [1, '', 'error: cannot find a: it is gone\nhint: Look elsewhere.\n']);
  });

  it('ends with 4 when an answer did not come in time', async () => {
    const thrown = new VentError('DEADLINE', 'cannot finish ListMachines: no answer in time');
    assert.equal((await run('nodes', { answers: failing(thrown) })).code, 4);
  });

  it('of Vent itself shows its stack', async () => {
    const { code, errors } = await run('nodes', { answers: failing(new TypeError('x is not a function')) });
    assert.equal(code, 1);
    assert.match(errors, /^this is a defect of Vent: TypeError: x is not a function\n +at /);
  });

  it('closes the connection', async () => {
    const { operator } = await run('nodes', { answers: failing(new Error('gone')) });
    assert.ok(operator.isClosed());
  });
});

describe('help', () => {
  it('goes to stdout and ends with 0, whichever way it is asked for', async () => {
    const [long, verb] = [await run('token create --help'), await run('help token create')];
    assert.deepEqual([long.code, verb.code, long.errors, verb.errors], [0, 0, '', '']);
    assert.equal(verb.output, long.output);
    assert.match(long.output, /Examples:\n {2}# /);
    assert.match((await run('help')).output, /^Usage: vent/);
  });

  it('has a page of exit codes', async () => {
    assert.match((await run('help exit-codes')).output, /^ {2}130 +interrupted$/m);
  });

  it('names every variable that the command line reads, and no other', async () => {
    const folder = join(import.meta.dirname, '../../../coordinator');
    const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
    const sources = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    const read = sources.flatMap((text) =>
      [...text.matchAll(/\b(?:env|environment)\.([A-Z][A-Z_]+)/g)].map((match) => match[1] ?? ''),
    );
    const { output } = await run('help env');
    const listed = [...output.matchAll(/^ {2}([A-Z_]+) /gm)].map((match) => match[1] ?? '');
    // How `bin/vent` tells the program what it was called; nobody sets it.
    assert.deepEqual(new Set(listed), new Set(read.filter((name) => name !== 'VENT_PROGRAM')));
  });
});
