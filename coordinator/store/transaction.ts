/** What every store refuses, so that a caller that works on one works on all. */
import { VentError } from '../../shared/errors.ts';
import type { Json, Transaction } from './store.ts';

/** Printable ASCII without spaces, so that every store sorts keys the same way. */
const KEY = /^\/[!-~]{1,510}$/;

/** etcd takes 1.5 MiB a request by default; a value stays well below. */
export const MAX_VALUE = 1 << 20;

/** The first string after all keys that start with `prefix`: keys hold nothing above `~`. */
export function endOf(prefix: string): string {
  return `${prefix}\u007f`;
}

/** A transaction whose values are text, checked. */
export interface EncodedTransaction {
  readonly compare: Transaction['compare'];
  readonly put: readonly { readonly key: string; readonly text: string }[];
  readonly remove: readonly string[];
}

/** @throws VentError INVALID_INPUT for a key of another shape, a value above 1 MiB, or a key that is written twice */
export function encodeTransaction(transaction: Transaction): EncodedTransaction {
  const put = (transaction.put ?? []).map(({ key, value }) => ({ key, text: encodeValue(key, value) }));
  const remove = transaction.remove ?? [];
  const written = [...put.map((entry) => entry.key), ...remove];
  for (const key of [...written, ...transaction.compare.map((entry) => entry.key)])
    if (!KEY.test(key)) throw new VentError('INVALID_INPUT', `cannot store ${JSON.stringify(key)}: it is not a key`);
  const twice = written.find((key, index) => written.indexOf(key) !== index);
  if (twice !== undefined) throw new VentError('INVALID_INPUT', `cannot store ${twice}: it is written twice`);
  return { compare: transaction.compare, put, remove };
}

function encodeValue(key: string, value: Json): string {
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) > MAX_VALUE)
    throw new VentError('INVALID_INPUT', `cannot store ${key}: its value is larger than ${MAX_VALUE} bytes`);
  return text;
}
