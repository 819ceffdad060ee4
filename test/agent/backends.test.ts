import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { type Backends, createBackends } from '../../agent/backends.ts';
import { createFakeHost, type FakeHost } from '../../agent/host/fake/host.ts';
import { parseBackends, renderRules } from '../../agent/kinds/network-balancer-rules.ts';
import type { ResourceOf } from '../../shared/document.ts';
import { createFakeClock } from '../../shared/fake-clock.ts';
import { silentLog } from '../../shared/fake-log.ts';

const A = '10.80.0.3';
const B = '10.80.0.5';
const BALANCER: ResourceOf<'balancer'> = {
  kind: 'balancer',
  name: 'api',
  address: '172.17.255.255',
  port: 6443,
  backends: [B, A],
  device: 'bond0',
  source: '10.80.0.7',
  gateway: '10.80.0.6',
};
const PREFERRING = { ...BALANCER, preferred: B };

describe('the watch over backends', () => {
  let host: FakeHost;
  let backends: Backends;

  beforeEach(async () => {
    host = createFakeHost();
    backends = createBackends({ host, clock: createFakeClock(), log: silentLog });
    await host.network.applyRules(renderRules(BALANCER, [A, B]));
  });

  const answer = (...addresses: readonly string[]): void => {
    host.listeners.clear();
    for (const address of addresses) host.listeners.add(`${address}:6443`);
  };
  const led = async (): Promise<readonly string[] | undefined> =>
    parseBackends(BALANCER, (await host.network.table('ip', 'vent')) ?? '');

  it('takes a backend out that stopped answering, at the second look, and back in at the first', async () => {
    answer(A, B);
    await backends.look(BALANCER);
    assert.deepEqual(await led(), [A, B]);
    answer(B);
    await backends.look(BALANCER);
    assert.deepEqual(await led(), [A, B], 'one failed look may be a hiccup');
    await backends.look(BALANCER);
    assert.deepEqual(await led(), [B]);
    answer(A, B);
    await backends.look(BALANCER);
    assert.deepEqual(await led(), [A, B]);
  });

  it('leads nowhere while none answers, so that connections are reset at once', async () => {
    answer();
    assert.deepEqual(await backends.look(BALANCER), []);
    assert.deepEqual(await led(), []);
  });

  it('prefers the preferred one while it answers, and uses the others while it does not', async () => {
    answer(A, B);
    await backends.look(PREFERRING);
    assert.deepEqual(await led(), [B]);
    answer(A);
    await backends.look(PREFERRING);
    await backends.look(PREFERRING);
    assert.deepEqual(await led(), [A]);
  });

  it('puts no table in place: that is for the kind', async () => {
    await host.network.applyRules('delete table ip vent\n');
    answer(A);
    await backends.look(BALANCER);
    assert.equal(await host.network.table('ip', 'vent'), undefined);
  });

  it('changes nothing while nothing changes', async () => {
    answer(A, B);
    await backends.look(BALANCER);
    const writes = host.writes();
    for (let look = 0; look < 40; look += 1) await backends.look(BALANCER);
    assert.equal(host.writes(), writes);
  });

  it('corrects within some looks what a repair of the table led to', async () => {
    answer(B);
    await backends.look(BALANCER);
    assert.deepEqual(await led(), [B]);
    await host.network.applyRules(renderRules(BALANCER, [A, B]));
    for (let look = 0; look < 15; look += 1) await backends.look(BALANCER);
    assert.deepEqual(await led(), [B]);
  });

  it('looks every second until it is told to stop, whatever fails, and leaves the last set', async () => {
    const clock = createFakeClock();
    const stop = new AbortController();
    answer(A);
    const watching = createBackends({ host, clock, log: silentLog }).watch(BALANCER, stop.signal);
    await clock.advance(1000);
    assert.deepEqual(await led(), [A]);
    host.faults.crashAfter(0);
    answer(B);
    await clock.advance(3000);
    host.faults.revive();
    await clock.advance(3000);
    assert.deepEqual(await led(), [B]);
    stop.abort();
    await watching;
    assert.deepEqual(await led(), [B]);
  });
});
