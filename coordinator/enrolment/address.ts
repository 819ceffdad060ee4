/** Addresses as text, in the one form that can be compared. */
import { isIP, SocketAddress } from 'node:net';

/**
 * @param text an IPv4 or IPv6 address, an IPv4 one also as `::ffff:10.0.0.1`
 * @returns undefined when it is no address
 */
export function canonicalAddress(text: string): string | undefined {
  const plain = text
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/%.*$/, '');
  const version = isIP(plain);
  if (version === 0) return undefined;
  return new SocketAddress({ address: plain, family: version === 4 ? 'ipv4' : 'ipv6' }).address;
}
