import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { missingPackages, PACKAGES, whyNoLab } from '../../../scripts/lab/requirements.ts';

describe('what a lab needs', () => {
  it('is Linux and root, and says in one sentence what is not so', () => {
    assert.equal(whyNoLab({ platform: 'linux', userId: 0 }), undefined);
    assert.match(whyNoLab({ platform: 'linux', userId: 1000 }) ?? '', /only root/);
    assert.match(whyNoLab({ platform: 'darwin', userId: 0 }) ?? '', /darwin/);
  });

  it('names exactly the packages whose program is not there', async () => {
    assert.deepEqual(await missingPackages(async (path) => !path.endsWith('/nft')), ['nftables']);
    assert.deepEqual(await missingPackages(async () => false), Object.keys(PACKAGES));
    assert.deepEqual(await missingPackages(async () => true), []);
  });
});
