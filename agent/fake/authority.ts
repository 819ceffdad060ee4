/** An authority in memory that issues X.509 certificates for tests: P-256 or Ed25519, encoded by hand (RFC 5280). */
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface LeafWish {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  readonly dnsNames?: readonly string[];
  readonly addresses?: readonly string[];
  readonly usages?: readonly ('server' | 'client')[];
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly isAuthority?: boolean;
}

export interface FakeAuthority {
  /** PEM of the root. */
  readonly root: string;
  /** PEM of a certificate for the key. */
  issue(key: KeyObject, wish: LeafWish): string;
}

const USAGES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;

function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(parts);
  const size = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Uint8Array.of(tag, ...size), body]);
}

function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return der(0x30, ...parts);
}

function objectId(text: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const encode = (value: number): number[] =>
    value < 128 ? [value] : [...encode(Math.floor(value / 128)).map((byte) => byte | 0x80), value % 128];
  return der(0x06, Uint8Array.from([first * 40 + second, ...rest.flatMap(encode)]));
}

function text(value: string): Uint8Array {
  return der(0x0c, Buffer.from(value));
}

function time(milliseconds: number): Uint8Array {
  const digits = new Date(milliseconds).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return der(0x18, Buffer.from(digits));
}

function distinguishedName(commonName: string, organizations: readonly string[]): Uint8Array {
  const attribute = (type: string, value: string): Uint8Array => der(0x31, sequence(objectId(type), text(value)));
  return sequence(...organizations.map((name) => attribute('2.5.4.10', name)), attribute('2.5.4.3', commonName));
}

function extension(id: string, value: Uint8Array): Uint8Array {
  return sequence(objectId(id), der(0x04, value));
}

function extensions(wish: LeafWish): Uint8Array {
  const names = [
    ...(wish.dnsNames ?? []).map((name) => der(0x82, Buffer.from(name))),
    ...(wish.addresses ?? []).map((address) => der(0x87, Uint8Array.from(address.split('.').map(Number)))),
  ];
  const usages = (wish.usages ?? []).map((usage) => objectId(USAGES[usage]));
  const list = [
    extension('2.5.29.19', sequence(...(wish.isAuthority === true ? [der(0x01, Uint8Array.of(0xff))] : []))),
    ...(names.length > 0 ? [extension('2.5.29.17', sequence(...names))] : []),
    ...(usages.length > 0 ? [extension('2.5.29.37', sequence(...usages))] : []),
  ];
  return der(0xa3, sequence(...list));
}

function issue(subjectKey: KeyObject, wish: LeafWish, issuer: string, issuerKey: KeyObject): string {
  const serial = randomBytes(8);
  serial[0] = 0x01;
  const algorithm = sequence(objectId('1.2.840.10045.4.3.2'));
  const publicKey = subjectKey.type === 'private' ? createPublicKey(subjectKey) : subjectKey;
  const tbs = sequence(
    der(0xa0, der(0x02, Uint8Array.of(2))),
    der(0x02, serial),
    algorithm,
    distinguishedName(issuer, []),
    sequence(time(wish.from), time(wish.to)),
    distinguishedName(wish.commonName, wish.organizations ?? []),
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions(wish),
  );
  const signature = der(0x03, Uint8Array.of(0), sign('sha256', tbs, issuerKey));
  const body = Buffer.from(sequence(tbs, algorithm, signature))
    .toString('base64')
    .replaceAll(/.{64}/g, '$&\n')
    .trim();
  return `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
}

/**
 * Its key is made when it is first needed: most tests need none of a machine's authorities.
 * @param name common name of the root, which lives from 2000 to 2100
 */
export function createFakeAuthority(name: string): FakeAuthority {
  let made: { readonly key: KeyObject; readonly root: string } | undefined;
  function open(): { readonly key: KeyObject; readonly root: string } {
    const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const life = { from: Date.UTC(2000, 0, 1), to: Date.UTC(2100, 0, 1) };
    return { key, root: issue(key, { commonName: name, isAuthority: true, ...life }, name, key) };
  }
  return {
    get root() {
      made ??= open();
      return made.root;
    },
    issue(key, wish) {
      made ??= open();
      return issue(key, wish, name, made.key);
    },
  };
}
