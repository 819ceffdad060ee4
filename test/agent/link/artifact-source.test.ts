import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import { after, before, describe, it } from 'node:test';
import { fetchArtifact } from '../../../agent/link/artifact-source.ts';
import { openHttps } from '../../../agent/link/channel.ts';
import { type Authorities, createAuthorities } from '../../../coordinator/authority/authorities.ts';
import { issueServerIdentity } from '../../../coordinator/authority/holders.ts';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { createSealer } from '../../../coordinator/store/sealer.ts';
import { systemClock } from '../../../shared/clock.ts';
import { COORDINATOR_NAME } from '../../../shared/rpc.ts';

const CONTENT = Buffer.alloc(300_000, 7);

async function measure(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const chunk of chunks) length += chunk.length;
  return length;
}

describe('artifacts from the coordinator', () => {
  let authorities: Authorities;
  const servers: Server[] = [];
  before(async () => {
    const sealer = createSealer(Buffer.alloc(32, 3));
    authorities = await createAuthorities({ store: createMemoryStore(), sealer, clock: systemClock });
  });
  after(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });

  /** A coordinator on the loopback network whose certificate holds those names. */
  async function serve(names: readonly string[]) {
    const { chain, key } = await issueServerIdentity(authorities, names);
    const server = createServer({ cert: chain, key }, (_request, response) => void response.end(CONTENT));
    servers.push(server);
    const seen = { connections: 0 };
    server.on('secureConnection', () => {
      seen.connections += 1;
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    return { base: `https://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`, seen };
  }

  const open = () => openHttps({ roots: authorities.roots('vent'), chain: '', key: '' });

  it('come from any address, as long as the coordinator has its name', async () => {
    const { base, seen } = await serve([COORDINATOR_NAME, '198.51.100.1']);
    const agent = open();
    for (const sha256 of ['a', 'b', 'c']) {
      assert.equal(await measure(fetchArtifact(base, agent, sha256, 0)), CONTENT.length);
    }
    assert.equal(seen.connections, 1, 'one after the other, over one connection');
    agent.destroy();
  });

  it('are not taken from somebody of another name, though it has the address and Vent’s own root', async () => {
    const { base } = await serve(['somebody.vent', '127.0.0.1']);
    const agent = open();
    await assert.rejects(measure(fetchArtifact(base, agent, 'a', 0)), { code: 'UNAVAILABLE' });
    agent.destroy();
  });
});
