import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFakeHost } from '../../../../agent/host/fake/host.ts';
import { VentError } from '../../../../shared/errors.ts';
import { describeHost } from '../../../laws/host.ts';

describeHost('fake', async () => ({ host: createFakeHost(), owner: 'root:root', close: async () => undefined }));

const UNIT = '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n';
const PLAIN = { mode: '0644', owner: 'root:root' };

describe('the fake host', () => {
  it('is dead after an ordered crash until a new agent runs', async () => {
    const host = createFakeHost();
    host.faults.crashAfter(1);
    await host.files.write('/etc/a', new Uint8Array(), PLAIN);
    await assert.rejects(host.files.write('/etc/b', new Uint8Array(), PLAIN), { name: 'Crash' });
    await assert.rejects(host.files.read('/etc/a'), { name: 'Crash' });
    host.faults.revive();
    assert.equal(await host.files.stat('/etc/b'), undefined);
    assert.deepEqual(host.actions, ['write /etc/a']);
  });

  it('fails one write when told to', async () => {
    const host = createFakeHost();
    host.faults.failAt(1, new VentError('DISK_FULL', 'cannot write: full'));
    await assert.rejects(host.files.write('/etc/a', new Uint8Array(), PLAIN), { code: 'DISK_FULL' });
    await host.files.write('/etc/a', new Uint8Array(), PLAIN);
  });

  it('has a disk that fills up with nothing half written', async () => {
    const host = createFakeHost();
    host.tree.freeBytes = 5;
    await host.files.write('/etc/a', new Uint8Array(4), PLAIN);
    await assert.rejects(host.files.write('/etc/a', new Uint8Array(6), PLAIN), { code: 'DISK_FULL' });
    assert.equal((await host.files.stat('/etc/a'))?.size, 4);
  });

  it('runs a unit as loaded, not as on disk, until systemd reloads', async () => {
    const host = createFakeHost();
    const dropIn = (value: string): void =>
      host.tree.putFile(
        '/etc/systemd/system/x.service.d/50-vent.conf',
        `[Service]\nEnvironment="VENT_INPUTS=${value}"\n`,
      );
    host.tree.putFile('/etc/systemd/system/x.service', UNIT);
    dropIn('100%% \\"one\\"');
    await host.units.start('x.service');
    assert.equal((await host.units.state('x.service')).inputs, '100% "one"');
    dropIn('two');
    assert.equal((await host.units.state('x.service')).needsReload, true);
    await host.units.restart('x.service');
    assert.equal((await host.units.state('x.service')).inputs, '100% "one"');
    await host.units.reload();
    assert.equal((await host.units.state('x.service')).inputs, '100% "one"', 'a process keeps its environment');
    await host.units.restart('x.service');
    assert.equal((await host.units.state('x.service')).inputs, 'two');
  });

  it('starts enabled units at boot, and only those', async () => {
    const host = createFakeHost();
    for (const name of ['a.service', 'b.service']) {
      host.tree.putFile(`/etc/systemd/system/${name}`, UNIT);
      await host.units.start(name);
    }
    await host.units.enable('a.service');
    host.systemd.boot();
    assert.equal((await host.units.state('a.service')).active, 'active');
    assert.equal((await host.units.state('b.service')).active, 'inactive');
  });
});
