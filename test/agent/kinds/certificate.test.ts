import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import type { ResourceOf } from '../../../shared/document.ts';
import { createTestMachine, makeDocument, type TestMachine } from '../machine.ts';

const PATH = '/etc/etcd/peer.pem';
const WISH: ResourceOf<'certificate'> = {
  kind: 'certificate',
  name: 'peer',
  authority: 'etcd',
  path: PATH,
  mode: '0600',
  owner: 'root:root',
  usages: ['server', 'client'],
  commonName: 'n1',
  organizations: [],
  dnsNames: ['n1'],
  addresses: ['10.0.0.3', '127.0.0.1'],
  days: 30,
};
const DAY = 86_400_000;

async function readText(machine: TestMachine): Promise<string> {
  return new TextDecoder().decode(await machine.host.files.read(PATH));
}

async function pass(machine: TestMachine, wish = WISH): Promise<string> {
  const document = makeDocument({ a: [wish] });
  machine.announce(document);
  return await machine.pass(document);
}

async function reasonFor(machine: TestMachine, wish = WISH): Promise<string | undefined> {
  const [line] = await machine.plan(makeDocument({ a: [wish] }));
  return line?.replace('certificate:peer: obtain certificate peer from authority etcd: ', '');
}

function failureOf(machine: TestMachine): string | undefined {
  return machine.events.flatMap((event) => (event.type === 'resource-failed' ? [event.error.code] : [])).at(-1);
}

describe('kind certificate', () => {
  it('keeps key, leaf and chain in one file that fit each other', async () => {
    const machine = createTestMachine();
    assert.equal(await pass(machine), 'converged');
    const text = await readText(machine);
    assert.equal(text.match(/BEGIN PRIVATE KEY/g)?.length, 1);
    assert.match(new X509Certificate(text.slice(text.indexOf('-----BEGIN CERT'))).subject, /CN=n1/);
  });

  it('is renewed with a new key after two thirds of its life, and no sooner', async () => {
    const machine = createTestMachine();
    await pass(machine);
    const first = await readText(machine);
    await machine.clock.wait(19 * DAY);
    assert.equal(await reasonFor(machine), undefined);
    await machine.clock.wait(1.1 * DAY);
    assert.match((await reasonFor(machine)) ?? '', /^due for renewal, valid until 2030-01-31/);
    assert.equal(await pass(machine), 'converged');
    assert.notEqual((await readText(machine)).slice(0, 100), first.slice(0, 100));
    assert.equal(await reasonFor(machine), undefined);
  });

  it('lets a renewal wait while the coordinator is away, but not the first certificate nor an expired one', async () => {
    const machine = createTestMachine();
    machine.supply.isReachable = false;
    assert.equal(await pass(machine), 'incomplete');
    machine.supply.isReachable = true;
    await pass(machine);
    machine.supply.isReachable = false;
    await machine.clock.wait(25 * DAY);
    assert.equal(await pass(machine), 'converged');
    await machine.clock.wait(6 * DAY);
    assert.equal(await pass(machine), 'incomplete');
    assert.equal(failureOf(machine), 'UNAVAILABLE');
    assert.match((await reasonFor(machine)) ?? '', /^expired at/);
  });

  it('sees a key, a name, a usage or an organisation that is another', async () => {
    const machine = createTestMachine();
    await pass(machine);
    assert.equal(await reasonFor(machine, { ...WISH, commonName: 'n2' }), 'it is for n1');
    assert.equal(await reasonFor(machine, { ...WISH, organizations: ['x'] }), 'its organisations differ');
    assert.equal(await reasonFor(machine, { ...WISH, addresses: ['10.0.0.4'] }), 'its names differ');
    assert.equal(await reasonFor(machine, { ...WISH, usages: ['client'] }), 'its usages differ');
    const other = createTestMachine();
    await pass(other);
    const key = (await readText(other)).split('-----BEGIN CERT')[0];
    const leaf = (await readText(machine)).split('-----BEGIN CERT')[1];
    machine.host.tree.putFile(PATH, `${key}-----BEGIN CERT${leaf}`, WISH);
    assert.equal(await reasonFor(machine), 'its key is another one');
  });

  it('refuses an answer for another key, or from another authority, and writes nothing', async () => {
    const stranger = createTestMachine();
    const answers = {
      'another authority': (machine: TestMachine) => (name: string, key: Parameters<typeof machine.supply.bundle>[1]) =>
        stranger.supply.bundle(name, key),
      'another key': (machine: TestMachine) => async () => ({ chain: machine.supply.authorities.etcd.root }),
      'no certificate': () => async () => ({ chain: 'x' }),
    };
    stranger.announce(makeDocument({ a: [WISH] }));
    for (const [title, answer] of Object.entries(answers)) {
      const machine = createTestMachine();
      Object.assign(machine.supply, { bundle: answer(machine) });
      assert.equal(await pass(machine), 'incomplete', title);
      assert.equal(failureOf(machine), 'CERTIFICATE_REFUSED', title);
      assert.equal(await machine.host.files.stat(PATH), undefined, title);
    }
  });

  it('waits for the roots before it uses an answer', async () => {
    const machine = createTestMachine();
    machine.supply.hasTrust = false;
    assert.equal(await pass(machine), 'incomplete');
    assert.equal(failureOf(machine), 'UNAVAILABLE');
  });

  it('repairs attributes without a new certificate', async () => {
    const machine = createTestMachine();
    await pass(machine);
    const text = await readText(machine);
    await machine.host.files.setAttributes(PATH, { mode: '0644', owner: 'root:root' });
    assert.equal(await pass(machine), 'converged');
    assert.equal(await readText(machine), text);
    assert.equal((await machine.host.files.stat(PATH))?.mode, '0600');
  });
});
