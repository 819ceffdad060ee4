/** A child process of sqlite.test.ts: writes one key after another and prints each once it is acknowledged. */
import { writeSync } from 'node:fs';
import { createSqliteStore } from '../../../coordinator/store/sqlite.ts';

const store = await createSqliteStore({ directory: process.argv[2] ?? '' });
for (let index = 0; ; index += 1) {
  await store.transact({ compare: [], put: [{ key: `/n/${index}`, value: index }] });
  writeSync(1, `${index}\n`);
}
