import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import { createArtifactListener } from '../../../coordinator/artifacts/server.ts';
import { createArtifactStore } from '../../../coordinator/artifacts/store.ts';
import { silentLog as log } from '../../../shared/fake-log.ts';
import { makeRoom } from './room.ts';

const bytes = Buffer.from('0123456789');
const digest = createHash('sha256').update(bytes).digest('hex');
const path = `/artifacts/sha256-${digest}`;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Bench {
  readonly ask: (path: string, headers?: Record<string, string>, method?: string) => Promise<Answer>;
  readonly agentAskedBy: string[];
  readonly port: number;
  readonly room: string;
}

async function serve(t: TestContext): Promise<Bench> {
  const room = await makeRoom(t);
  const store = createArtifactStore(join(room, 'artifacts'));
  await writeFile(join(room, 'file'), bytes);
  await store.add(join(room, 'file'));
  const agentAskedBy: string[] = [];
  const onAgentRequested = (address: string): void => void agentAskedBy.push(address);
  const listener = createArtifactListener({ store, onAgentRequested, log });
  const server = createServer((incoming, response) => {
    void listener(incoming, response).then((isServed) => isServed || response.writeHead(418).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return { ask: (...wanted) => ask(port, ...wanted), agentAskedBy, port, room };
}

async function ask(port: number, url: string, headers = {}, method = 'GET'): Promise<Answer> {
  const outgoing = request({ host: '127.0.0.1', port, path: url, method, headers, agent: false });
  outgoing.end();
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  outgoing.on('error', reject);
  outgoing.on('response', async (response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
  });
  return promise;
}

describe('the artifact server', () => {
  it('gives an artifact by its hash, whole', async (t) => {
    const { ask } = await serve(t);
    const { status, headers, body } = await ask(path);
    assert.equal(status, 200);
    assert.deepEqual(body, bytes);
    assert.equal(headers.etag, `"sha256-${digest}"`);
    assert.equal(headers['content-length'], '10');
    assert.equal(headers['accept-ranges'], 'bytes');
  });

  it('says as much without the bytes', async (t) => {
    const { ask } = await serve(t);
    const { status, headers, body } = await ask(path, { range: 'bytes=3-' }, 'HEAD');
    assert.deepEqual([status, headers['content-length'], body.length], [200, '10', 0]);
  });

  it('goes on from any offset', async (t) => {
    const { ask } = await serve(t);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 9 }), fc.nat({ max: 20 }), async (start, extra) => {
        const { status, headers, body } = await ask(path, { range: `bytes=${start}-${start + extra}` });
        const end = Math.min(9, start + extra);
        assert.equal(status, 206);
        assert.equal(headers['content-range'], `bytes ${start}-${end}/10`);
        assert.deepEqual(body, bytes.subarray(start, end + 1));
      }),
      { numRuns: 25 },
    );
  });

  it('refuses a range beyond the end and says how long the file is', async (t) => {
    const { ask } = await serve(t);
    const { status, headers } = await ask(path, { range: 'bytes=10-' });
    assert.deepEqual([status, headers['content-range']], [416, 'bytes */10']);
  });

  it('gives a part only while If-Range names the same bytes', async (t) => {
    const { ask } = await serve(t);
    const range = 'bytes=3-';
    assert.equal((await ask(path, { range, 'if-range': `"sha256-${digest}"` })).status, 206);
    assert.equal((await ask(path, { range, 'if-range': '"older"' })).status, 200);
  });

  it('says nothing new to who has it already', async (t) => {
    const { ask } = await serve(t);
    const { status, body } = await ask(path, { 'if-none-match': `"other", "sha256-${digest}"` });
    assert.deepEqual([status, body.length], [304, 0]);
  });

  it('serves the agent in the same way and tells who began to download it', async (t) => {
    const { ask, agentAskedBy } = await serve(t);
    await ask(`/agent/sha256-${digest}`, {}, 'HEAD');
    assert.deepEqual(agentAskedBy, []);
    const part = await ask(`/agent/sha256-${digest}`, { range: 'bytes=8-' });
    assert.deepEqual([part.status, part.body.toString()], [206, '89']);
    assert.deepEqual(agentAskedBy, ['127.0.0.1']);
  });
});

describe('the artifact server, refusing', () => {
  it('leaves every other path to others', async (t) => {
    const { ask } = await serve(t);
    for (const other of ['/', '/healthz', '/artifacts', '/agents/x'])
      assert.equal((await ask(other)).status, 418, other);
  });

  it('has JSON for what is not there', async (t) => {
    const { ask } = await serve(t);
    for (const absent of [`/artifacts/sha256-${'0'.repeat(64)}`, `/agent/sha256-${'0'.repeat(64)}`, '/artifacts/']) {
      const { status, headers, body } = await ask(absent);
      assert.deepEqual([status, headers['content-type']], [404, 'application/json']);
      assert.deepEqual(JSON.parse(body.toString()), { error: 'there is nothing of that name' });
    }
  });

  it('reads and nothing else', async (t) => {
    const { ask } = await serve(t);
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const { status, headers } = await ask(path, {}, method);
      assert.deepEqual([status, headers.allow], [405, 'GET, HEAD']);
    }
  });

  it('cannot be led out of its directory', async (t) => {
    const { ask, room } = await serve(t);
    await writeFile(join(room, 'secret'), 'secret');
    const tricks = [
      '../secret',
      '..%2fsecret',
      `sha256-${digest}/../../secret`,
      '%2e%2e/secret',
      '/secret',
      './secret',
    ];
    for (const trick of tricks.flatMap((one) => [`/artifacts/${one}`, `/agent/${one}`])) {
      const { status, body } = await ask(trick);
      assert.equal(status, 404, trick);
      assert.ok(!body.includes('secret'));
    }
    const part = fc.constantFrom('..', '.', '/', '%2f', '%2e', 'secret', 'sha256-', digest, '\\', '%00', '?');
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
        const { status, body } = await ask(`/artifacts/${parts.join('')}`);
        assert.ok(status === 404 || (status === 200 && body.equals(bytes)), parts.join(''));
      }),
      { numRuns: 50 },
    );
  });

  it('outlives a machine that hangs up in the middle', async (t) => {
    const { ask, port } = await serve(t);
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await once(socket, 'connect');
    socket.destroy();
    assert.equal((await ask(path)).status, 200);
  });
});
