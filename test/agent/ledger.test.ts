import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFakeHost } from '../../agent/host/fake/host.ts';
import { createLedger } from '../../agent/ledger.ts';
import { silentLog } from '../../shared/fake-log.ts';
import { createTestMachine, makeDocument, makeFile } from './machine.ts';

describe('the ledger', () => {
  it('keeps claims in the order they were made, over a restart, each once', async () => {
    const { files } = createFakeHost();
    const ledger = createLedger({ files, log: silentLog });
    const names = ['/etc/vent/b', '/etc/vent/a', '/etc/vent/b'];
    await Promise.all(names.map((name) => ledger.claim('c', makeFile(name, 'x'))));
    await ledger.claim('c', makeFile('/etc/vent/b', 'new'));
    const claims = await createLedger({ files, log: silentLog }).claims();
    assert.deepEqual(
      claims.map(({ key, resource }) => [key, resource.kind === 'file' ? resource.content : '']),
      [
        ['file:/etc/vent/b', 'new'],
        ['file:/etc/vent/a', 'x'],
      ],
    );
    await ledger.release('file:/etc/vent/b');
    assert.deepEqual(
      (await ledger.claims()).map(({ key }) => key),
      ['file:/etc/vent/a'],
    );
  });

  it('puts a damaged file aside and goes on', async () => {
    const host = createFakeHost();
    host.tree.putFile('/var/lib/vent/ledger.json', '{"claims": [');
    const ledger = createLedger({ files: host.files, log: silentLog });
    assert.deepEqual(await ledger.claims(), []);
    assert.notEqual(await host.files.stat('/var/lib/vent/ledger.json.damaged'), undefined);
  });
});

describe('removal', () => {
  it('takes away, newest first, what the document no longer holds', async () => {
    const machine = createTestMachine();
    const files = ['/etc/vent/a', '/etc/vent/b', '/etc/vent/c'].map((name) => makeFile(name, 'x'));
    await machine.pass(makeDocument({ a: files }));
    const kept = makeDocument({ a: files.slice(0, 1) }, 2);
    assert.deepEqual(await machine.plan(kept), [
      'file:/etc/vent/c: remove /etc/vent/c',
      'file:/etc/vent/b: remove /etc/vent/b',
    ]);
    assert.equal(await machine.pass(kept), 'converged');
    assert.deepEqual(await machine.host.files.list('/etc/vent'), ['a']);
  });

  it('leaves what was there as wanted before Vent came', async () => {
    const machine = createTestMachine();
    machine.host.tree.putFile('/etc/vent/a', 'x');
    await machine.pass(makeDocument({ a: [makeFile('/etc/vent/a', 'x')] }));
    await machine.pass(makeDocument({}, 2));
    assert.deepEqual(await machine.host.files.list('/etc/vent'), ['a']);
  });

  it('takes an old version from the store once the new one is in place, and a moved one from its old place', async () => {
    const machine = createTestMachine();
    const place = { kind: 'artifact', name: 'kubelet', path: '/opt/vent/bin/kubelet' } as const;
    const [old, next] = [machine.supply.publish('old'), machine.supply.publish('new')];
    await machine.pass(makeDocument({ a: [{ ...place, version: '1', ...old }] }));
    await machine.pass(makeDocument({ a: [{ ...place, version: '2', ...next }] }, 2));
    assert.deepEqual(await machine.host.files.list('/opt/vent/store'), [`sha256-${next.sha256}`]);
    const moved = { ...place, version: '2', path: '/opt/vent/bin/elsewhere', ...next };
    await machine.pass(makeDocument({ a: [moved] }, 3));
    assert.deepEqual(await machine.host.files.list('/opt/vent/bin'), ['elsewhere']);
  });

  it('keeps the old version while the new one cannot be had', async () => {
    const machine = createTestMachine();
    const place = { kind: 'artifact', name: 'kubelet', path: '/opt/vent/bin/kubelet' } as const;
    const old = machine.supply.publish('old');
    await machine.pass(makeDocument({ a: [{ ...place, version: '1', ...old }] }));
    const next = { ...place, version: '2', sha256: 'f'.repeat(64), size: 3 };
    assert.equal(await machine.pass(makeDocument({ a: [next] }, 2)), 'incomplete');
    assert.equal((await machine.host.files.stat(place.path))?.target, `/opt/vent/store/sha256-${old.sha256}`);
    assert.equal(await machine.host.files.digest(place.path), old.sha256);
  });

  it('keeps stored bytes that another artifact shares', async () => {
    const machine = createTestMachine();
    const same = machine.supply.publish('busybox');
    const make = (name: string) =>
      ({ kind: 'artifact', name, version: '1', path: `/opt/vent/bin/${name}`, ...same }) as const;
    await machine.pass(makeDocument({ a: [make('sh'), make('ls')] }));
    await machine.pass(makeDocument({ a: [make('ls')] }, 2));
    assert.deepEqual(await machine.host.files.list('/opt/vent/bin'), ['ls']);
    assert.equal(await machine.host.files.digest('/opt/vent/bin/ls'), same.sha256);
  });
});
