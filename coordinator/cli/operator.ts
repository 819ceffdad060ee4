/** The operator service as plain async functions. gRPC is loaded when the first command needs it, so that help is quick. */
import type { Client } from '@grpc/grpc-js';
import type { CallLimits } from '../../shared/rpc.ts';
import type { Method, Narrow, Services } from '../../shared/wire.ts';
import type { Context } from './config.ts';

type OperatorMethods = Services['operator'];

export interface Operator {
  call<RI, SI, RO, SO>(
    method: (methods: OperatorMethods) => Method<RI, SI, RO, SO>,
    request: Narrow<RI>,
    limits?: Partial<CallLimits>,
  ): Promise<Narrow<SO>>;
  stream<RI, SI, RO, SO>(
    method: (methods: OperatorMethods) => Method<RI, SI, RO, SO>,
    request: Narrow<RI>,
    signal?: AbortSignal,
  ): AsyncIterable<Narrow<SO>>;
  close(): void;
}

/**
 * Opens a channel with the context's certificate; the first call finds out whether anybody answers.
 * @param milliseconds until a call without an answer fails with DEADLINE
 */
export async function connectOperator(context: Context, milliseconds = 30_000): Promise<Operator> {
  const [{ Client: GrpcClient, credentials }, rpc, { loadServices }] = await Promise.all([
    import('@grpc/grpc-js'),
    import('../../shared/rpc.ts'),
    import('../../shared/wire.ts'),
  ]);
  const secure = credentials.createSsl(
    Buffer.from(context.roots),
    Buffer.from(context.key),
    Buffer.from(context.certificate),
  );
  const client: Client = new GrpcClient(context.address, secure, {
    'grpc.max_receive_message_length': 64 << 20,
    'grpc.ssl_target_name_override': rpc.COORDINATOR_NAME,
  });
  const methods = loadServices().operator;
  return {
    call: (method, request, limits) => rpc.call(client, method(methods), request, { milliseconds, ...limits }),
    stream: (method, request, signal) => rpc.stream(client, method(methods), request, signal),
    close: () => client.close(),
  };
}
