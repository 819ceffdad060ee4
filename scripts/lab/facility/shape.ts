/** `include` and `exclude` (comma separated, dotted), and hrefs as the caller's version of the API writes them. */

type Json = Readonly<Record<string, unknown>>;

/** Looks up what an href points to; undefined when it points to nothing. */
export type Resolve = (href: string) => Json | undefined;

const DEEPEST = 3;

/**
 * Puts what `include` names in the place of its `{href}`, and only `{href}` in the place of what `exclude` names
 * (nothing, if that has none). Paths begin at the resource, or at each resource of a list.
 */
export function shapeBody(body: unknown, query: URLSearchParams, resolve: Resolve): unknown {
  const includes = readPaths(query.get('include'));
  const excludes = readPaths(query.get('exclude'));
  if (!isObject(body) || (includes.length === 0 && excludes.length === 0)) return body;
  const shape = (resource: unknown): unknown => {
    const wide = includes.reduce((inside, path) => change(inside, path, (value) => expand(value, resolve)), resource);
    return excludes.reduce((inside, path) => change(inside, path, shrink), wide);
  };
  if (!('meta' in body)) return shape(body);
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [key, Array.isArray(value) ? value.map(shape) : value]),
  );
}

/**
 * Parts in which nothing is an href of ours to rewrite: the caller's own data, and the links between pages, which
 * packngo puts behind its base address and which therefore carry no version (packngo v0.31.0, nextPage, NewRequest).
 */
const VERBATIM = ['customdata', 'meta'];

/** Writes `base` before every href of a resource. */
export function prefixHrefs(value: unknown, base: string): unknown {
  if (base === '') return value;
  if (Array.isArray(value)) return value.map((each) => prefixHrefs(each, base));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inside]) => {
      if (VERBATIM.includes(key)) return [key, inside];
      return key === 'href' && typeof inside === 'string'
        ? [key, `${base}${inside}`]
        : [key, prefixHrefs(inside, base)];
    }),
  );
}

function readPaths(text: string | null): readonly (readonly string[])[] {
  const paths = (text ?? '').split(',').filter((path) => path !== '');
  return paths.map((path) => path.trim().split('.').slice(0, DEEPEST));
}

function change(value: unknown, path: readonly string[], turn: (value: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return turn(value);
  if (Array.isArray(value)) return value.map((each) => change(each, path, turn));
  if (!isObject(value) || !Object.hasOwn(value, key)) return value;
  const inside = value[key];
  const turned = rest.length === 0 && Array.isArray(inside) ? inside.map(turn) : change(inside, rest, turn);
  return Object.fromEntries(Object.entries({ ...value, [key]: turned }).filter(([, each]) => each !== undefined));
}

function expand(value: unknown, resolve: Resolve): unknown {
  if (!isObject(value) || typeof value.href !== 'string') return value;
  return resolve(value.href) ?? value;
}

function shrink(value: unknown): unknown {
  return isObject(value) && typeof value.href === 'string' ? { href: value.href } : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
