import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { request } from 'node:https';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Bench } from './bench.ts';
import { openBench, TOKEN } from './bench.ts';

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.stop());

/** The status of a call over HTTPS. */
async function ask(host: string, ca: string): Promise<number | undefined> {
  const { port } = new URL(bench.url);
  const headers = { 'X-Auth-Token': TOKEN };
  const sent = request({ host: '127.0.0.1', port, path: '/plans', servername: host, ca, headers, agent: false }).end();
  const [response] = await once(sent, 'response');
  response.resume();
  return response.statusCode;
}

describe('a port of the API', () => {
  it('speaks HTTP and HTTPS', async () => {
    const ca = await readFile(bench.certificate, 'utf8');
    assert.equal((await bench.call('GET', '/plans')).status, 200);
    for (const name of ['localhost', 'api.packet.net', 'api.equinix.com']) assert.equal(await ask(name, ca), 200);
    await assert.rejects(ask('example.org', ca), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('keeps its certificate, and its key to itself', async () => {
    const ca = await readFile(bench.certificate, 'utf8');
    await bench.restart();
    assert.equal(await ask('localhost', ca), 200);
    assert.equal((await stat(bench.certificate.replace('certificate', 'key'))).mode & 0o777, 0o600);
  });

  it('lets nobody who says nothing keep it open', async () => {
    const silent = connect(Number(new URL(bench.url).port), '127.0.0.1');
    await once(silent, 'connect');
    const ended = once(silent, 'close');
    await bench.restart();
    await ended;
  });
});
