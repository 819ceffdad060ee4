/** What a request and a reply of the facility are, and how a call is refused. */
import type { IncomingMessage } from 'node:http';

export interface ApiRequest {
  readonly method: string;
  /** Without base path and query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Parsed JSON, `{}` when there was none. */
  readonly body: unknown;
  /** The part of the path that the route calls `:name`. */
  param(name: string): string;
}

export interface Reply {
  readonly status: number;
  /** Undefined: no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The work was done, but the caller never hears of it. */
  readonly lost?: boolean;
}

/** Ends a call with an error body: `{"errors": words}`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly words: readonly string[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, words: readonly string[], headers: Readonly<Record<string, string>> = {}) {
    super(words.join('; '));
    this.status = status;
    this.words = words;
    this.headers = headers;
  }
}

export function refuseUnprocessable(...words: readonly string[]): Refusal {
  return new Refusal(422, words);
}

/** The row, or the 404 that Packet answers with. */
export function found<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Refusal(404, ['Not found']);
  return row;
}

/** @throws Refusal 413 beyond `limit` bytes; the rest is read and dropped, so that the answer arrives */
export async function readBody(message: IncomingMessage, limit = 1 << 20): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of message) {
    const bytes = Buffer.from(part);
    size += bytes.length;
    if (size <= limit) parts.push(bytes);
  }
  if (size > limit) throw new Refusal(413, ['Request entity too large']);
  return Buffer.concat(parts);
}

/** The caller's address as it is written in IPv4, also when the socket is a dual one. */
export function sourceAddress(message: IncomingMessage): string {
  const address = message.socket.remoteAddress ?? '';
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}

/** Path and query of a request, whatever its target looks like: `//x` is a path here and never another host. */
export function targetOf(message: IncomingMessage): URL {
  const target = `http://facility${message.url ?? '/'}`;
  return URL.canParse(target) ? new URL(target) : new URL('http://facility/');
}
