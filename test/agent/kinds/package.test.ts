import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFakeHost } from '../../../agent/host/fake/host.ts';
import { createPackageKind } from '../../../agent/kinds/package.ts';
import type { ResourceOf } from '../../../shared/document.ts';

const kind = createPackageKind();
const context = { inputsOf: () => [] };
const resource: ResourceOf<'package'> = {
  kind: 'package',
  name: 'base',
  packages: ['socat', 'systemd-timesyncd | chrony'],
};

async function sentences(installed: readonly string[]): Promise<readonly string[]> {
  const host = createFakeHost();
  for (const name of installed) host.installedPackages.set(name, '1');
  return (await kind.plan(resource, host, context)).map((step) => step.sentence);
}

describe('a package', () => {
  it('is installed, and of alternatives the first, when none is there', async () => {
    assert.deepEqual(await sentences([]), ['install socat, systemd-timesyncd: not installed']);
  });

  it('is as wanted when any of the alternatives is there', async () => {
    assert.deepEqual(await sentences(['socat', 'chrony']), []);
  });
});
