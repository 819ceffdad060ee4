/** grpc.health.v1 (https://github.com/grpc/grpc/blob/master/doc/health-checking.md): the empty name is the whole server. */
import { type ServerUnaryCall, type ServerWritableStream, type sendUnaryData, status } from '@grpc/grpc-js';

type Serving = 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';

interface Request {
  readonly service: string;
}
interface Response {
  readonly status: Serving;
}

/** The implementation for a port that offers these services, and the switch that drains it. */
export function createHealthService(services: readonly string[]) {
  const known = new Set(['', ...services]);
  const watchers = new Set<() => void>();
  let isDraining = false;
  const stateOf = (name: string): Serving =>
    known.has(name) ? (isDraining ? 'NOT_SERVING' : 'SERVING') : 'SERVICE_UNKNOWN';

  return {
    implementation: {
      Check(call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void {
        const state = stateOf(call.request.service);
        if (state === 'SERVICE_UNKNOWN')
          callback({ code: status.NOT_FOUND, details: `no service ${call.request.service}` });
        else callback(null, { status: state });
      },
      Watch(call: ServerWritableStream<Request, Response>): void {
        const tell = (): void => void call.write({ status: stateOf(call.request.service) });
        tell();
        watchers.add(tell);
        call.on('cancelled', () => {
          watchers.delete(tell);
          call.end();
        });
      },
    },
    drain(): void {
      isDraining = true;
      for (const tell of watchers) tell();
    },
  };
}
