/** gRPC as promises and async iterables: deadlines always, AbortSignal everywhere, VentErrors on both sides of the wire. */
import {
  type CallOptions,
  type Client,
  type ClientDuplexStream,
  type handleBidiStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  type ServerWritableStream,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import type { ErrorCode, Retry } from './errors.ts';
import { ERRORS, VentError } from './errors.ts';
import type { Method, Narrow } from './wire.ts';

export interface CallLimits {
  /** Milliseconds until the call fails with DEADLINE. */
  readonly milliseconds: number;
  readonly signal?: AbortSignal;
}

/**
 * The name that every client checks in the coordinator's certificate, whatever address it dialled: trust comes from
 * Vent's own root, and addresses change.
 */
export const COORDINATOR_NAME = 'coordinator.vent';

const CODE_KEY = 'vent-code';
const HINT_KEY = 'vent-hint-bin';
const RETRY_KEY = 'vent-retry';

/** One request, one answer. @throws VentError with the server's code, or UNAVAILABLE, DEADLINE, CANCELLED */
export function call<RequestIn, ResponseIn, RequestOut, ResponseOut>(
  client: Client,
  method: Method<RequestIn, ResponseIn, RequestOut, ResponseOut>,
  request: Narrow<RequestIn>,
  limits: CallLimits,
): Promise<Narrow<ResponseOut>> {
  const { promise, resolve, reject } = Promise.withResolvers<Narrow<ResponseOut>>();
  const options: CallOptions = { deadline: Date.now() + limits.milliseconds };
  const unary = client.makeUnaryRequest<RequestIn, ResponseOut>(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    request as RequestIn,
    new Metadata(),
    options,
    (error, answer) => {
      limits.signal?.removeEventListener('abort', cancel);
      if (error === null && answer !== undefined) resolve(narrow(answer as ResponseOut));
      else reject(fromServiceError(error, method.path));
    },
  );
  const cancel = (): void => unary.cancel();
  limits.signal?.addEventListener('abort', cancel, { once: true });
  if (limits.signal?.aborted === true) cancel();
  return promise;
}

/** One request, many answers, until the server ends or the signal aborts. */
export async function* stream<RequestIn, ResponseIn, RequestOut, ResponseOut>(
  client: Client,
  method: Method<RequestIn, ResponseIn, RequestOut, ResponseOut>,
  request: Narrow<RequestIn>,
  signal?: AbortSignal,
): AsyncGenerator<Narrow<ResponseOut>> {
  const answers = client.makeServerStreamRequest<RequestIn, ResponseOut>(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    request as RequestIn,
  );
  const cancel = (): void => answers.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    for await (const answer of answers) yield narrow(answer as ResponseOut);
  } catch (thrown) {
    throw fromServiceError(thrown, method.path);
  } finally {
    signal?.removeEventListener('abort', cancel);
    cancel();
  }
}

export interface Duplex<Sent, Received> {
  send(message: Sent): void;
  readonly received: AsyncIterable<Received>;
  cancel(): void;
}

/** A stream both ways; `received` ends or throws when the other side is gone. */
export function open<RequestIn, ResponseIn, RequestOut, ResponseOut>(
  client: Client,
  method: Method<RequestIn, ResponseIn, RequestOut, ResponseOut>,
): Duplex<Narrow<RequestIn>, Narrow<ResponseOut>> {
  const duplex: ClientDuplexStream<RequestIn, ResponseOut> = client.makeBidiStreamRequest<RequestIn, ResponseOut>(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
  );
  // It may fail before anybody reads: without a listener that would end the process, and reading would just end.
  let failure: Error | undefined;
  duplex.on('error', (error) => {
    failure = error;
  });
  async function* receive(): AsyncGenerator<Narrow<ResponseOut>> {
    try {
      for await (const message of duplex) yield narrow(message as ResponseOut);
      if (failure !== undefined) throw failure;
    } catch (thrown) {
      throw fromServiceError(thrown, method.path);
    }
  }
  return {
    send: (message) => void duplex.write(message as RequestIn),
    received: receive(),
    cancel: () => duplex.cancel(),
  };
}

/**
 * proto-loader says null where a message was left out, and Vent undefined. Changes the message in place: it came off the
 * wire and is nobody else's.
 */
export function narrow<T>(message: T): Narrow<T> {
  if (typeof message === 'object' && message !== null && !(message instanceof Uint8Array)) {
    for (const [key, value] of Object.entries(message)) {
      if (value === null) Reflect.set(message, key, undefined);
      else narrow(value);
    }
  }
  return message as Narrow<T>;
}

async function* narrowAll<T>(messages: AsyncIterable<T>): AsyncGenerator<Narrow<T>> {
  for await (const message of messages) yield narrow(message as T);
}

/** What a server's method knows of its caller. */
export interface Caller {
  /** IP address without port. */
  readonly address: string;
  /** DER of the client certificate that the TLS layer verified; undefined where none is asked for. */
  readonly certificate: Uint8Array | undefined;
  /** Aborts when the caller is gone or the deadline has passed. */
  readonly signal: AbortSignal;
}

/** A unary method from an async function (its types come from where it is put, a service's handlers); what it throws crosses the wire with its code, and a bug is logged by `onBug`. */
export function answer<RequestOut, ResponseIn>(
  respond: (request: Narrow<NoInfer<RequestOut>>, caller: Caller) => Promise<Narrow<NoInfer<ResponseIn>>>,
  onBug: (error: VentError) => void,
): handleUnaryCall<RequestOut, ResponseIn> {
  return (unary, callback) => {
    respond(narrow(unary.request), callerOf(unary)).then(
      (response) => callback(null, response as ResponseIn),
      (thrown: unknown) => callback(toServiceError(thrown, onBug)),
    );
  };
}

/** A server-streaming method from an async generator. */
export function answerMany<RequestOut, ResponseIn>(
  respond: (request: Narrow<NoInfer<RequestOut>>, caller: Caller) => AsyncIterable<Narrow<NoInfer<ResponseIn>>>,
  onBug: (error: VentError) => void,
): handleServerStreamingCall<RequestOut, ResponseIn> {
  return (writable) => {
    void pump(respond(narrow(writable.request), callerOf(writable)), writable, onBug);
  };
}

async function pump<RequestOut, ResponseIn>(
  messages: AsyncIterable<Narrow<ResponseIn>>,
  writable: ServerWritableStream<RequestOut, ResponseIn>,
  onBug: (error: VentError) => void,
): Promise<void> {
  try {
    for await (const message of messages) {
      if (!writable.write(message as ResponseIn) && !writable.cancelled) await drained(writable);
    }
    writable.end();
  } catch (thrown) {
    // Not destroy(): grpc-js sends the status of an emitted error and then ends the stream.
    if (!writable.cancelled) writable.emit('error', asError(toServiceError(thrown, onBug)));
  }
}

/** A caller that is gone takes nothing more, and what it asked for must not hang for that. */
async function drained<RequestOut, ResponseIn>(writable: ServerWritableStream<RequestOut, ResponseIn>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const event of ['drain', 'cancelled']) writable.once(event, resolve);
  await promise;
  for (const event of ['drain', 'cancelled']) writable.off(event, resolve);
}

/** A method that streams both ways: `serve` runs until the caller is gone; returning ends the stream, throwing ends it with the error. */
export function answerDuplex<RequestOut, ResponseIn>(
  serve: (duplex: Duplex<Narrow<NoInfer<ResponseIn>>, Narrow<NoInfer<RequestOut>>>, caller: Caller) => Promise<void>,
  onBug: (error: VentError) => void,
): handleBidiStreamingCall<RequestOut, ResponseIn> {
  return (connection) => {
    const duplex: Duplex<Narrow<ResponseIn>, Narrow<RequestOut>> = {
      send: (message) => void connection.write(message as ResponseIn),
      received: narrowAll<RequestOut>(connection),
      cancel: () => connection.end(),
    };
    serve(duplex, callerOf(connection)).then(
      () => connection.end(),
      (thrown: unknown) => {
        if (!connection.cancelled) connection.emit('error', asError(toServiceError(thrown, onBug)));
      },
    );
  };
}

interface ServerCall {
  on(event: 'cancelled', listener: () => void): unknown;
  getPeer(): string;
  getAuthContext(): { readonly sslPeerCertificate?: { readonly raw: Uint8Array } };
}

function callerOf(known: ServerCall): Caller {
  const gone = new AbortController();
  known.on('cancelled', () => gone.abort(new VentError('CANCELLED', 'cannot finish the call: the caller is gone')));
  const peer = known.getPeer();
  return {
    address: peer
      .slice(0, peer.lastIndexOf(':'))
      .replace(/^\[|\]$/g, '')
      .replace(/^::ffff:/, ''),
    certificate: known.getAuthContext().sslPeerCertificate?.raw,
    signal: gone.signal,
  };
}

interface WireError {
  readonly code: status;
  readonly details: string;
  readonly metadata: Metadata;
}

function toServiceError(thrown: unknown, onBug: (error: VentError) => void): WireError {
  const error = VentError.from(thrown);
  if (error.code === 'BUG') onBug(error);
  const metadata = new Metadata();
  metadata.set(CODE_KEY, error.code);
  metadata.set(RETRY_KEY, error.retry);
  if (error.hint !== undefined) metadata.set(HINT_KEY, Buffer.from(error.hint));
  // The cause stays on this side: it may hold what the caller should not see.
  return {
    code: status[ERRORS[error.code].status],
    details: error.code === 'BUG' ? 'a defect of Vent, see the coordinator log' : error.message,
    metadata,
  };
}

function asError(wire: WireError): Error {
  return Object.assign(new Error(wire.details), wire);
}

function isServiceError(thrown: unknown): thrown is ServiceError {
  return thrown instanceof Error && 'metadata' in thrown && 'details' in thrown;
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && code in ERRORS;
}

function fromServiceError(thrown: unknown, path: string): VentError {
  if (!isServiceError(thrown)) return VentError.from(thrown);
  const [code] = thrown.metadata.get(CODE_KEY);
  const [hint] = thrown.metadata.get(HINT_KEY);
  const [retry] = thrown.metadata.get(RETRY_KEY);
  if (isErrorCode(code)) {
    return new VentError(code, thrown.details, {
      retry: asRetry(retry),
      ...(hint === undefined ? {} : { hint: hint.toString() }),
    });
  }
  const method = path.slice(path.lastIndexOf('/') + 1);
  if (thrown.code === status.DEADLINE_EXCEEDED)
    return new VentError('DEADLINE', `cannot finish ${method}: no answer in time`, { retry: 'backoff', cause: thrown });
  if (thrown.code === status.CANCELLED)
    return new VentError('CANCELLED', `cannot finish ${method}: interrupted`, { cause: thrown });
  if (thrown.code === status.UNAVAILABLE)
    return new VentError('UNAVAILABLE', `cannot reach the coordinator: ${plainReason(thrown.details)}`, {
      retry: 'backoff',
      cause: thrown,
    });
  return new VentError('BUG', `cannot finish ${method}: ${thrown.details}`, { cause: thrown });
}

/** The cause alone, without what grpc-js says around it for whoever looks for it in its name resolution. */
function plainReason(details: string): string {
  return details
    .replace(/^No connection established\. Last error: (?:Error: )?/, '')
    .replace(/\.? Resolution note: $/, '');
}

function asRetry(value: string | Buffer | undefined): Retry {
  return value === 'now' || value === 'backoff' ? value : 'never';
}
