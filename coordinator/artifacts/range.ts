/** Range requests as RFC 9110 §14 has them: one range of bytes, anything else is answered whole. */
export type RangeAnswer =
  | { readonly type: 'whole' }
  /** `end` is the last byte, as in the header. */
  | { readonly type: 'part'; readonly start: number; readonly end: number }
  | { readonly type: 'unsatisfiable' };

/** Digits that stay exact as a number. */
const RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/;

/**
 * Decides what part of `size` bytes a Range header asks for. A header that is malformed or asks for several ranges is
 * ignored, as the RFC allows.
 */
export function readRange(header: string | undefined, size: number): RangeAnswer {
  const match = RANGE.exec(header ?? '');
  const [first = '', last = ''] = match?.slice(1) ?? [];
  if (first === '' && last === '') return { type: 'whole' };
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? { type: 'unsatisfiable' } : { type: 'part', start: size - length, end: size - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return { type: 'whole' };
  if (start >= size) return { type: 'unsatisfiable' };
  return { type: 'part', start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}

/** Reads `bytes 5-9/10`. @returns undefined when it is anything else or contradicts itself */
export function readContentRange(
  header: string | null,
): { readonly start: number; readonly end: number; readonly size: number } | undefined {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(header ?? '');
  if (match === null) return undefined;
  const [start = 0, end = 0, size = 0] = match.slice(1).map(Number);
  return start <= end && end < size ? { start, end, size } : undefined;
}
