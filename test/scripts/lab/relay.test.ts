import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { parseTarget, startInnerRelay, startOuterRelay } from '../../../scripts/lab/relay.ts';
import type { Logger } from '../../../shared/log.ts';

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

async function listenAnywhere(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const bound = server.address();
  return typeof bound === 'object' ? (bound?.port ?? 0) : 0;
}

describe('the relay', () => {
  let directory = '';
  let port = 0;
  let echoPort = 0;
  let servers: readonly Server[] = [];
  const forwards = (): string => join(directory, 'forwards.json');
  const point = (target: string | undefined): Promise<void> =>
    writeFile(forwards(), JSON.stringify({ service: { port, ...(target === undefined ? {} : { target }) } }));

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vent-relay-'));
    const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
    echoPort = await listenAnywhere(echo);
    const spare = createServer();
    port = await listenAnywhere(spare);
    await once(spare.close(), 'close');
    const path = join(directory, 'relay.sock');
    const inner = await startInnerRelay(path);
    await point(undefined);
    servers = [echo, inner, ...(await startOuterRelay(path, forwards(), silent))];
  });
  after(async () => {
    for (const server of servers) server.close();
    await rm(directory, { recursive: true });
  });

  it('closes at once what leads nowhere yet', async () => {
    const socket = connect(port, '127.0.0.1');
    assert.equal((await buffer(socket)).length, 0);
  });

  it('carries every byte both ways, and the end of sending too', async () => {
    await point(`127.0.0.1:${echoPort}`);
    const sent = Buffer.alloc(3_000_000, 'all of it ');
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.end(sent);
    assert.ok((await buffer(socket)).equals(sent));
  });

  it('follows a service that has moved, from the next connection on', async () => {
    const other = createServer((socket) => socket.end('moved'));
    await point(`127.0.0.1:${await listenAnywhere(other)}`);
    assert.equal((await buffer(connect(port, '127.0.0.1'))).toString(), 'moved');
    other.close();
  });

  it('closes the connection when nobody listens where it leads', async () => {
    const closed = createServer();
    const unused = await listenAnywhere(closed);
    await once(closed.close(), 'close');
    await point(`127.0.0.1:${unused}`);
    assert.equal((await buffer(connect(port, '127.0.0.1')).catch(() => Buffer.alloc(0))).length, 0);
  });
});

describe('a target', () => {
  it('is an IPv4 address and a port', () => {
    assert.deepEqual(parseTarget('10.0.0.1:6443'), { host: '10.0.0.1', port: 6443 });
    for (const text of ['', '10.0.0.1', 'host:1', '10.0.0.1:', '10.0.0.1:6443 x'])
      assert.equal(parseTarget(text), undefined);
  });
});
