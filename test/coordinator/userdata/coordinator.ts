/** The coordinator's web port as a booting machine meets it, with faults to order. */

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createArtifactListener } from '../../../coordinator/artifacts/server.ts';
import { createArtifactStore } from '../../../coordinator/artifacts/store.ts';
import { silentLog } from '../../../shared/fake-log.ts';
import type { ServerCredentials } from './authority.ts';

export interface TestCoordinator extends AsyncDisposable {
  /** `https://127.0.0.1:<port>` */
  readonly base: string;
  readonly agent: { readonly name: string; readonly bytes: Buffer; readonly sha256: string };
  /** What was asked for, with the range asked for: `GET /agent/x bytes=10-`. */
  readonly requests: string[];
  /** Answers so many requests with half of the file and hangs up. */
  cutNext(count: number): void;
  /** Other bytes of the same length are served from now on. */
  damageAgent(): Promise<void>;
}

const NAME = 'vent-agent-linux-x64';

/** @param maxVersion highest version of TLS that is spoken */
export async function startCoordinator(
  directory: string,
  credentials: ServerCredentials,
  maxVersion: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3',
): Promise<TestCoordinator> {
  const bytes = randomBytes(300_000);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const path = join(directory, NAME);
  await writeFile(path, bytes);
  const store = createArtifactStore(join(directory, 'artifacts'));
  await store.add(path);
  const answer = createArtifactListener({ store, onAgentRequested() {}, log: silentLog });
  const requests: string[] = [];
  let cuts = 0;
  const server = createServer({ ...credentials, maxVersion, minVersion: 'TLSv1.2' }, (request, response) => {
    requests.push([request.method, request.url, request.headers.range].filter(Boolean).join(' '));
    if (cuts === 0) return void answer(request, response);
    cuts -= 1;
    hangUp(response, bytes);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    base: `https://127.0.0.1:${port}`,
    agent: { name: NAME, bytes, sha256 },
    requests,
    cutNext(count) {
      cuts = count;
    },
    damageAgent: () => writeFile(join(directory, 'artifacts', `sha256-${sha256}`), randomBytes(bytes.length)),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function hangUp(response: ServerResponse, bytes: Buffer): void {
  response.writeHead(200, { 'Content-Length': bytes.length });
  response.write(bytes.subarray(0, bytes.length / 2), () => response.socket?.end());
}
