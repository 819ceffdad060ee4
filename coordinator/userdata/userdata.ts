/** What a machine boots with, in the forms in which facilities take it (https://cloudinit.readthedocs.io/en/latest/explanation/format.html). */
import { stringify } from 'yaml';
import { VentError } from '../../shared/errors.ts';
import { type CheckedInput, checkInput, type UserdataInput } from './input.ts';
import { renderScript } from './script.ts';

export const FORMATS = ['script', 'cloud-config', 'mime', 'nocloud'] as const;

export type UserdataFormat = (typeof FORMATS)[number];

/** The smallest limit among clouds, in bytes. */
const LIMIT = 16 * 1024;

const BOUNDARY = '=_vent_userdata';

/** @throws VentError USAGE naming the formats there are */
export function parseFormat(text: string): UserdataFormat {
  const format = FORMATS.find((one) => one === text);
  if (format === undefined)
    throw new VentError('USAGE', `cannot make userdata: ${text} is no format`, {
      hint: `Use one of ${FORMATS.join(', ')}.`,
    });
  return format;
}

/**
 * Renders userdata: the same input gives the same bytes.
 * @returns file name to text: `user-data`, and for `nocloud` also `meta-data`
 * @throws VentError INVALID_INPUT when a value does not have its shape, or the result is larger than 16 KiB
 */
export function renderUserdata(input: UserdataInput, format: UserdataFormat): ReadonlyMap<string, string> {
  const checked = checkInput(input);
  const script = renderScript(checked);
  const files = new Map([['user-data', wrap(script, format)]]);
  if (format === 'nocloud') files.set('meta-data', stringify({ 'instance-id': instanceOf(checked) }));
  for (const [name, text] of files) checkSize(name, text);
  return files;
}

function wrap(script: string, format: UserdataFormat): string {
  if (format === 'cloud-config') return wrapInCloudConfig(script);
  if (format === 'mime') return wrapInMime(script);
  return script;
}

/** /run is a tmpfs that may be mounted noexec: the script is read by sh there, and is gone with the next boot. */
function wrapInCloudConfig(script: string): string {
  const path = '/run/vent/userdata.sh';
  const content = Buffer.from(script).toString('base64');
  const config = {
    write_files: [{ path, permissions: '0600', encoding: 'b64', content }],
    runcmd: [['sh', path]],
  };
  return `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
}

function wrapInMime(script: string): string {
  return `MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="${BOUNDARY}"

--${BOUNDARY}
Content-Type: text/x-shellscript; charset="us-ascii"
Content-Transfer-Encoding: 7bit
Content-Disposition: attachment; filename="vent.sh"

${script}
--${BOUNDARY}--
`;
}

function instanceOf(input: CheckedInput): string {
  if (input.deviceId !== undefined) return input.deviceId;
  throw new VentError('INVALID_INPUT', 'cannot make userdata for NoCloud: it needs the device id of the machine', {
    hint: 'Pass the id that the machine has in spec.provider.static.machines.',
  });
}

function checkSize(name: string, text: string): void {
  const size = Buffer.byteLength(text);
  if (size > LIMIT)
    throw new VentError('INVALID_INPUT', `cannot make userdata: ${name} is ${size} bytes, more than ${LIMIT}`, {
      hint: 'Advertise fewer addresses of the coordinator.',
    });
}
