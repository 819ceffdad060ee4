import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  contains,
  countSubnets,
  formatAddress,
  formatRange,
  lastAddress,
  nthAddress,
  nthSubnet,
  overlaps,
  parseAddress,
  parseRange,
} from '../../../shared/spec/cidr.ts';

const address = fc.nat({ max: 2 ** 32 - 1 }).map(formatAddress);
const range = fc
  .tuple(address, fc.nat({ max: 32 }))
  .map(([base, prefix]) => formatRange(parseRange(`${base}/${prefix}`)));

describe('IPv4 arithmetic', () => {
  it('knows the figures of the default ranges', () => {
    assert.equal(lastAddress('172.17.0.0/16'), '172.17.255.255');
    assert.equal(nthAddress('172.17.0.0/16', 10), '172.17.0.10');
    assert.equal(countSubnets('172.16.0.0/16', 24), 256);
    assert.equal(nthSubnet('172.16.0.0/16', 24, 255), '172.16.255.0/24');
    assert.ok(overlaps('10.0.0.0/8', '10.255.0.0/16') && !overlaps('172.16.0.0/16', '172.17.0.0/16'));
  });

  it('reads what it writes', () => {
    fc.assert(fc.property(address, (text) => assert.equal(formatAddress(parseAddress(text)), text)));
    fc.assert(fc.property(range, (text) => assert.equal(formatRange(parseRange(text)), text)));
  });

  it('a range contains its first and last address, and overlaps what contains one of them', () => {
    fc.assert(
      fc.property(range, range, (a, b) => {
        assert.ok(contains(a, nthAddress(a, 0)) && contains(a, lastAddress(a)));
        const isShared =
          [nthAddress(b, 0), lastAddress(b)].some((end) => contains(a, end)) || contains(b, nthAddress(a, 0));
        assert.equal(overlaps(a, b), isShared);
        assert.equal(overlaps(a, b), overlaps(b, a));
      }),
    );
  });

  it('subnets of a range lie in it and do not touch each other', () => {
    fc.assert(
      fc.property(range, fc.nat({ max: 8 }), fc.nat(), fc.nat(), (whole, more, i, j) => {
        const prefix = Math.min(32, parseRange(whole).prefix + more);
        const count = countSubnets(whole, prefix);
        const [a, b] = [nthSubnet(whole, prefix, i % count), nthSubnet(whole, prefix, j % count)];
        assert.ok(contains(whole, nthAddress(a, 0)) && contains(whole, lastAddress(a)));
        assert.equal(overlaps(a, b), a === b);
      }),
    );
  });

  for (const text of ['', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1.2.3.-4', 'a.b.c.d', ' 1.2.3.4'])
    it(`refuses the address ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseAddress(text), { code: 'INVALID_INPUT' });
    });

  for (const text of ['1.2.3.4', '1.2.3.4/33', '1.2.3.4/-1', '1.2.3.4/8/8', '1.2.3.4/', '/8'])
    it(`refuses the range ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseRange(text), { code: 'INVALID_INPUT' });
    });

  it('refuses what lies beyond the end', () => {
    assert.throws(() => nthAddress('10.0.0.0/30', 4), { code: 'INVALID_INPUT' });
    assert.throws(() => nthAddress('10.0.0.0/30', -1), { code: 'INVALID_INPUT' });
    assert.throws(() => nthSubnet('10.0.0.0/24', 24, 1), { code: 'INVALID_INPUT' });
    assert.throws(() => nthSubnet('10.0.0.0/25', 24, 0), { code: 'INVALID_INPUT' });
  });
});
