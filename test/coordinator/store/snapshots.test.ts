import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { createTestBook, enterSnapshot, makeSnapshot, type TestBook } from '../snapshots/world.ts';

describe('the book of snapshots', () => {
  let test: TestBook;
  before(async () => {
    test = await createTestBook();
  });
  after(() => test.remove());

  it('gives back what it kept, the newest when none is named, also to a coordinator that starts anew', async () => {
    const [large, small] = [makeSnapshot(900), makeSnapshot(1)];
    const first = await test.open();
    const rows = [await enterSnapshot(first, large, 1), await enterSnapshot(first, small, 2)];
    const book = await test.open();
    assert.deepEqual(await book.list(), rows);
    assert.deepEqual(await book.get(''), rows[1]);
    for (const [index, file] of [large, small].entries())
      assert.ok((await buffer(book.read(rows[index]?.id ?? ''))).equals(file));
    assert.equal((await stat(test.directory)).mode & 0o777, 0o700);
    await assert.rejects(book.get('00000000'), { code: 'NOT_FOUND', message: /00000000/ });
  });

  it('shows nothing of a key to those who list', async () => {
    const rows = await (await test.open()).list();
    assert.ok(rows.length > 0);
    assert.doesNotMatch(JSON.stringify(rows), /key|v1:/);
  });

  it('forgets what was under way when the coordinator was killed, whether its file was whole or not', async () => {
    const book = await test.open();
    const known = await readdir(test.directory);
    await (await book.draft()).write(makeSnapshot(2000));
    const closed = await book.draft();
    await closed.write(makeSnapshot(1));
    await closed.close();
    await writeFile(join(test.directory, 'stray'), randomBytes(5));
    assert.equal((await readdir(test.directory)).length, known.length + 3);
    await test.open();
    assert.deepEqual(await readdir(test.directory), known);
  });

  it('keeps the newest so many', async () => {
    const book = await test.open();
    const third = await enterSnapshot(book, makeSnapshot(3), 3);
    await book.keep(5);
    assert.equal((await book.list()).length, 3);
    await book.keep(1);
    assert.deepEqual(await book.list(), [third]);
    assert.deepEqual(await readdir(test.directory), [`${third.id}.sealed`]);
  });

  it('says so when a file is gone or was exchanged', async () => {
    const book = await test.open();
    const [kept] = await book.list();
    const other = await enterSnapshot(book, makeSnapshot(3), 4);
    await rm(join(test.directory, `${other.id}.sealed`));
    await assert.rejects(buffer(book.read(other.id)), { code: 'STORE_FAILED', message: /it is gone/ });
    const path = join(test.directory, `${kept?.id}.sealed`);
    await writeFile(path, randomBytes((await stat(path)).size));
    await assert.rejects(buffer(book.read(kept?.id ?? '')), { code: 'STORE_FAILED' });
  });
});
