import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { matchesPlace } from '../../shared/places.ts';

describe('a path of a drift rule', () => {
  for (const [pattern, place, expected] of [
    ['/etc/containerd/*', '/etc/containerd/config.toml', true],
    ['/etc/containerd/*', '/etc/containerd/certs/x', false],
    ['/etc/containerd/**', '/etc/containerd/certs/x', true],
    ['/etc/sysctl.d/50-vent.conf', '/etc/sysctl.d/50-ventXconf', false],
    ['/etc/systemd/system/kube*.service', '/etc/systemd/system/kubelet.service', true],
  ] as const)
    it(`${pattern} ${expected ? 'names' : 'does not name'} ${place}`, () => {
      assert.equal(matchesPlace(pattern, place), expected);
    });

  it('without stars names itself alone (property)', () => {
    const path = fc.stringMatching(/^(\/[A-Za-z0-9@_+:.-]{1,8}){1,4}$/);
    fc.assert(fc.property(path, path, (one, other) => assert.equal(matchesPlace(one, other), one === other)));
  });
});
