/** Packet's pagination: 1-based `page`, `per_page`, and a `meta` with links. */
import type { ApiRequest, Reply } from './http.ts';
import { refuseUnprocessable } from './http.ts';

const LARGEST_PAGE = 1000;

/**
 * `{[envelope]: items of the asked page, meta}`.
 * @param standard items on a page when the caller names no number
 * @throws Refusal 422 for a page that is no positive number
 */
export function answerPage(request: ApiRequest, envelope: string, items: readonly unknown[], standard = 10): Reply {
  const page = readCount(request, 'page', 1);
  const size = Math.min(readCount(request, 'per_page', standard), LARGEST_PAGE);
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (number: number): { readonly href: string } | null => {
    if (number < 1 || number > last) return null;
    const query = new URLSearchParams(request.query);
    query.set('page', String(number));
    return { href: `${request.path}?${query}` };
  };
  const meta = {
    first: link(1),
    last: link(last),
    previous: link(page - 1),
    self: link(page),
    next: link(page + 1),
    total: items.length,
    current_page: page,
    last_page: last,
  };
  return { status: 200, body: { [envelope]: items.slice((page - 1) * size, page * size), meta } };
}

function readCount(request: ApiRequest, name: string, standard: number): number {
  const text = request.query.get(name);
  if (text === null || text === '') return standard;
  if (!/^[1-9]\d{0,6}$/.test(text)) throw refuseUnprocessable(`${name} is invalid`);
  return Number(text);
}
