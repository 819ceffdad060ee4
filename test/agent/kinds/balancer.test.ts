import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { createFakeHost, type FakeHost } from '../../../agent/host/fake/host.ts';
import type { Step } from '../../../agent/kind.ts';
import { createBalancerKind } from '../../../agent/kinds/balancer.ts';
import { parseBackends, renderRules } from '../../../agent/kinds/network-balancer-rules.ts';
import type { ResourceOf } from '../../../shared/document.ts';

const RESOURCE: ResourceOf<'balancer'> = {
  kind: 'balancer',
  name: 'api',
  address: '172.17.255.255',
  port: 6443,
  backends: ['10.80.0.5', '10.80.0.3', '10.80.0.7'],
  device: 'vent0',
  source: '10.80.0.3',
  gateway: '10.80.0.2',
};
const SIGNAL = new AbortController().signal;

/** As nft 1.0.6 of Debian 12 prints it. */
const PRINTED = `table ip vent {
	chain output {
		type nat hook output priority -100; policy accept;
		ip daddr 172.17.255.255 tcp dport 6443 dnat to numgen random mod 2 map { 0 : 10.80.0.3, 1 : 10.80.0.5 }
	}

	chain refusal {
		type filter hook output priority filter; policy accept;
		ip daddr 172.17.255.255 tcp dport 6443 reject with tcp reset
	}
}
`;

describe('kind balancer', () => {
  const kind = createBalancerKind();
  let host: FakeHost;

  beforeEach(() => {
    host = createFakeHost();
    host.networking.runLine('link add vent0 link bond0 type macvlan mode bridge');
  });

  const plan = (resource = RESOURCE): Promise<readonly Step[]> => kind.plan(resource, host, { inputsOf: () => [] });
  const sentences = async (resource = RESOURCE): Promise<readonly string[]> =>
    (await plan(resource)).map(({ sentence }) => sentence);
  const converge = async (): Promise<void> => {
    for (const step of await plan()) await step.apply(host, SIGNAL);
    assert.deepEqual(await sentences(), []);
  };

  it('says where connections will go and why', async () => {
    assert.equal((await sentences()).at(-1), 'lead 172.17.255.255:6443 to 3 backends: there is no such rule');
    const own = { ...RESOURCE, preferred: '10.80.0.3' };
    assert.equal((await sentences(own)).at(-1), 'lead 172.17.255.255:6443 to 10.80.0.3: there is no such rule');
  });

  it('restores rules and route at boot, after nftables.service and before kubelet', async () => {
    await converge();
    const unit = new TextDecoder().decode(await host.files.read('/etc/systemd/system/vent-balancer-api.service'));
    assert.match(unit, /^After=nftables\.service .*vent-interface-vent0\.service$/m);
    assert.match(unit, /^Before=kubelet\.service /m);
    assert.match(unit, /^ExecStart=nft -f \/etc\/vent\/balancer\/api\.nft$/m);
    assert.match(
      unit,
      /^ExecStart=ip route replace 172\.17\.255\.255\/32 via 10\.80\.0\.2 dev vent0 src 10\.80\.0\.3$/m,
    );
  });

  it('leaves any set of declared backends, the empty one included, to the watch', async () => {
    await converge();
    for (const live of [[], ['10.80.0.7'], ['10.80.0.3', '10.80.0.5']]) {
      await host.network.applyRules(renderRules(RESOURCE, live));
      assert.deepEqual(await sentences(), []);
    }
  });

  it('sees a backend that is no longer declared', async () => {
    await converge();
    await host.network.applyRules(renderRules(RESOURCE, ['10.80.0.9']));
    assert.deepEqual(await sentences(), ['lead 172.17.255.255:6443 to 3 backends: it leads to 10.80.0.9']);
  });

  it('sees a flushed ruleset and a route that leads elsewhere', async () => {
    await converge();
    host.networking.runLine('link add bond0 type dummy');
    host.networking.runLine('route replace 172.17.255.255/32 via 10.80.0.2 dev bond0 src 10.80.0.3');
    assert.deepEqual(await sentences(), ['lead 172.17.255.255:6443 to 3 backends: its route leads over bond0']);
    host.networking.tables.clear();
    assert.deepEqual(await sentences(), ['lead 172.17.255.255:6443 to 3 backends: there is no such rule']);
  });

  it('reads back what nft prints', () => {
    assert.deepEqual(parseBackends(RESOURCE, PRINTED), ['10.80.0.3', '10.80.0.5']);
    const empty = PRINTED.replace(/.*dnat.*\n/, '');
    assert.deepEqual(parseBackends(RESOURCE, empty), []);
  });

  it('reads back every set that it writes (property)', () => {
    const subsets = fc.subarray([...RESOURCE.backends]);
    fc.assert(
      fc.property(subsets, (live) => {
        assert.deepEqual(parseBackends(RESOURCE, renderRules(RESOURCE, live)), live);
      }),
    );
  });

  it('takes nothing else for its own', () => {
    const foreign = [
      PRINTED.replace('reject with tcp reset', 'accept'),
      PRINTED.replaceAll('6443', '6444'),
      PRINTED.replace('mod 2', 'mod 3'),
      PRINTED.replace('\tchain refusal', '\tchain other {\n\t}\n\n\tchain refusal'),
      PRINTED.replace('\t\tip daddr', '\t\taccept\n\t\tip daddr'),
      'table ip vent {\n}\n',
    ];
    for (const table of foreign) assert.equal(parseBackends(RESOURCE, table), undefined, table);
  });
});
