/** How the fake API server changes objects. Lists are taken whole, which is right for every list that Vent writes. */
import type { Json } from '../../store/store.ts';

export type Fields = { readonly [field: string]: Json };

export function isFields(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON merge patch (RFC 7386). */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isFields(patch)) return patch;
  const merged: { [field: string]: Json } = isFields(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete merged[field];
    else merged[field] = mergePatch(merged[field], value);
  }
  return merged;
}

/**
 * Server-side apply by one manager, by force: what it applied before and leaves out now goes away.
 * @param before what the same manager applied last
 */
export function applyFields(current: Fields, before: Fields, wanted: Fields): Fields {
  const result: { [field: string]: Json } = { ...current };
  for (const [field, old] of Object.entries(before)) {
    const left = result[field];
    if (field in wanted || left === undefined) continue;
    if (isFields(old) && isFields(left)) result[field] = applyFields(left, old, {});
    else delete result[field];
  }
  for (const [field, value] of Object.entries(wanted)) {
    const [left, old] = [result[field], before[field]];
    result[field] = isFields(value) && isFields(left) ? applyFields(left, isFields(old) ? old : {}, value) : value;
  }
  return result;
}
