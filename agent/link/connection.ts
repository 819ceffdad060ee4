/** What the agent reaches the coordinator by: replaced whole when its certificate is renewed. */
import type { Agent as HttpsAgent } from 'node:https';
import type { Client } from '@grpc/grpc-js';
import type { TrustBundle } from '../../shared/wire.ts';
import type { Identity } from '../identity.ts';
import { openChannel, openHttps } from './channel.ts';

export interface Connection {
  channel(): Client;
  https(): HttpsAgent;
  /** Another channel with sockets of its own; the caller closes it. */
  openAnother(): Client;
  /** Uses another identity from now on; calls under way end on the old channel. */
  use(identity: Identity): void;
  close(): void;
}

/** @param trust what the agent trusts now */
export function createConnection(first: Identity, trust: () => TrustBundle): Connection {
  const open = (identity: Identity) => {
    const credentials = { roots: trust().vent, chain: identity.chain, key: identity.key };
    const openAnother = (): Client => openChannel(identity.nodeAddress, credentials);
    return { channel: openAnother(), https: openHttps(credentials), openAnother };
  };
  let current = open(first);
  const close = ({ channel, https }: typeof current): void => {
    channel.close();
    https.destroy();
  };
  return {
    channel: () => current.channel,
    https: () => current.https,
    openAnother: () => current.openAnother(),
    use(identity) {
      const before = current;
      current = open(identity);
      close(before);
    },
    close: () => close(current),
  };
}
