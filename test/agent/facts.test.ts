import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { factLinks, parseCgroup, parseMissingCapabilities } from '../../agent/facts.ts';
import type { Link } from '../../agent/host/host.ts';

describe('facts', () => {
  it('names the capabilities that root lacks', () => {
    assert.deepEqual(parseMissingCapabilities('Name:\tnode\nCapBnd:\t000001fffeffffff\nCapAmb:\t0\n'), [
      'sys_resource',
    ]);
    assert.deepEqual(parseMissingCapabilities('CapBnd:\t000001ffffffffff\n'), []);
    assert.deepEqual(parseMissingCapabilities('CapBnd:\t000001fffffffbff\n'), ['net_bind_service']);
  });

  it('takes a hybrid hierarchy of control groups for version 1', () => {
    const hybrid = [
      'tmpfs /sys/fs/cgroup tmpfs rw 0 0',
      'cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0',
      'cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0',
    ];
    assert.equal(parseCgroup(hybrid.join('\n')), 1);
    assert.equal(parseCgroup('cgroup2 /sys/fs/cgroup cgroup2 rw,nsdelegate 0 0\n'), 2);
  });

  it('says the same of the links before and after the private address moved', () => {
    const link = (
      name: string,
      type: string | undefined,
      parent: string | undefined,
      ...addresses: string[]
    ): Link => ({
      name,
      mac: '02:00:00:00:00:01',
      mtu: 1500,
      up: true,
      type,
      parent,
      addresses: addresses.map((address) => ({ address, prefix: 31, label: undefined })),
    });
    const others = [link('lo', undefined, undefined, '127.0.0.1'), link('cni0', 'bridge', undefined, '172.16.0.1')];
    const before = factLinks([...others, link('bond0', 'bond', undefined, '198.51.100.3', '10.80.0.3')]);
    const after = factLinks([
      ...others,
      link('bond0', 'bond', undefined, '198.51.100.3'),
      link('vent0', 'macvlan', 'bond0', '10.80.0.3'),
    ]);
    assert.deepEqual(
      before.map(({ name }) => name),
      ['bond0'],
    );
    assert.deepEqual(after, before);
  });
});
