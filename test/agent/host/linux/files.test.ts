import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { Host } from '../../../../agent/host/host.ts';
import { createCommands } from '../../../../agent/host/linux/commands.ts';
import { createLinuxHost } from '../../../../agent/host/linux/host.ts';
import { systemClock } from '../../../../shared/clock.ts';
import { createFakeClock } from '../../../../shared/fake-clock.ts';
import { describeHost } from '../../../laws/host.ts';

const isRoot = process.getuid?.() === 0;
const PLAIN = { mode: '0644', owner: 'root:root' };

async function makeTree(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'vent-host-'));
  await mkdir(`${root}/etc`);
  await writeFile(`${root}/etc/passwd`, 'root:x:0:0:root:/root:/bin/sh\netcd:x:123:456::/var/lib/etcd:/bin/false\n');
  await writeFile(`${root}/etc/group`, 'root:x:0:\netcd:x:456:\n');
  return root;
}

async function withTree(test: (host: Host, root: string) => Promise<void>): Promise<void> {
  const root = await makeTree();
  try {
    await test(createLinuxHost({ root, clock: systemClock, commands: createCommands() }), root);
  } finally {
    await rm(root, { recursive: true });
  }
}

if (isRoot)
  describeHost('linux, below a directory of its own', async () => {
    const root = await makeTree();
    const host = createLinuxHost({ root, clock: systemClock, commands: createCommands() });
    return { host, owner: 'root:root', close: () => rm(root, { recursive: true }) };
  });

describe('files of a Linux host', { skip: isRoot ? false : 'needs root to give files away' }, () => {
  it('gives files to the users of the machine, and says which user it lacks', () =>
    withTree(async ({ files }) => {
      await files.write('/etc/vent/x', new Uint8Array(3), { mode: '0600', owner: 'etcd:etcd' });
      assert.equal((await files.stat('/etc/vent/x'))?.owner, 'etcd:etcd');
      const attempt = files.write('/etc/vent/y', new Uint8Array(3), { mode: '0600', owner: 'nobody-here:etcd' });
      await assert.rejects(attempt, { code: 'HOST_UNSUPPORTED', message: /nobody-here/ });
      assert.deepEqual(await files.list('/etc/vent'), ['x']);
    }));

  it('shows the number of an owner without a name', () =>
    withTree(async ({ files }) => {
      await files.write('/etc/vent/x', new Uint8Array(3), { mode: '0600', owner: '4321:456' });
      assert.equal((await files.stat('/etc/vent/x'))?.owner, '4321:etcd');
    }));

  it('overwrites what a killed agent left beside a file', () =>
    withTree(async ({ files }, root) => {
      await mkdir(`${root}/etc/vent`);
      await writeFile(`${root}/etc/vent/.x.vent-new`, 'half');
      await files.write('/etc/vent/x', new Uint8Array(3), PLAIN);
      assert.deepEqual(await files.list('/etc/vent'), ['x']);
    }));

  it('refuses paths that go up', () =>
    withTree(async ({ files }) => {
      await assert.rejects(files.write('/etc/vent/../x', new Uint8Array(), PLAIN), { code: 'PATH_REFUSED' });
    }));

  it('sees a change of the same length in a file whose digest it remembers', async () => {
    const root = await makeTree();
    // A clock far ahead: every digest counts as settled and is remembered.
    const { files } = createLinuxHost({ root, clock: createFakeClock(), commands: createCommands() });
    await files.write('/etc/vent/x', new Uint8Array([1]), PLAIN);
    const first = await files.digest('/etc/vent/x');
    assert.equal(await files.digest('/etc/vent/x'), first);
    await files.write('/etc/vent/x', new Uint8Array([2]), PLAIN);
    assert.notEqual(await files.digest('/etc/vent/x'), first);
    await rm(root, { recursive: true });
  });

  it('reports a full disk with nothing half written', () =>
    withTree(async ({ files }, root) => {
      await mkdir(`${root}/etc/vent`);
      await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'vent-test', `${root}/etc/vent`]);
      try {
        await files.write('/etc/vent/x', new Uint8Array(1000), PLAIN);
        const attempts = [
          () => files.write('/etc/vent/x', new Uint8Array(200_000), PLAIN),
          () => files.store('/etc/vent/y', endless, { sha256: '0'.repeat(64), size: 200_000 }, PLAIN),
        ];
        for (const attempt of attempts) await assert.rejects(attempt(), { code: 'DISK_FULL' });
        assert.deepEqual(await files.list('/etc/vent'), ['x']);
        assert.equal((await files.stat('/etc/vent/x'))?.size, 1000);
      } finally {
        await promisify(execFile)('umount', [`${root}/etc/vent`]);
      }
    }));
});

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(4096);
}
