/** One gRPC port: TLS, limits of facts/threats-and-faults.md D3, and an orderly end. */
import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { VentError } from '../shared/errors.ts';

export interface ServerIdentity {
  /** PEM; leaf first. */
  readonly chain: string;
  /** PEM. */
  readonly key: string;
}

export interface GrpcListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly identity: ServerIdentity;
  /** PEM roots that client certificates must chain to; undefined asks for none. */
  readonly clientRoots: string | undefined;
  /** Bytes. */
  readonly maxMessage: number;
  readonly maxStreams: number;
  readonly services: readonly {
    readonly definition: ServiceDefinition;
    readonly implementation: UntypedServiceImplementation;
  }[];
}

export interface Listener {
  readonly port: number;
  /** Lets calls under way end for at most `milliseconds`, then ends them. */
  close(milliseconds: number): Promise<void>;
}

/** @throws VentError UNAVAILABLE when the port cannot be had */
export async function listenGrpc(options: GrpcListenerOptions): Promise<Listener> {
  const server = new Server({
    'grpc.max_receive_message_length': options.maxMessage,
    'grpc.max_send_message_length': 64 << 20,
    'grpc.max_concurrent_streams': options.maxStreams,
    'grpc-node.max_session_memory': 16,
    'grpc.keepalive_time_ms': 60_000,
    'grpc.keepalive_timeout_ms': 10_000,
  });
  for (const { definition, implementation } of options.services) server.addService(definition, implementation);
  const pair = { private_key: Buffer.from(options.identity.key), cert_chain: Buffer.from(options.identity.chain) };
  const roots = options.clientRoots === undefined ? null : Buffer.from(options.clientRoots);
  const secure = ServerCredentials.createSsl(roots, [pair], roots !== null);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync(`${options.host}:${options.port}`, secure, (error, port) =>
    error === null ? resolve(port) : reject(error),
  );
  const port = await promise.catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new VentError('UNAVAILABLE', `cannot listen on ${options.host}:${options.port}: ${reason}`, {
      hint: 'Is another coordinator running? --listen takes another address.',
      cause,
    });
  });
  return { port, close: (milliseconds) => closeServer(server, milliseconds) };
}

async function closeServer(server: Server, milliseconds: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    server.forceShutdown();
    resolve();
  }, milliseconds);
  server.tryShutdown(() => {
    clearTimeout(timer);
    resolve();
  });
  await promise;
}
