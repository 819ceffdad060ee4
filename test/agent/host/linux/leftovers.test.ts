import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { parseChains, renderChainRemoval } from '../../../../agent/host/linux/chains.ts';
import { parseMounts } from '../../../../agent/host/linux/mounts.ts';
import { createProcesses, parseControlGroups, parseStat } from '../../../../agent/host/linux/processes.ts';
import { systemClock } from '../../../../shared/clock.ts';

describe('what /proc and nft print', () => {
  it('gives mount points with their spaces', () => {
    const text = '22 1 8:1 / / rw - ext4 /dev/sda1 rw\n36 22 0:3 / /run/a\\040b rw shared:1 - tmpfs tmpfs rw\n';
    assert.deepEqual(parseMounts(text), ['/', '/run/a b']);
  });

  it('gives state, parent and start of a process, whatever it calls itself', () => {
    const rest = ['S', '7', ...Array.from({ length: 17 }, () => '0'), '4711', '0'];
    assert.deepEqual(parseStat(`12 (a) b) (c) ${rest.join(' ')}`), { state: 'S', parent: 7, startedAt: '4711' });
  });

  it('gives control groups of both versions', () => {
    assert.deepEqual(parseControlGroups('3:cpu,cpuacct:/kubepods/pod1\n1:name=systemd:/a:b\n'), [
      '/kubepods/pod1',
      '/a:b',
    ]);
    assert.deepEqual(parseControlGroups('0::/kubepods.slice\n'), ['/kubepods.slice']);
  });

  it("gives the chains of iptables' tables only", () => {
    const text =
      'table ip nat {\n\tchain KUBE-MARK {\n\t}\n\tchain OUTPUT {\n\t\ttype nat hook output priority -100; policy accept;\n\t}\n}\ntable ip kube-proxy {\n\tchain services {\n\t}\n}\n';
    assert.deepEqual(parseChains(text), [
      { family: 'ip', table: 'nat', name: 'KUBE-MARK' },
      { family: 'ip', table: 'nat', name: 'OUTPUT' },
    ]);
  });
});

describe('removing chains of iptables', () => {
  it('takes the rules that lead there first, and leaves every other', () => {
    const rules = [
      '-P POSTROUTING ACCEPT',
      '-N FLANNEL-POSTRTG',
      '-A POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG',
      '-A POSTROUTING -j MASQUERADE',
      '-A FLANNEL-POSTRTG -j RETURN',
      '',
    ];
    assert.equal(
      renderChainRemoval('nat', rules.join('\n'), ['FLANNEL-POSTRTG']),
      [
        '*nat',
        '-D POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG',
        '-F FLANNEL-POSTRTG',
        '-X FLANNEL-POSTRTG',
        'COMMIT',
        '',
      ].join('\n'),
    );
  });
});

describe('stopping processes', () => {
  const processes = createProcesses(systemClock);

  /** One that says when it is set up. */
  async function start(script: string) {
    const child = spawn('sh', ['-c', `${script} echo ready; while :; do sleep 0.1; done`, 'vent-leftovers']);
    await once(child.stdout, 'data');
    const found = (await processes.list()).find(({ pid }) => pid === child.pid);
    assert.ok(found !== undefined);
    return { child, found };
  }

  it('asks them to end, and ends those that do not', { timeout: 10_000 }, async () => {
    const [polite, stubborn] = [await start(''), await start("trap '' TERM;")];
    assert.ok(polite.found.argv.includes('vent-leftovers'));
    assert.equal(polite.found.parent, process.pid);
    const ended = Promise.all([polite, stubborn].map(({ child }) => once(child, 'exit')));
    await processes.stop([polite.found, stubborn.found], 300);
    assert.deepEqual(
      (await ended).map(([, signal]) => signal),
      ['SIGTERM', 'SIGKILL'],
    );
  });

  it('spares a process that was given the number of one that is meant', { timeout: 10_000 }, async () => {
    const { child, found } = await start('');
    await processes.stop([{ ...found, startedAt: '1' }], 0);
    assert.equal(child.exitCode ?? child.signalCode, null);
    child.kill('SIGKILL');
  });
});
