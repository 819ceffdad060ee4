/** What the agent reaches the coordinator by: replaced whole when its certificate is renewed or the coordinator is elsewhere. */
import type { Agent as HttpsAgent } from 'node:https';
import type { Client } from '@grpc/grpc-js';
import type { TrustBundle } from '../../shared/wire.ts';
import { areSamePlace, type Reached } from '../endpoints.ts';
import type { Identity } from '../identity.ts';
import { openChannel, openHttps } from './channel.ts';

export interface Connection {
  channel(): Client;
  https(): HttpsAgent;
  /** `https://host:port` */
  artifactAddress(): string;
  /** Another channel with sockets of its own; the caller closes it. */
  openAnother(): Client;
  /** Uses another identity from now on; calls under way end on the old channel. */
  use(identity: Identity): void;
  /** Goes to another place from now on. @returns false when it is there already */
  moveTo(place: Reached): boolean;
  close(): void;
}

export interface ConnectionOptions {
  readonly identity: Identity;
  readonly place: Reached;
  /** What the agent trusts now. */
  trust(): TrustBundle;
  /** Where an address of the coordinator is connected to from here; there itself unless given. */
  readonly route?: ((address: string) => string) | undefined;
}

export function createConnection(options: ConnectionOptions): Connection {
  const { trust, route = (address) => address } = options;
  let { identity, place } = options;
  const open = () => {
    const credentials = { roots: trust().vent, chain: identity.chain, key: identity.key };
    const address = route(place.node);
    const openAnother = (): Client => openChannel(address, credentials);
    return { channel: openAnother(), https: openHttps(credentials), openAnother };
  };
  let current = open();
  const close = ({ channel, https }: typeof current): void => {
    channel.close();
    https.destroy();
  };
  const reopen = (): void => {
    const before = current;
    current = open();
    close(before);
  };
  return {
    channel: () => current.channel,
    https: () => current.https,
    artifactAddress: () => place.artifacts,
    openAnother: () => current.openAnother(),
    use(next) {
      identity = next;
      reopen();
    },
    moveTo(next) {
      if (areSamePlace(next, place)) return false;
      place = next;
      reopen();
      return true;
    },
    close: () => close(current),
  };
}
