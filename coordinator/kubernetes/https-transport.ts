/** Requests over node:https with a client certificate, to whichever API server answers. */
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { isIP } from 'node:net';
import { VentError } from '../../shared/errors.ts';
import type { Call, Transport } from './transport.ts';

export interface HttpsTransportOptions {
  /** `https://10.0.0.3:6443`, private and public ones alike: every API server's certificate holds both. Tried in order, the one that answered last first. */
  readonly endpoints: readonly string[];
  /** PEM roots of the cluster's Kubernetes authority. */
  readonly roots: string;
  /** PEM, leaf first. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  /** Milliseconds until a connection must stand, and until an answer must have come. */
  readonly connectTimeout?: number;
  readonly answerTimeout?: number;
}

/** Longest answer that is read, bytes; the API server's own limit for an object is 1.5 MiB, lists come in pages. */
const LONGEST_ANSWER = 64 << 20;
/** Milliseconds a stream may be silent; the client asks the API server to end watches before that. */
const STREAM_SILENCE = 600_000;

interface Attempt {
  readonly response: IncomingMessage;
  /** Ends the request and its response. */
  stop(): void;
}

/** Why an attempt failed, and whether the API server may have seen the request. */
class AttemptError extends Error {
  readonly wasSent: boolean;

  constructor(cause: Error, wasSent: boolean) {
    super(cause.message, { cause });
    this.wasSent = wasSent;
  }
}

interface Line {
  readonly agent: Agent;
  readonly connectTimeout: number;
  readonly answerTimeout: number;
}

export function createHttpsTransport(options: HttpsTransportOptions): Transport {
  const { endpoints, roots, certificate, key, connectTimeout = 5000, answerTimeout = 30_000 } = options;
  const agent = new Agent({ keepAlive: true, ca: roots, cert: certificate, key, minVersion: 'TLSv1.2' });
  const line = { agent, connectTimeout, answerTimeout };
  let preferred = 0;

  /** A request that may have been seen is sent again only when doing it twice is the same as once. */
  async function answer(call: Call, signal: AbortSignal | undefined): Promise<Attempt> {
    let last: unknown = new Error('there is no API server yet');
    const rounds = endpoints.length === 0 ? 0 : Math.max(2, endpoints.length);
    for (let round = 0; round < rounds && signal?.aborted !== true; round += 1) {
      const index = (preferred + round) % endpoints.length;
      try {
        const result = await attempt(line, endpoints[index] ?? '', call, signal);
        preferred = index;
        return result;
      } catch (error) {
        last = error;
        if (call.method === 'POST' && error instanceof AttemptError && error.wasSent) break;
      }
    }
    throw unreachable(call, last, signal);
  }

  return {
    async send(call, signal) {
      const { response, stop } = await answer(call, signal);
      const timer = setTimeout(stop, answerTimeout);
      try {
        return { status: response.statusCode ?? 0, body: await readAll(response) };
      } catch (cause) {
        throw unreachable(call, cause, signal);
      } finally {
        clearTimeout(timer);
      }
    },
    async open(path, signal) {
      const call: Call = { method: 'GET', path };
      const { response, stop } = await answer(call, signal);
      response.setTimeout(STREAM_SILENCE, stop);
      return { status: response.statusCode ?? 0, lines: readLines(call, response, stop, signal) };
    },
    close: () => agent.destroy(),
  };
}

/** One request to one API server; resolves with the head of its answer. @throws AttemptError */
function attempt(line: Line, endpoint: string, call: Call, signal: AbortSignal | undefined): Promise<Attempt> {
  const { promise, resolve, reject } = Promise.withResolvers<Attempt>();
  const { agent, connectTimeout, answerTimeout } = line;
  const { hostname } = new URL(endpoint);
  const type = call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' };
  const headers = { accept: 'application/json', ...type };
  const servername = isIP(hostname) === 0 ? hostname : '';
  const outgoing = request(`${endpoint}${call.path}`, { method: call.method, agent, headers, servername });
  let isConnected = false;
  const stop = (reason = 'stopped'): void => {
    outgoing.destroy(new Error(reason));
  };
  let timer = setTimeout(stop, connectTimeout, `no connection within ${connectTimeout} ms`);
  const onConnected = (): void => {
    isConnected = true;
    clearTimeout(timer);
    timer = setTimeout(stop, answerTimeout, `no answer within ${answerTimeout} ms`);
  };
  const onAbort = (): void => stop();
  const settle = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  outgoing.on('socket', (socket) => {
    if (outgoing.reusedSocket) onConnected();
    else socket.once('secureConnect', onConnected);
  });
  outgoing.on('error', (error) => {
    settle();
    reject(new AttemptError(error, isConnected));
  });
  outgoing.on('response', (response) => {
    clearTimeout(timer);
    response.once('close', settle);
    resolve({ response, stop: () => stop() });
  });
  outgoing.end(call.body);
  return promise;
}

async function readAll(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > LONGEST_ANSWER) throw new Error(`the answer is longer than ${LONGEST_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function* readLines(
  call: Call,
  response: IncomingMessage,
  stop: () => void,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    if (rest !== '') yield rest;
  } catch (cause) {
    throw unreachable(call, cause, signal);
  } finally {
    stop();
  }
}

function unreachable(call: Call, cause: unknown, signal: AbortSignal | undefined): VentError {
  const what = `${call.method} ${call.path.split('?')[0]}`;
  if (signal?.aborted === true)
    return new VentError('CANCELLED', `cannot ${what}: it was interrupted`, { cause: signal.reason });
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new VentError('UNAVAILABLE', `cannot ${what}: no API server answers: ${reason}`, {
    hint: 'See the control-plane machines with vent status.',
    retry: 'backoff',
    cause,
  });
}
