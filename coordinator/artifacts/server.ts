/** Serves artifacts and the agent by hash over the coordinator's HTTPS port, resumable, and nothing else. */
import type { FileHandle } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { hasSystemCode, VentError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/log.ts';
import { readRange } from './range.ts';
import type { ArtifactStore, StoredFile } from './store.ts';

/** A file that machines download before they can verify anything but its hash; it is taken into the store. */
export interface AgentFile {
  /** `vent-agent-linux-x64` */
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
}

export interface ArtifactListenerDeps {
  /** Has every agent that a machine may still have been told of, too: userdata is older than the coordinator that answers. */
  readonly store: ArtifactStore;
  /** A machine began to download the agent. @param remoteAddress as the socket has it */
  readonly onAgentRequested: (remoteAddress: string) => void;
  readonly log: Logger;
}

interface Served {
  readonly file: StoredFile;
  readonly etag: string;
}

/** What is named by its hash never changes. */
const CACHING = 'public, max-age=31536000, immutable';

/**
 * Answers `GET` and `HEAD` of `/artifacts/sha256-<hex>` and `/agent/sha256-<hex>`.
 * @returns false, with nothing written, when the path is not below one of the two
 */
export function createArtifactListener(
  deps: ArtifactListenerDeps,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  return async (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    if (!path.startsWith('/artifacts/') && !path.startsWith('/agent/')) return false;
    try {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.setHeader('Allow', 'GET, HEAD');
        refuse(response, 405, 'only GET and HEAD are served here');
      } else {
        const served = await find(deps, path, request);
        if (served === undefined) refuse(response, 404, 'there is nothing of that name');
        else await answer(request, response, served);
      }
    } catch (error) {
      giveUp(deps.log, response, error);
    }
    return true;
  };
}

/** Names are compared whole, never joined into a path, so nothing outside can be reached. */
async function find(deps: ArtifactListenerDeps, path: string, request: IncomingMessage): Promise<Served | undefined> {
  const [, tree, sha256] = /^\/(artifacts|agent)\/sha256-([0-9a-f]{64})$/.exec(path) ?? [];
  if (sha256 === undefined) return undefined;
  if (tree === 'agent' && request.method === 'GET') deps.onAgentRequested(request.socket.remoteAddress ?? '');
  const file = await deps.store.open(sha256);
  return file && { file, etag: `"sha256-${sha256}"` };
}

async function answer(request: IncomingMessage, response: ServerResponse, served: Served): Promise<void> {
  const { file, etag } = served;
  try {
    response.setHeader('ETag', etag);
    response.setHeader('Cache-Control', CACHING);
    response.setHeader('Accept-Ranges', 'bytes');
    if (request.headers['if-none-match']?.split(',').some((one) => one.trim() === etag) === true) {
      response.writeHead(304).end();
      return;
    }
    const range = readRange(wantedRange(request, etag), file.size);
    if (range.type === 'unsatisfiable') {
      response.setHeader('Content-Range', `bytes */${file.size}`);
      refuse(response, 416, 'the range begins after the end');
      return;
    }
    const { start, end } = range.type === 'part' ? range : { start: 0, end: file.size - 1 };
    if (range.type === 'part') response.setHeader('Content-Range', `bytes ${start}-${end}/${file.size}`);
    response.setHeader('Content-Type', 'application/octet-stream');
    response.setHeader('Content-Length', end - start + 1);
    response.writeHead(range.type === 'part' ? 206 : 200);
    if (request.method === 'HEAD' || file.size === 0) response.end();
    else await send(file.handle, start, end, response);
  } finally {
    await file.handle.close();
  }
}

async function send(handle: FileHandle, start: number, end: number, response: ServerResponse): Promise<void> {
  const bytes = handle.createReadStream({ start, end, autoClose: false, highWaterMark: 1 << 18 });
  await pipeline(bytes, response);
}

/** Range is defined for GET alone, and counts only while If-Range still names these bytes (RFC 9110 §13.1.5). */
function wantedRange(request: IncomingMessage, etag: string): string | undefined {
  const condition = request.headers['if-range'];
  const isCurrent = condition === undefined || condition === etag;
  return request.method === 'GET' && isCurrent ? request.headers.range : undefined;
}

function refuse(response: ServerResponse, status: number, message: string): void {
  const body = `${JSON.stringify({ error: message })}\n`;
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  });
  response.end(body);
}

/** A machine that hangs up is no error of ours. */
function giveUp(log: Logger, response: ServerResponse, error: unknown): void {
  if (hasSystemCode(error, 'ERR_STREAM_PREMATURE_CLOSE')) return;
  log.error('cannot serve an artifact', { cause: VentError.from(error).message });
  if (response.headersSent) response.destroy();
  else refuse(response, 500, 'the file cannot be read');
}
