import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseImages } from '../../../../agent/host/linux/images.ts';
import { parseLinks, parseRoutes } from '../../../../agent/host/linux/network.ts';
import { parsePackages } from '../../../../agent/host/linux/packages.ts';
import { parseShow, stateFrom } from '../../../../agent/host/linux/units.ts';

describe('what programs print', () => {
  it('ip: links with their IPv4 addresses, labels and parents', () => {
    const text = JSON.stringify([
      {
        ifname: 'vent0',
        link: 'bond0',
        address: '02:00:00:00:00:02',
        mtu: 1500,
        flags: ['BROADCAST', 'UP'],
        linkinfo: { info_kind: 'macvlan', info_data: { mode: 'bridge' } },
        addr_info: [
          { family: 'inet', local: '10.80.0.3', prefixlen: 31, label: 'vent0' },
          { family: 'inet6', local: 'fe80::1', prefixlen: 64 },
          {},
        ],
      },
    ]);
    assert.deepEqual(parseLinks(text), [
      {
        name: 'vent0',
        mac: '02:00:00:00:00:02',
        mtu: 1500,
        up: true,
        type: 'macvlan',
        parent: 'bond0',
        addresses: [{ address: '10.80.0.3', prefix: 31, label: 'vent0' }],
      },
    ]);
  });

  it('ip: routes, a host written with its prefix and several next hops one by one', () => {
    const text = JSON.stringify([
      { dst: 'default', gateway: '198.51.100.2', dev: 'bond0', flags: [] },
      { dst: '172.17.255.255', gateway: '10.80.0.2', dev: 'vent0', prefsrc: '10.80.0.3', flags: [] },
      { dst: '10.9.0.0/16', nexthops: [{ gateway: '10.80.0.2', dev: 'vent0' }, { dev: 'bond0' }], flags: [] },
      { type: 'blackhole', dst: '10.10.0.0/16', flags: [] },
    ]);
    assert.deepEqual(parseRoutes(text), [
      { destination: 'default', gateway: '198.51.100.2', device: 'bond0', source: undefined },
      { destination: '172.17.255.255/32', gateway: '10.80.0.2', device: 'vent0', source: '10.80.0.3' },
      { destination: '10.9.0.0/16', gateway: '10.80.0.2', device: 'vent0', source: undefined },
      { destination: '10.9.0.0/16', gateway: undefined, device: 'bond0', source: undefined },
    ]);
    assert.deepEqual(parseRoutes(''), []);
  });

  it('ip: anything else is an error that says which program', () => {
    assert.throws(() => parseRoutes('[{"dst": 7}]'), { code: 'HOST_UNSUPPORTED', message: /what ip printed/ });
  });

  it('systemctl show: one block per unit', () => {
    const [kubelet, none] = parseShow(
      'Type=notify\nMainPID=41\nNRestarts=2\nLoadState=loaded\nActiveState=active\nSubState=running\nResult=success\nUnitFileState=enabled\nNeedDaemonReload=no\n\nLoadState=not-found\nActiveState=inactive\nMainPID=0\n',
    );
    assert.ok(kubelet !== undefined && none !== undefined);
    assert.deepEqual(stateFrom(kubelet, 'file:/x@1'), {
      loaded: true,
      active: 'active',
      sub: 'running',
      result: 'success',
      enabled: true,
      needsReload: false,
      mainPid: 41,
      restarts: 2,
      inputs: 'file:/x@1',
    });
    assert.equal(stateFrom(none, undefined).loaded, false);
    assert.equal(stateFrom(none, undefined).enabled, false);
  });

  it('dpkg-query: only what is installed', () => {
    assert.deepEqual(
      [...parsePackages('nftables\t1.0.6-2\tinstalled\nsocat\t1.7\tconfig-files\n')],
      [['nftables', '1.0.6-2']],
    );
  });

  it('ctr: references with the hash that Vent labelled them with', () => {
    const table = [
      'REF                    TYPE          DIGEST      SIZE     PLATFORMS   LABELS                                       ',
      'local/pause:1          application/x sha256:abcd 1.1 MiB  linux/amd64 io.cri-containerd.image=managed,vent.sha256=77ff ',
      'local/other:1          application/x sha256:abce 1.2 MiB  linux/amd64 -                                            ',
      '',
    ];
    assert.deepEqual(
      [...parseImages(table.join('\n'))],
      [
        ['local/pause:1', '77ff'],
        ['local/other:1', undefined],
      ],
    );
  });
});
