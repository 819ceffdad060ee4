import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFakeHost, type FakeHost } from '../../../agent/host/fake/host.ts';
import type { Step } from '../../../agent/kind.ts';
import { createSysctlKind } from '../../../agent/kinds/sysctl.ts';

const KEY = 'net.ipv4.ip_forward';
const kind = createSysctlKind();
const NO_INPUTS = { inputsOf: () => [] };

async function apply(host: FakeHost, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await step.apply(host, new AbortController().signal);
}

describe('kind sysctl', () => {
  it('gives back with its removal what was live before its first change', async () => {
    const host = createFakeHost();
    host.sysctls.set(KEY, '0');
    for (const value of ['1', '2'])
      await apply(host, await kind.plan({ kind: 'sysctl', name: 'vent', values: { [KEY]: value } }, host, NO_INPUTS));
    assert.equal(host.sysctls.get(KEY), '2');
    const resource = { kind: 'sysctl', name: 'vent', values: { [KEY]: '2' } } as const;
    await apply(host, await kind.remove(resource, host, []));
    assert.equal(host.sysctls.get(KEY), '0');
    assert.deepEqual(await kind.remove(resource, host, []), []);
  });
});
