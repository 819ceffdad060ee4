/** A small HTTP server with files, entity tags and ranges, and faults to order. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { readRange } from '../../../coordinator/artifacts/range.ts';

export interface Mirror {
  readonly base: string;
  readonly files: Map<string, Uint8Array>;
  /** `GET /path range`, in order. */
  readonly requests: string[];
  /** What to do to the next answers, one each. */
  readonly faults: Fault[];
}

export type Fault =
  /** Hangs up after so many bytes, once `when` has come: what is on its way at that moment is lost. */
  | { readonly type: 'cut'; readonly after: number; readonly when: Promise<void> }
  | { readonly type: 'status'; readonly status: number }
  | { readonly type: 'redirect'; readonly location: string }
  /** Answers a range with another one. */
  | { readonly type: 'wrong range' };

export async function startMirror(t: TestContext): Promise<Mirror> {
  const files = new Map<string, Uint8Array>();
  const requests: string[] = [];
  const faults: Fault[] = [];
  const server = createServer((incoming, response) => {
    requests.push(`${incoming.method} ${incoming.url} ${incoming.headers.range ?? ''}`.trim());
    answer(incoming, response, files.get(incoming.url ?? ''), faults.shift());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return { base: `http://127.0.0.1:${port}`, files, requests, faults };
}

function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  file: Uint8Array | undefined,
  fault: Fault | undefined,
): void {
  if (fault?.type === 'redirect') return void response.writeHead(302, { location: fault.location }).end();
  if (fault?.type === 'status') return void response.writeHead(fault.status).end();
  if (file === undefined) return void response.writeHead(404).end();
  const etag = `"${createHash('sha256').update(file).digest('hex')}"`;
  const isSame = incoming.headers['if-range'] === etag;
  const range = readRange(isSame ? incoming.headers.range : undefined, file.length);
  if (range.type === 'unsatisfiable') return void response.writeHead(416).end();
  const { start, end } = range.type === 'part' ? range : { start: 0, end: file.length - 1 };
  const shift = fault?.type === 'wrong range' ? 1 : 0;
  const body = file.subarray(start, end + 1);
  response.writeHead(range.type === 'part' ? 206 : 200, {
    etag,
    'content-length': body.length,
    ...(range.type === 'part' ? { 'content-range': `bytes ${start - shift}-${end}/${file.length}` } : {}),
  });
  if (fault?.type !== 'cut') return void response.end(body);
  response.write(body.subarray(0, fault.after));
  void fault.when.then(() => response.destroy());
}
