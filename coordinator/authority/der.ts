/** The few shapes of DER (X.690) that certificates need; node-forge does the lengths and tags. */
import asn1, { type Asn1 } from 'node-forge/lib/asn1.js';

export type Der = Asn1;

/** node-forge holds bytes as a string of one character each. */
const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function primitive(type: number, bytes: Uint8Array | string): Der {
  return asn1.create(asn1.Class.UNIVERSAL, type, false, typeof bytes === 'string' ? bytes : binary(bytes));
}

export function encodeDer(value: Der): Uint8Array {
  return Buffer.from(asn1.toDer(value).getBytes(), 'latin1');
}

export function decodeDer(bytes: Uint8Array): Der {
  return asn1.fromDer(binary(bytes), { strict: true, parseAllBytes: true, decodeBitStrings: false });
}

/** The whole bytes of a bit string. */
export function bitsOf(value: Der): Uint8Array {
  return typeof value.value === 'string' ? Buffer.from(value.value.slice(1), 'latin1') : new Uint8Array();
}

/** The elements of a constructed value. */
export function elementsOf(value: Der): readonly Der[] {
  return typeof value.value === 'string' ? [] : value.value;
}

export function sequence(...values: readonly Der[]): Der {
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, [...values]);
}

export function set(...values: readonly Der[]): Der {
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SET, true, [...values]);
}

/** @param dotted such as `2.5.4.3` */
export function objectId(dotted: string): Der {
  return primitive(asn1.Type.OID, asn1.oidToDer(dotted).getBytes());
}

export function boolean(value: boolean): Der {
  return primitive(asn1.Type.BOOLEAN, Uint8Array.of(value ? 0xff : 0));
}

/** @param bytes big-endian, the first bit zero for a positive number */
export function integer(bytes: Uint8Array): Der {
  return primitive(asn1.Type.INTEGER, bytes);
}

export function octets(bytes: Uint8Array): Der {
  return primitive(asn1.Type.OCTETSTRING, bytes);
}

/** @param unused how many of the last bits do not count */
export function bits(bytes: Uint8Array, unused = 0): Der {
  return primitive(asn1.Type.BITSTRING, Buffer.concat([Uint8Array.of(unused), bytes]));
}

export function text(value: string): Der {
  return primitive(asn1.Type.UTF8, Buffer.from(value));
}

/** UTCTime until 2049, GeneralizedTime after (RFC 5280, 4.1.2.5). @param milliseconds since the epoch, whole seconds */
export function time(milliseconds: number): Der {
  const digits = new Date(milliseconds).toISOString().replaceAll(/\.\d+|[-:T]/g, '');
  const isShort = new Date(milliseconds).getUTCFullYear() < 2050;
  return isShort ? primitive(asn1.Type.UTCTIME, digits.slice(2)) : primitive(asn1.Type.GENERALIZEDTIME, digits);
}

/** `[tag]` of the context: explicit around values, or implicit over bytes. */
export function tagged(tag: number, content: readonly Der[] | Uint8Array): Der {
  const isConstructed = !(content instanceof Uint8Array);
  return asn1.create(asn1.Class.CONTEXT_SPECIFIC, tag, isConstructed, isConstructed ? [...content] : binary(content));
}
