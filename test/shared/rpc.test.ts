import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client, credentials, Server, ServerCredentials } from '@grpc/grpc-js';
import { VentError } from '../../shared/errors.ts';
import { answer, answerDuplex, answerMany, call, open, stream } from '../../shared/rpc.ts';
import { loadServices } from '../../shared/wire.ts';

const services = loadServices();

describe('gRPC between our own two sides', () => {
  const bugs: VentError[] = [];
  const onBug = (error: VentError): void => void bugs.push(error);
  const server = new Server();
  let client: Client;

  before(async () => {
    server.addService(services.operator, {
      ListMachines: answer(async () => ({ machines: [{ name: 'n1' }] }), onBug),
      GetVersion: answer(async () => ({ version: '1' }), onBug),
      RevokeToken: answer(async (request: { readonly id: string }) => {
        if (request.id === 'bug') throw new TypeError('secret detail');
        if (request.id === 'slow') await new Promise(() => undefined);
        throw new VentError('NOT_FOUND', 'cannot find token t', { hint: 'List them.', retry: 'backoff' });
      }, onBug),
      Provision: answerMany(async function* () {
        yield { machine: 'n1', message: 'created', failed: false };
        throw new VentError('PROVIDER_FAILED', 'cannot create n2: 500');
      }, onBug),
    });
    server.addService(services.node, {
      Connect: answerDuplex(async (duplex) => {
        for await (const message of duplex.received) duplex.send(message);
      }, onBug),
    });
    const { promise, resolve } = Promise.withResolvers<number>();
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (_, port) => resolve(port));
    client = new Client(`127.0.0.1:${await promise}`, credentials.createInsecure());
  });
  after(() => {
    client.close();
    server.forceShutdown();
  });

  it('answers', async () => {
    assert.deepEqual(await call(client, services.operator.GetVersion, {}, { milliseconds: 5000 }), { version: '1' });
  });
  it('says undefined, not null, where a message was left out', async () => {
    const { machines } = await call(client, services.operator.ListMachines, {}, { milliseconds: 5000 });
    assert.deepEqual(
      machines.map((machine) => machine.facts),
      [undefined],
    );
  });
  it('carries code, message, hint and retry of an error', async () => {
    const refused = call(client, services.operator.RevokeToken, { id: 't' }, { milliseconds: 5000 });
    await assert.rejects(refused, {
      code: 'NOT_FOUND',
      message: 'cannot find token t',
      hint: 'List them.',
      retry: 'backoff',
    });
  });
  it('says of whoever cannot be reached why, and nothing of how it was looked for', async () => {
    const nobody = new Client('127.0.0.1:1', credentials.createInsecure());
    const refused = call(nobody, services.operator.GetVersion, {}, { milliseconds: 5000 });
    const message = 'cannot reach the coordinator: connect ECONNREFUSED 127.0.0.1:1';
    await assert.rejects(refused, { code: 'UNAVAILABLE', message });
    nobody.close();
  });
  it('keeps the details of a defect on the server', async () => {
    const refused = call(client, services.operator.RevokeToken, { id: 'bug' }, { milliseconds: 5000 });
    await assert.rejects(
      refused,
      (thrown: unknown) => thrown instanceof VentError && thrown.code === 'BUG' && !thrown.message.includes('secret'),
    );
    assert.equal(bugs.length, 1);
  });
  it('ends a call at its deadline and when interrupted', async () => {
    await assert.rejects(call(client, services.operator.RevokeToken, { id: 'slow' }, { milliseconds: 50 }), {
      code: 'DEADLINE',
    });
    const interruption = AbortSignal.abort();
    await assert.rejects(
      call(client, services.operator.RevokeToken, { id: 'slow' }, { milliseconds: 5000, signal: interruption }),
      { code: 'CANCELLED' },
    );
  });
  it('streams answers up to an error', async () => {
    const seen: string[] = [];
    const consume = async (): Promise<void> => {
      for await (const step of stream(client, services.operator.Provision, { pool: '' })) seen.push(step.machine);
    };
    await assert.rejects(consume, { code: 'PROVIDER_FAILED', message: 'cannot create n2: 500' });
    assert.deepEqual(seen, ['n1']);
  });
  it('streams both ways', async () => {
    const duplex = open(client, services.node.Connect);
    duplex.send({ heartbeat: {} });
    for await (const message of duplex.received) {
      assert.notEqual(message, undefined);
      break;
    }
    duplex.cancel();
  });
  it('says that nobody answers', async () => {
    const nobody = new Client('127.0.0.1:1', credentials.createInsecure());
    await assert.rejects(call(nobody, services.operator.GetVersion, {}, { milliseconds: 5000 }), {
      code: 'UNAVAILABLE',
    });
    nobody.close();
  });
  it('says so of a stream, too, when that was found out before anybody read it', async () => {
    const nobody = new Client('127.0.0.1:1', credentials.createInsecure());
    const duplex = open(nobody, services.node.Connect);
    const limits = { milliseconds: 5000 };
    // Whatever is asked after it on the same channel fails after it.
    for (const _ of [1, 2]) await assert.rejects(call(nobody, services.operator.GetVersion, {}, limits));
    const read = async (): Promise<void> => {
      for await (const _ of duplex.received) assert.fail('somebody answered');
    };
    await assert.rejects(read, { code: 'UNAVAILABLE' });
    nobody.close();
  });
});
