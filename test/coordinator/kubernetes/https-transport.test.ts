import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { after, before, describe, it } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { type Authorities, createAuthorities } from '../../../coordinator/authority/authorities.ts';
import { createHttpsTransport } from '../../../coordinator/kubernetes/https-transport.ts';
import type { Transport } from '../../../coordinator/kubernetes/transport.ts';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { createSealer } from '../../../coordinator/store/sealer.ts';
import { systemClock } from '../../../shared/clock.ts';
import { VentError } from '../../../shared/errors.ts';
import { encodePrivateKey, generateKey, spkiOf } from '../../../shared/identity/keys.ts';

interface Identity {
  readonly chain: string;
  readonly key: string;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Nothing listens there; the port is one that only root could open. */
const DEAD = 'https://127.0.0.1:1';
const hasCode = (code: string) => (error: unknown) => error instanceof VentError && error.code === code;

async function issue(
  authorities: Authorities,
  usage: 'server' | 'client',
  addresses: readonly string[],
): Promise<Identity> {
  const key = await generateKey();
  const subject = { commonName: usage, organizations: [] };
  const request = { spki: spkiOf(key), subject, usages: [usage], addresses, days: 1, holder: 'test', name: usage };
  return { chain: (await authorities.issue('kubernetes', request)).chain, key: encodePrivateKey(key) };
}

describe('requests over HTTPS', () => {
  let authorities: Authorities;
  let client: Identity;
  const closings: (() => void)[] = [];

  before(async () => {
    const sealer = createSealer(Buffer.alloc(32, 3));
    authorities = await createAuthorities({ store: createMemoryStore(), sealer, clock: systemClock });
    client = await issue(authorities, 'client', []);
  });
  after(() => {
    for (const close of closings) close();
  });

  async function serve(handle: Handler, address = '127.0.0.1'): Promise<string> {
    const { chain, key } = await issue(authorities, 'server', [address]);
    const ca = authorities.roots('kubernetes');
    const server = createServer({ cert: chain, key, ca, requestCert: true, rejectUnauthorized: true }, handle);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closings.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const bound = server.address();
    assert.ok(bound !== null && typeof bound === 'object');
    return `https://127.0.0.1:${bound.port}`;
  }

  function connect(endpoints: readonly string[], answerTimeout = 5000): Transport {
    const roots = authorities.roots('kubernetes');
    const transport = createHttpsTransport({
      endpoints,
      roots,
      certificate: client.chain,
      key: client.key,
      answerTimeout,
    });
    closings.push(() => transport.close());
    return transport;
  }

  it('show the client certificate, and keep the connection', async () => {
    const seen: unknown[] = [];
    const endpoint = await serve((request, response) => {
      const socket = request.socket as TLSSocket;
      seen.push([socket.getPeerCertificate().subject.CN, socket.remotePort, request.headers['content-type']]);
      request.pipe(response);
    });
    const transport = connect([endpoint]);
    const call = { method: 'PATCH', path: '/a', body: '{"a":1}', contentType: 'application/x' } as const;
    assert.deepEqual(await transport.send(call), { status: 200, body: '{"a":1}' });
    await transport.send(call);
    assert.deepEqual(seen[0], seen[1]);
    assert.deepEqual([seen.flat()[0], seen.flat()[2]], ['client', 'application/x']);
  });

  it('go to the next API server when one does not answer, and stay there', async () => {
    const endpoint = await serve((_, response) => response.end('live'));
    const transport = connect([DEAD, endpoint]);
    for (const method of ['GET', 'POST'] as const)
      assert.equal((await transport.send({ method, path: '/' })).body, 'live');
  });

  it('are not sent twice when the first may have been done, unless twice is the same as once', async () => {
    const methods: (string | undefined)[] = [];
    const endpoint = await serve((request) => {
      methods.push(request.method);
      request.socket.destroy();
    });
    for (const method of ['POST', 'GET'] as const)
      await assert.rejects(connect([endpoint]).send({ method, path: '/' }), hasCode('UNAVAILABLE'));
    assert.deepEqual(methods, ['POST', 'GET', 'GET']);
  });

  it('trust no server of another name, and none that answers too late', async () => {
    const other = await serve((_, response) => response.end('no'), '127.0.0.2');
    await assert.rejects(connect([other]).send({ method: 'GET', path: '/' }), hasCode('UNAVAILABLE'));
    const silent = await serve(() => undefined);
    await assert.rejects(connect([silent], 50).send({ method: 'GET', path: '/' }), hasCode('UNAVAILABLE'));
  });

  it('end at once when they are interrupted', async () => {
    const interruption = new AbortController();
    const endpoint = await serve(() => interruption.abort());
    const sent = connect([endpoint]).send({ method: 'GET', path: '/' }, interruption.signal);
    await assert.rejects(sent, hasCode('CANCELLED'));
  });

  it('stream lines however they are cut, and say when the connection breaks', async () => {
    const endpoint = await serve((_, response) => {
      response.write('{"a"');
      response.write(':1}\n{"b":2}\n{"c"', () => response.destroy());
    });
    const { status, lines } = await connect([endpoint]).open('/watch', new AbortController().signal);
    const read: string[] = [];
    await assert.rejects(async () => {
      for await (const line of lines) read.push(line);
    }, hasCode('UNAVAILABLE'));
    assert.deepEqual([status, read], [200, ['{"a":1}', '{"b":2}']]);
  });
});
