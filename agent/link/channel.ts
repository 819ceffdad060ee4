/** Mutual TLS to the node port, for gRPC and for artifacts, from one identity. */
import { Agent as HttpsAgent } from 'node:https';
import tls from 'node:tls';
import { Client, credentials } from '@grpc/grpc-js';
import { COORDINATOR_NAME } from '../../shared/rpc.ts';

export interface Credentials {
  /** PEM roots of Vent's authority: the only trust there is. */
  readonly roots: string;
  /** PEM; leaf first. */
  readonly chain: string;
  /** PEM. */
  readonly key: string;
}

/** Client side of the keepalive figures of facts/threats-and-faults.md D3. */
const CHANNEL_OPTIONS = {
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.max_receive_message_length': 4 << 20,
  // How long to wait for a coordinator that is away is the link's to say; gRPC alone would add up to two minutes to it.
  'grpc.initial_reconnect_backoff_ms': 250,
  'grpc.max_reconnect_backoff_ms': 1000,
  'grpc.ssl_target_name_override': COORDINATOR_NAME,
  // A channel of its own sockets: after a renewal the old certificate must not live on in a shared connection.
  'grpc.use_local_subchannel_pool': 1,
};

/** @param address `host:port` */
export function openChannel(address: string, identity: Credentials): Client {
  const secure = credentials.createSsl(
    Buffer.from(identity.roots),
    Buffer.from(identity.key),
    Buffer.from(identity.chain),
  );
  return new Client(address, secure, CHANNEL_OPTIONS);
}

export function openHttps(identity: Credentials): HttpsAgent {
  // By its own name, as in gRPC: its certificate names the addresses that it has now, and a machine may know an older one.
  const servername = COORDINATOR_NAME;
  return new HttpsAgent({ keepAlive: true, maxSockets: 4, ca: identity.roots, minVersion: 'TLSv1.3', servername });
}

/** TLS 1.3 for everything this program opens; gRPC has no setting of its own. */
export function requireModernTls(): void {
  tls.DEFAULT_MIN_VERSION = 'TLSv1.3';
}
