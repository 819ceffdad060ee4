/** A port of the coordinator's on loopback, for callers with certificates of its own authorities. */
import type { Authorities } from '../../../coordinator/authority/authorities.ts';
import { issueServerIdentity } from '../../../coordinator/authority/holders.ts';
import { type GrpcListenerOptions, type Listener, listenGrpc } from '../../../coordinator/grpc-listener.ts';
import { COORDINATOR_NAME } from '../../../shared/rpc.ts';

export async function listenFor(
  authorities: Authorities,
  service: GrpcListenerOptions['services'][number],
): Promise<Listener> {
  return await listenGrpc({
    host: '127.0.0.1',
    port: 0,
    identity: await issueServerIdentity(authorities, [COORDINATOR_NAME]),
    clientRoots: authorities.roots('vent'),
    maxMessage: 1 << 20,
    maxStreams: 32,
    services: [service],
  });
}
