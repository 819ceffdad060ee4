import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recipesFor } from '../../../coordinator/artifacts/recipes.ts';
import { upstreamsFor } from '../../../coordinator/artifacts/upstream.ts';
import { VERSIONS } from './room.ts';

describe('the upstream addresses', () => {
  it('cover the same programs in the same versions as the recipes', () => {
    const built = recipesFor(VERSIONS).flatMap((one) => one.programs.map(({ name }) => `${name} ${one.version}`));
    for (const architecture of ['x64', 'arm64'] as const) {
      const upstreams = upstreamsFor(VERSIONS, architecture);
      const fetched = upstreams.flatMap((one) => one.programs.map(({ name }) => `${name} ${one.version}`));
      assert.deepEqual(fetched.toSorted(), built.toSorted());
    }
  });

  it('are protected, and all but one project vouch for their bytes', () => {
    const upstreams = upstreamsFor(VERSIONS, 'x64');
    for (const { url, checksum } of upstreams) {
      for (const address of [url, checksum?.url ?? url]) assert.equal(new URL(address).protocol, 'https:');
    }
    const silent = upstreams.filter((upstream) => upstream.checksum === undefined);
    assert.deepEqual(
      silent.flatMap((upstream) => upstream.programs.map(({ name }) => name)),
      ['flanneld'],
    );
  });

  it("are written with each project's own names of architectures", () => {
    const urls = upstreamsFor(VERSIONS, 'arm64').map(({ url }) => url);
    assert.ok(urls.includes('https://dl.k8s.io/v1.37.2/bin/linux/arm64/kubelet'));
    assert.ok(urls.includes('https://storage.googleapis.com/gvisor/releases/release/20260905/aarch64/runsc'));
    assert.ok(urls.every((url) => !/amd64|x86_64/.test(url)));
  });
});
