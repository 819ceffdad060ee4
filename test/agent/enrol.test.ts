import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type EnrolTransport, enrol } from '../../agent/enrol.ts';
import { createFakeHost } from '../../agent/host/fake/host.ts';
import { createIdentityStore } from '../../agent/identity.ts';
import { VentError } from '../../shared/errors.ts';
import { createEagerClock } from '../../shared/fake-clock.ts';
import { silentLog } from '../../shared/fake-log.ts';
import type { LogFields, Logger } from '../../shared/log.ts';
import { createWorld, peer, prepareOpenAttempt, type World } from '../coordinator/enrolment/world.ts';

const ADDRESSES = ['198.51.100.1:7443', '198.51.100.2:7443'];
const lost = () => new VentError('UNAVAILABLE', 'cannot reach the coordinator', { retry: 'backoff' });
const never = new AbortController().signal;

/** What goes wrong at a call: it never arrives, or its answer is lost. */
type Fault = 'request' | 'answer' | undefined;

async function setUp(faults: readonly Fault[] = []) {
  const world = await createWorld();
  const attempt = await prepareOpenAttempt(world);
  const host = createFakeHost();
  const config = { enrol: ADDRESSES, roots: 'roots', tokenId: attempt.tokenId, secret: attempt.secret, deviceId: 'd1' };
  host.tree.putFile('/etc/vent/agent/config.json', JSON.stringify(config));
  const left = [...faults];
  const dialled: string[] = [];
  const warnings: LogFields[] = [];
  const log: Logger = { ...silentLog, warn: (_, fields = {}) => void warnings.push(fields) };
  const connect = (address: string): EnrolTransport => {
    dialled.push(address);
    return connectTo(world, left);
  };
  const identity = createIdentityStore(host.files);
  const clock = createEagerClock(world.clock.now());
  const options = { identity, connect, agentVersion: '0.1.0', clock, random: () => 0.5, log };
  return { world, host, options, dialled, warnings };
}

function connectTo(world: World, faults: Fault[]): EnrolTransport {
  const carry = async <T>(call: () => Promise<T>): Promise<T> => {
    const fault = faults.shift();
    if (fault === 'request') throw lost();
    const answer = await call();
    if (fault === 'answer') throw lost();
    return answer;
  };
  return {
    begin: (request) => carry(() => world.enrolment.begin(request, peer)),
    finish: (request) => carry(() => world.enrolment.finish(request, peer)),
    beginReturn: (request) => carry(() => world.enrolment.beginReturn(request, peer)),
    finishReturn: (request) => carry(() => world.enrolment.finishReturn(request, peer)),
    serverSpki: () => peer.serverSpki,
    close() {},
  };
}

describe('an agent that enrols', () => {
  it('keeps what it was told: identity, key, trust', async () => {
    const { world, options } = await setUp();
    const identity = await enrol(options, never);
    assert.deepEqual(await options.identity.load(), identity);
    assert.deepEqual(await options.identity.trust(), world.authorities.trust());
    assert.equal((await world.nodes.get(identity.nodeId))?.value.name, identity.nodeName);
  });

  it('comes through whatever requests and answers are lost, as one node, asking every address', async () => {
    for (const faults of [
      ['request'],
      ['answer'],
      [undefined, 'request'],
      [undefined, 'answer'],
      [undefined, 'answer', 'request', undefined, 'answer', 'answer'],
    ] satisfies Fault[][]) {
      const { world, options, dialled } = await setUp(faults);
      const identity = await enrol(options, never);
      const { rows } = await world.nodes.list();
      assert.deepEqual(
        rows.map((row) => row.value.id),
        [identity.nodeId],
      );
      assert.deepEqual(dialled.slice(0, 2), ADDRESSES);
      assert.deepEqual(
        (await world.audit.list()).filter((record) => record.result.startsWith('alarm')),
        [],
      );
    }
  });

  it('comes through being killed after any write, as one node', async () => {
    const { host: reference, options: whole } = await setUp();
    await enrol(whole, never);
    for (let writes = 0; writes < reference.writes(); writes += 1) {
      const { world, host, options } = await setUp();
      const killed = new AbortController();
      host.faults.crashAfter(writes);
      // A killed agent asks nothing more.
      const log: Logger = { ...silentLog, warn: () => killed.abort(new Error('killed')) };
      await assert.rejects(enrol({ ...options, log }, killed.signal));
      host.faults.revive();
      const identity = (await options.identity.load()) ?? (await enrol(options, never));
      assert.deepEqual(
        (await world.nodes.list()).rows.map((row) => row.value.id),
        [identity.nodeId],
      );
      assert.deepEqual(await options.identity.trust(), world.authorities.trust());
    }
  });

  it('says why it is refused, without its secret, and gets in once that is put right', async () => {
    const { world, options, warnings } = await setUp();
    const device = world.devices.get('d1');
    assert.ok(device !== undefined);
    world.devices.clear();
    const log: Logger = {
      ...options.log,
      warn(message, fields) {
        options.log.warn(message, fields);
        if (warnings.length === 2) world.devices.set('d1', device);
      },
    };
    await enrol({ ...options, log }, never);
    assert.deepEqual(
      warnings.map((fields) => fields.code),
      ['DEVICE_REFUSED', 'DEVICE_REFUSED'],
    );
    assert.ok(!JSON.stringify(warnings).includes((await options.identity.config()).secret));
  });

  it('asks seldom when only a person can help', async () => {
    const { world, options, warnings } = await setUp();
    const { tokenId } = await options.identity.config();
    await world.tokens.revoke(tokenId, 'operator:ada');
    const ending = new AbortController();
    const log: Logger = {
      ...options.log,
      warn(message, fields) {
        options.log.warn(message, fields);
        if (warnings.length === 3) ending.abort(new Error('enough'));
      },
    };
    await assert.rejects(enrol({ ...options, log }, ending.signal), /enough/);
    assert.deepEqual(
      warnings.map((fields) => fields.seconds),
      [90, 90, 90],
    );
  });

  it('does not start with a secret that is empty or short', async () => {
    const { host, options, dialled } = await setUp();
    const config = await options.identity.config();
    host.tree.putFile('/etc/vent/agent/config.json', JSON.stringify({ ...config, secret: '' }));
    await assert.rejects(
      enrol(options, never),
      (error) => error instanceof VentError && error.code === 'INVALID_INPUT',
    );
    assert.deepEqual(dialled, []);
  });

  it('takes no certificate for another key', async () => {
    const { world, options, warnings } = await setUp();
    const strange = world.authorities.documentSigner.certificate;
    const ending = new AbortController();
    const connect = (): EnrolTransport => {
      const honest = options.connect(ADDRESSES[0] ?? '');
      return {
        ...honest,
        finish: async (request) => ({ ...(await honest.finish(request)), certificateChain: strange }),
      };
    };
    const log: Logger = {
      ...options.log,
      warn(message, fields) {
        options.log.warn(message, fields);
        ending.abort(new Error('enough'));
      },
    };
    await assert.rejects(enrol({ ...options, connect, log }, ending.signal), /enough/);
    assert.equal(warnings[0]?.code, 'INVALID_INPUT');
    assert.equal(await options.identity.load(), undefined);
  });
});
