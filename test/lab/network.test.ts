import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createBackends } from '../../agent/backends.ts';
import { createFakeHost } from '../../agent/host/fake/host.ts';
import { BALANCER_FAMILY, parseBackends, renderRules } from '../../agent/kinds/network-balancer-rules.ts';
import { renderScript } from '../../agent/kinds/network-interface-script.ts';
import type { ResourceOf } from '../../shared/document.ts';
import { createFakeClock } from '../../shared/fake-clock.ts';
import { silentLog } from '../../shared/fake-log.ts';
import { VENT0 } from '../agent/vent0.ts';

import { labOptions } from './lab.ts';
import { createWire, type Wire } from './network-wire.ts';

const BALANCER: ResourceOf<'balancer'> = {
  kind: 'balancer',
  name: 'api',
  address: '172.17.255.255',
  port: 6443,
  backends: ['10.99.0.1', '10.99.0.2'],
  device: 'bond0',
  source: '10.80.0.3',
  gateway: '10.80.0.2',
};

describe('the script that moves the private address', labOptions, () => {
  let wire: Wire;
  let directory: string;
  let script: string;

  beforeEach(async () => {
    wire = await createWire();
    directory = await mkdtemp(join(tmpdir(), 'vent-network-'));
    script = join(directory, 'vent0.sh');
    // Namespaces share the file system: the record goes where no other test looks.
    await writeFile(script, renderScript(VENT0).replace('record=/run/vent', `record=${directory}`));
  });
  afterEach(async () => {
    await wire.close();
    await rm(directory, { recursive: true });
  });

  const run = (): Promise<string> => wire.inMachine(['sh', script]);
  const addresses = (link: string): Promise<string> =>
    wire.inMachine(['ip', '-4', '-o', 'address', 'show', 'dev', link]);
  const routes = async (): Promise<readonly string[]> =>
    (await wire.inMachine(['ip', 'route'])).split('\n').map((line) => line.trim());
  const reaches = (address: string): Promise<boolean> => wire.reaches(address, wire.openPort);

  it('moves the address and the routes of its gateway, and no other', async () => {
    await run();
    assert.match(await addresses('vent0'), /inet 10\.80\.0\.3\/31 /);
    assert.doesNotMatch(await addresses('bond0'), /10\.80\.0\.3/);
    assert.match(await addresses('bond0'), /inet 198\.51\.100\.3\/31 /);
    assert.ok((await routes()).includes('default via 198.51.100.2 dev bond0'));
    assert.ok((await routes()).includes('10.0.0.0/8 via 10.80.0.2 dev vent0 proto static metric 50'));
    assert.equal(await reaches('10.99.0.1'), true);
    assert.match(await wire.inRouter(['ip', 'neighbour', 'show', '10.80.0.3']), /lladdr 02:00:00:00:00:02/);
  });

  it('keeps connections that were open before', async () => {
    const connection = await wire.holdConnection('10.99.0.1');
    await run();
    assert.equal(await connection.echo('still here'), 'still here');
    connection.close();
  });

  it('takes the default route along where the private address is the only one', async () => {
    await wire.inMachine(['ip', 'address', 'del', '198.51.100.3/31', 'dev', 'bond0']);
    await wire.inMachine(['ip', 'route', 'replace', 'default', 'via', '10.80.0.2', 'dev', 'bond0']);
    await run();
    assert.ok((await routes()).includes('default via 10.80.0.2 dev vent0'));
    assert.equal(await reaches('10.99.0.1'), true);
  });

  it('changes nothing when it runs again', async () => {
    await run();
    const before = [await addresses('vent0'), ...(await routes())];
    await run();
    assert.deepEqual([await addresses('vent0'), ...(await routes())], before);
  });

  it('leaves everything as it was where the gateway does not answer', async () => {
    const before = [await addresses('bond0'), ...(await routes())];
    await wire.inRouter(['ip', 'address', 'del', '10.80.0.2/31', 'dev', 'machine']);
    await assert.rejects(run(), /gateway 10\.80\.0\.2 does not answer vent0; 10\.80\.0\.3\/31 stays on bond0/);
    assert.deepEqual([await addresses('bond0'), ...(await routes())], before);
    assert.deepEqual(
      (await wire.network.links()).filter(({ name }) => name === 'vent0'),
      [],
    );
    await wire.inRouter(['ip', 'address', 'add', '10.80.0.2/31', 'dev', 'machine']);
    assert.equal(await reaches('10.99.0.1'), true);
  });

  it('moves the address again when ifup has given it back', async () => {
    await run();
    await wire.inMachine(['ip', 'address', 'add', '10.80.0.3/31', 'dev', 'bond0', 'label', 'bond0:0']);
    await run();
    assert.doesNotMatch(await addresses('bond0'), /10\.80\.0\.3/);
    assert.equal(await reaches('10.99.0.1'), true);
  });

  it('begins again where somebody has deleted the interface, and the address with it', async () => {
    await run();
    await wire.inMachine(['ip', 'link', 'del', 'vent0']);
    await run();
    assert.ok((await routes()).includes('10.0.0.0/8 via 10.80.0.2 dev vent0 proto static metric 50'));
    assert.equal(await reaches('10.99.0.1'), true);
  });
});

describe('a balancer in the kernel', labOptions, () => {
  let wire: Wire;

  beforeEach(async () => {
    wire = await createWire();
    await wire.network.batch(['route replace 172.17.255.255/32 via 10.80.0.2 dev bond0 src 10.80.0.3']);
  });
  afterEach(() => wire.close());

  const apply = (live: readonly string[]): Promise<void> => wire.network.applyRules(renderRules(BALANCER, live));
  const live = async (): Promise<readonly string[] | undefined> =>
    parseBackends(BALANCER, (await wire.network.table(BALANCER_FAMILY, 'vent')) ?? '');

  it('is read back as it was written, for any number of backends', async () => {
    for (const set of [[], ['10.99.0.1'], BALANCER.backends]) {
      await apply(set);
      assert.deepEqual(await live(), set);
    }
  });

  it('leads connections to every backend, from the private address', async () => {
    await wire.serve('10.99.0.1', 6443);
    await wire.serve('10.99.0.2', 6443);
    await apply(BALANCER.backends);
    const answers = new Set<string>();
    for (let attempt = 0; attempt < 40 && answers.size < 2; attempt += 1)
      answers.add(await wire.ask('172.17.255.255', 6443));
    assert.deepEqual([...answers].toSorted(), ['10.99.0.1 to 10.80.0.3', '10.99.0.2 to 10.80.0.3']);
  });

  it('resets connections at once while there is no backend', async () => {
    await apply([]);
    const start = performance.now();
    assert.equal(await wire.reaches('172.17.255.255', 6443), false);
    assert.ok(performance.now() - start < 1000);
  });

  it('is left by a backend that was killed, and taken up by it again', async () => {
    const fake = createFakeHost();
    const connections = { ...fake.connections, connects: wire.reaches };
    const host = { ...fake, network: wire.network, connections };
    const backends = createBackends({ host, clock: createFakeClock(), log: silentLog });
    await wire.serve('10.99.0.1', 6443);
    const second = await wire.serve('10.99.0.2', 6443);
    await apply([]);
    await backends.look(BALANCER);
    assert.deepEqual(await live(), ['10.99.0.1', '10.99.0.2']);
    await second.kill();
    await backends.look(BALANCER);
    await backends.look(BALANCER);
    assert.deepEqual(await live(), ['10.99.0.1']);
    for (let attempt = 0; attempt < 10; attempt += 1)
      assert.equal(await wire.ask('172.17.255.255', 6443), '10.99.0.1 to 10.80.0.3');
    await wire.serve('10.99.0.2', 6443);
    await backends.look(BALANCER);
    assert.deepEqual(await live(), ['10.99.0.1', '10.99.0.2']);
  });
});
