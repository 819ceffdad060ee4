/** IPv4 arithmetic on text: addresses are `10.0.0.1`, ranges are `10.0.0.0/8`. */
import { VentError } from '../errors.ts';

export interface Range {
  /** First address, as a number below 2^32. */
  readonly first: number;
  /** Number of addresses. */
  readonly size: number;
  readonly prefix: number;
}

/** @throws VentError INVALID_INPUT when `text` is not four decimal numbers below 256 */
export function parseAddress(text: string): number {
  const parts = text.split('.');
  const numbers = parts.map((part) => (/^(0|[1-9]\d{0,2})$/.test(part) ? Number(part) : 256));
  if (parts.length !== 4 || numbers.some((part) => part > 255))
    throw new VentError('INVALID_INPUT', `cannot read address ${JSON.stringify(text)}: it is not an IPv4 address`);
  return numbers.reduce((sum, part) => sum * 256 + part, 0);
}

/** @param value below 2^32 */
export function formatAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** Bits of the host part are dropped: `10.1.2.3/8` is `10.0.0.0/8`. @throws VentError INVALID_INPUT */
export function parseRange(text: string): Range {
  const [address = '', length = '', ...rest] = text.split('/');
  const prefix = /^\d{1,2}$/.test(length) ? Number(length) : 33;
  if (rest.length > 0 || prefix > 32)
    throw new VentError('INVALID_INPUT', `cannot read range ${JSON.stringify(text)}: it is not like 10.0.0.0/8`);
  const size = 2 ** (32 - prefix);
  return { first: Math.floor(parseAddress(address) / size) * size, size, prefix };
}

export function formatRange(range: Range): string {
  return `${formatAddress(range.first)}/${range.prefix}`;
}

export function contains(range: string, address: string): boolean {
  const { first, size } = parseRange(range);
  const value = parseAddress(address);
  return value >= first && value < first + size;
}

export function overlaps(a: string, b: string): boolean {
  const [left, right] = [parseRange(a), parseRange(b)];
  return left.first < right.first + right.size && right.first < left.first + left.size;
}

/** The `index`th address of a range, its network address being the 0th. @throws VentError INVALID_INPUT beyond its end */
export function nthAddress(range: string, index: number): string {
  const { first, size } = parseRange(range);
  if (!Number.isInteger(index) || index < 0 || index >= size)
    throw new VentError('INVALID_INPUT', `cannot take address ${index} of ${range}: it has ${size}`);
  return formatAddress(first + index);
}

export function lastAddress(range: string): string {
  return nthAddress(range, parseRange(range).size - 1);
}

/** How many ranges of the given prefix length fit. */
export function countSubnets(range: string, prefix: number): number {
  return Math.floor(parseRange(range).size / 2 ** (32 - prefix));
}

/** The `index`th range of the given prefix length in `range`. @throws VentError INVALID_INPUT when there are not so many */
export function nthSubnet(range: string, prefix: number, index: number): string {
  const count = countSubnets(range, prefix);
  if (!Number.isInteger(index) || index < 0 || index >= count)
    throw new VentError('INVALID_INPUT', `cannot take /${prefix} number ${index} of ${range}: it holds ${count}`);
  const size = 2 ** (32 - prefix);
  return formatRange({ first: parseRange(range).first + index * size, size, prefix });
}
