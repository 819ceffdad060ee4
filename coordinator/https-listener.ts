/** The web port: agent file and artifacts for anyone who trusts the root, health for load balancers. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { VentError } from '../shared/errors.ts';
import type { Listener, ServerIdentity } from './grpc-listener.ts';

export interface HttpsListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly identity: ServerIdentity;
  /** Answers what it knows and returns true, or writes nothing and returns false. */
  readonly artifacts: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  /** True while the coordinator can do its work. */
  isReady(): boolean;
  /** A client does not accept the certificate. @param reason name of the TLS alert (RFC 8446 §6.2), as `unknown ca` */
  onDistrusted(address: string, reason: string): void;
}

function answerText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
  response.end(text);
}

async function respond(
  options: HttpsListenerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '').split('?', 1)[0];
  if (path === '/healthz') return answerText(response, 200, 'ok\n');
  if (path === '/readyz')
    return options.isReady() ? answerText(response, 200, 'ok\n') : answerText(response, 503, 'not ready\n');
  if (!(await options.artifacts(request, response))) answerText(response, 404, 'there is nothing of that name\n');
}

/** OpenSSL names the alert that ended a handshake in the error's code: `ERR_SSL_TLSV1_ALERT_UNKNOWN_CA`. */
function readAlert(error: NodeJS.ErrnoException): string | undefined {
  const name = /^ERR_SSL_\w+?_ALERT_(\w+)$/.exec(error.code ?? '')?.[1];
  return name?.toLowerCase().replaceAll('_', ' ');
}

/** A TLS socket whose handshake failed does not know its peer any more; the connection it came from did. */
function followAlerts(server: Server, onDistrusted: HttpsListenerOptions['onDistrusted']): void {
  const peers = new AsyncLocalStorage<string | undefined>();
  server.prependListener('connection', (socket: Socket) => peers.enterWith(socket.remoteAddress));
  server.on('tlsClientError', (error) => {
    const [reason, address] = [readAlert(error), peers.getStore()];
    if (reason !== undefined && address !== undefined) onDistrusted(address, reason);
  });
}

/** @throws VentError UNAVAILABLE when the port cannot be had */
export async function listenHttps(options: HttpsListenerOptions): Promise<Listener> {
  const { chain, key } = options.identity;
  const server = createServer(
    { cert: chain, key, minVersion: 'TLSv1.3', requestTimeout: 30_000, headersTimeout: 10_000 },
    (request, response) => {
      void respond(options, request, response);
    },
  );
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(options.port, options.host, resolve);
  await promise.catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new VentError('UNAVAILABLE', `cannot listen on ${options.host}:${options.port}: ${reason}`, {
      hint: '--listen takes another address.',
      cause,
    });
  });
  followAlerts(server, options.onDistrusted);
  return {
    port: (server.address() as AddressInfo).port,
    async close(milliseconds) {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), milliseconds);
      await closed.promise;
      clearTimeout(timer);
    },
  };
}
