import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import type { OperatorAnswers } from '../../../coordinator/cli/fake-operator.ts';
import { starterSpec } from '../../../shared/spec/starter.ts';
import { run } from './bench.ts';
import { listMachines } from './machines.ts';

const answers: OperatorAnswers = {
  ...listMachines,
  GetCluster: () => ({ content: starterSpec() }),
  ListTokens: () => ({ tokens: [{ id: 't1' }, { id: 't2' }] }),
};

async function complete(words: readonly string[], given: OperatorAnswers = answers): Promise<readonly string[]> {
  const { output, errors } = await run(['__complete', '--', ...words], { answers: given });
  assert.equal(errors, '');
  return output.split('\n').filter(Boolean);
}

describe('completion', () => {
  const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
    [['de'], ['deprovision', 'describe']],
    [
      ['token', ''],
      ['create', 'list', 'revoke'],
    ],
    [['token', 'c'], ['create']],
    [
      ['help', 'e'],
      ['edit', 'env', 'etcd', 'exit-codes', 'explain'],
    ],
    [['help', 'token', 'r'], ['revoke']],
    [
      ['deprovision', ''],
      ['control-1', 'workers-1'],
    ],
    [['describe', 'node', 'w'], ['workers-1']],
    [['wait', '--timeout', '5m', 'con'], ['control-1']],
    [
      ['provision', ''],
      ['control', 'workers'],
    ],
    [['token', 'create', '--pool', 'w'], ['workers']],
    [['token', 'create', '--pool=w'], ['--pool=workers']],
    [
      ['userdata', '--token', ''],
      ['t1', 't2'],
    ],
    [
      ['token', 'revoke', ''],
      ['t1', 't2'],
    ],
    [['config', 'use-context', ''], ['demo']],
    [['--context', 'd'], ['demo']],
    [['nodes', '-o', 'w'], ['wide']],
    [['nodes', '--output', '=', 'y'], ['yaml']],
    [
      ['nodes', '--output', '='],
      ['json', 'jsonpath=', 'name', 'table', 'wide', 'yaml'],
    ],
    [
      ['status', '-o', ''],
      ['json', 'jsonpath=', 'yaml'],
    ],
    [['userdata', '--format', 'c'], ['cloud-config']],
    [
      ['completion', ''],
      ['bash', 'fish', 'zsh'],
    ],
    [
      ['explain', 'cluster.spec.run'],
      ['cluster.spec.runtimes', 'cluster.spec.runtimes.sandbox'],
    ],
    [['nodes', '--w'], ['--watch']],
    [['no', '--se'], ['--selector']],
    [['token', 'list', '--con'], ['--context']],
    [['apply', '-f', ''], []],
    [['nodes', 'x', ''], []],
  ];
  for (const [words, wanted] of cases)
    it(`of ${JSON.stringify(words.join(' '))}`, async () => assert.deepEqual(await complete(words), wanted));

  it('never shows what is hidden', async () => {
    assert.deepEqual(await complete(['__']), []);
    assert.ok((await complete([''])).includes('nodes'));
  });

  it('gives what it knows by itself where no coordinator answers', async () => {
    assert.deepEqual(await complete(['wait', ''], {}), []);
    assert.deepEqual(await complete(['wait', '--f'], {}), ['--for']);
  });
});

/** Runs bash and gives what it printed. */
async function bash(script: string, path: string): Promise<string> {
  const child = spawn('bash', ['--norc', '-c', script], {
    env: { PATH: `${path}${delimiter}${process.env.PATH ?? ''}` },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 10_000,
  });
  return text(child.stdout);
}

/** A folder with a `vent` that says what it was asked and knows two candidates. */
async function fakeVent(t: TestContext): Promise<string> {
  const room = await mkdtemp(join(tmpdir(), 'vent-completion-'));
  t.after(() => rm(room, { recursive: true, force: true }));
  const program = join(room, 'vent');
  await writeFile(
    program,
    `#!/bin/sh\nprintf '%s|' "$@" > ${join(room, 'asked')}\nprintf 'workers-1\\nworkers-2\\n'\n`,
  );
  await chmod(program, 0o755);
  return room;
}

describe('the completion script', () => {
  it('is there for each shell, and nothing else is printed', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { code, output, errors } = await run(`completion ${shell}`);
      assert.deepEqual([code, errors], [0, '']);
      assert.match(output, /__complete --/);
    }
  });

  it('of bash completes the word under the cursor', async (t) => {
    const { output: script } = await run('completion bash');
    const room = await fakeVent(t);
    const attempt = (words: string, index: number): Promise<string> =>
      bash(
        `${script}\nCOMP_WORDS=(${words}); COMP_CWORD=${index}; _vent; printf '%s\\n' "\${COMPREPLY[@]}" | paste -sd, ; cat ${join(room, 'asked')}`,
        room,
      );
    assert.equal(await attempt("vent describe node ''", 3), 'workers-1,workers-2\n__complete|--|describe|node||');
    assert.equal(await attempt('vent wait workers-2 -o json', 2), 'workers-2\n__complete|--|wait|workers-2|');
    assert.equal(await attempt('vent wait --for =', 3), 'workers-1,workers-2\n__complete|--|wait|--for|=|');
    assert.match(await bash(`${script}\ncomplete -p vent`, room), /^complete -o default -F _vent vent\n$/);
  });
});
