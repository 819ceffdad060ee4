import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createSqliteStore } from '../../../coordinator/store/sqlite.ts';
import { VentError } from '../../../shared/errors.ts';
import { holdStoreToItsLaws } from '../../laws/store.ts';

const WRITER = join(import.meta.dirname, 'writer.ts');

let root = '';
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'vent-store-'));
});
after(() => rm(root, { recursive: true, force: true }));

const newDirectory = (): Promise<string> => mkdtemp(join(root, 'store-'));
const isStoreFailure = (words: RegExp) => (error: unknown) =>
  error instanceof VentError && error.code === 'STORE_FAILED' && words.test(error.message);

holdStoreToItsLaws('the store in SQLite', async (keep) => {
  const directory = await newDirectory();
  let store = await createSqliteStore({ directory, keep });
  return {
    store,
    async reopen() {
      await store.close();
      store = await createSqliteStore({ directory, keep });
      return store;
    },
    end: () => store.close(),
  };
});

/** Writes until it is killed. @returns the last number that was acknowledged */
async function killWriter(directory: string, lines: number): Promise<number> {
  const child = spawn(process.execPath, [WRITER, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.split('\n').length > lines) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return Number(text.trimEnd().split('\n').at(-1));
}

/** What a writer in a process of its own says when it cannot even begin. */
async function failedWriter(directory: string): Promise<string> {
  const child = spawn(process.execPath, [WRITER, directory], { stdio: ['ignore', 'ignore', 'pipe'], timeout: 10_000 });
  let text = '';
  for await (const chunk of child.stderr) text += String(chunk);
  return text;
}

describe('the store in SQLite on its disk', () => {
  it('has every acknowledged write after its process was killed', async () => {
    const directory = await newDirectory();
    const last = await killWriter(directory, 50);
    assert.ok(last >= 49);
    const store = await createSqliteStore({ directory });
    const { entries } = await store.list('/n/');
    const numbers = entries.map((entry) => Number(entry.value)).toSorted((one, two) => one - two);
    assert.ok(numbers.length > last, `${last} was acknowledged, ${numbers.length} are there`);
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => index),
    );
    await store.close();
  });

  it('refuses a second coordinator on the same directory, and takes the next one', async () => {
    const directory = await newDirectory();
    const store = await createSqliteStore({ directory });
    await store.transact({ compare: [], put: [{ key: '/a', value: 1 }] });
    await assert.rejects(createSqliteStore({ directory }), isStoreFailure(/another coordinator is using it/));
    assert.match(await failedWriter(directory), /another coordinator is using it/);
    await store.close();
    const next = await createSqliteStore({ directory });
    assert.equal((await next.get('/a'))?.revision, 1);
    await next.close();
  });

  it('is readable by its owner only', async () => {
    const directory = join(await newDirectory(), 'data');
    const store = await createSqliteStore({ directory });
    await store.transact({ compare: [], put: [{ key: '/a', value: 1 }] });
    assert.equal((await stat(directory)).mode & 0o777, 0o700);
    for (const name of ['vent.db', 'vent.db-wal'])
      assert.equal((await stat(join(directory, name))).mode & 0o777, 0o600);
    await store.close();
  });

  it('goes on counting revisions and watching where it stopped', async () => {
    const directory = await newDirectory();
    const first = await createSqliteStore({ directory });
    for (const key of ['/a', '/b']) await first.transact({ compare: [], put: [{ key, value: key }] });
    await first.close();
    const second = await createSqliteStore({ directory });
    for await (const event of second.watch('/', 1, new AbortController().signal)) {
      assert.deepEqual(event, { type: 'put', key: '/b', value: '/b', revision: 2 });
      break;
    }
    assert.equal(await second.transact({ compare: [], put: [{ key: '/c', value: 1 }] }), 3);
    await second.close();
  });

  it('refuses a damaged file when it starts', async () => {
    const directory = await newDirectory();
    const store = await createSqliteStore({ directory });
    for (let index = 0; index < 50; index += 1)
      await store.transact({ compare: [], put: [{ key: `/a/${index}`, value: 'x'.repeat(2000) }] });
    await store.close();
    const file = await open(join(directory, 'vent.db'), 'r+');
    for (let page = 4; page < 30; page += 1) await file.write(Buffer.alloc(2048, 0xa5), 0, 2048, page * 4096);
    await file.close();
    await assert.rejects(createSqliteStore({ directory }), isStoreFailure(/cannot open/));
  });

  it('refuses work once it is closed', async () => {
    const store = await createSqliteStore({ directory: await newDirectory() });
    await store.close();
    await assert.rejects(store.get('/a'), isStoreFailure(/closed/));
    await assert.rejects(store.transact({ compare: [], remove: ['/a'] }), isStoreFailure(/closed/));
  });
});
