/** Whether something answers: TCP connects and single HTTP(S) requests, each with a time-out of its own. */
import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { get as getPlain, type IncomingMessage, request as requestPlain } from 'node:http';
import { get as getSecure, request as requestSecure } from 'node:https';
import { connect } from 'node:net';
import { VentError } from '../../../shared/errors.ts';
import type { Answer, Connections, ConnectionView } from '../host.ts';

/** More than that is no answer that is expected. */
const ANSWER_BYTES = 1 << 20;

type GetOptions = Parameters<ConnectionView['get']>[1];

interface Identity {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: string | Buffer;
}

/** A PEM file of Vent's holds key, leaf and chain together. */
async function readIdentity(root: string, options: GetOptions): Promise<Identity> {
  const ca = options.trust === undefined ? undefined : await readFile(root + options.trust);
  const pem = options.certificate === undefined ? undefined : await readFile(root + options.certificate);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(pem === undefined ? {} : { cert: pem, key: createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }) }),
  };
}

export function createConnections(root: string): Connections {
  return {
    connects(host, port, milliseconds) {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const socket = connect({ host, port });
      const settle = (isOpen: boolean): void => {
        clearTimeout(timer);
        socket.destroy();
        resolve(isOpen);
      };
      const timer = setTimeout(() => settle(false), milliseconds);
      socket.on('connect', () => settle(true));
      socket.on('error', () => settle(false));
      return promise;
    },
    async get(url, options) {
      // A file that is not there yet is no answer yet.
      const identity = await readIdentity(root, options).catch(() => undefined);
      if (identity === undefined) return undefined;
      const { promise, resolve } = Promise.withResolvers<number | undefined>();
      const onResponse = (response: IncomingMessage): void => {
        response.resume();
        resolve(response.statusCode);
        request.destroy();
      };
      // No shared connections: each answer must be that of a new one.
      const signal = AbortSignal.timeout(options.milliseconds);
      const request = url.startsWith('https:')
        ? getSecure(url, { ...identity, agent: false, signal }, onResponse)
        : getPlain(url, { agent: false, signal }, onResponse);
      request.on('error', () => resolve(undefined));
      return await promise;
    },
    async post(url, body, options) {
      const limit = { signal: AbortSignal.timeout(options.milliseconds) };
      const response = await sendPost(root, url, body, options, limit);
      return response && (await readAnswer(response));
    },
    async stream(url, body, options) {
      const response = await sendPost(root, url, body, options, { timeout: options.milliseconds });
      return response && { status: response.statusCode ?? 0, body: readBody(response, url) };
    },
  };
}

/** @param limit of the time for all of it, or of the time in which nothing comes @returns undefined when there is no answer */
async function sendPost(
  root: string,
  url: string,
  body: string,
  options: GetOptions,
  limit: { readonly signal: AbortSignal } | { readonly timeout: number },
): Promise<IncomingMessage | undefined> {
  const identity = await readIdentity(root, options).catch(() => undefined);
  if (identity === undefined) return undefined;
  const { promise, resolve } = Promise.withResolvers<IncomingMessage | undefined>();
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const general = { method: 'POST', agent: false, headers, ...limit } as const;
  const request = url.startsWith('https:')
    ? requestSecure(url, { ...identity, ...general }, resolve)
    : requestPlain(url, general, resolve);
  request.on('timeout', () => request.destroy(new Error('nothing comes any more')));
  request.on('error', () => resolve(undefined));
  request.end(body);
  return await promise;
}

async function* readBody(response: IncomingMessage, url: string): AsyncGenerator<Uint8Array> {
  try {
    yield* response as AsyncIterable<Buffer>;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new VentError('UNAVAILABLE', `cannot read the answer of ${url}: ${reason}`, { retry: 'backoff', cause });
  } finally {
    response.destroy();
  }
}

async function readAnswer(response: IncomingMessage): Promise<Answer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > ANSWER_BYTES) return undefined;
    }
  } catch {
    return undefined;
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') };
}
