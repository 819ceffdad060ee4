/** POST /userdata/validate: what cloud-init would take. */
import type { Route } from './context.ts';
import { refuseUnprocessable } from './http.ts';
import { parseJson } from './input.ts';

/** https://cloudinit.readthedocs.io/en/latest/explanation/format.html */
const OPENINGS = [
  '#!',
  '#cloud-config',
  '#cloud-boothook',
  '#include',
  '#part-handler',
  '## template: jinja',
  'Content-Type: multipart/',
  'MIME-Version:',
];

export function listUserdataRoutes(): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/userdata/validate',
      answer(request) {
        const userdata = request.query.get('userdata') ?? '';
        if (!isUserdata(userdata)) throw refuseUnprocessable('Userdata is not in a known format');
        return { status: 204 };
      },
    },
  ];
}

/** Ignition is a JSON object that says its version. */
function isUserdata(text: string): boolean {
  if (text === '' || OPENINGS.some((opening) => text.startsWith(opening))) return true;
  const parsed = parseJson(text);
  return typeof parsed === 'object' && parsed !== null && 'ignition' in parsed;
}
