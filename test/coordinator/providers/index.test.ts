import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { createProvider, PROVIDERS } from '../../../coordinator/providers/index.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import { silentLog as log } from '../../../shared/fake-log.ts';

const deps = { fetch, clock: createFakeClock(), log };
const packet = { project: 'p', facility: 'ewr1' };

describe('the registry of providers', () => {
  it('has one line for each file of the folder', async () => {
    const folder = await readdir(new URL('../../../coordinator/providers/', import.meta.url));
    const files = folder
      .map((file) => file.replace(/\.ts$/, ''))
      .filter((file) => !['index', 'provider'].includes(file));
    assert.deepEqual(Object.keys(PROVIDERS).toSorted(), files.toSorted());
  });

  it('makes the provider that the spec names', () => {
    const credentials = { packet: { token: 't' } };
    assert.equal(createProvider({ packet }, credentials, deps).name, 'packet');
    assert.equal(createProvider({ static: { machines: [] } }, credentials, deps).name, 'static');
  });

  it('says which credentials are missing', () => {
    assert.throws(() => createProvider({ packet }, {}, deps), { code: 'INVALID_INPUT' });
  });

  it('refuses a spec that names none', () => {
    assert.throws(() => createProvider({}, {}, deps), { code: 'INVALID_SPEC' });
  });
});
