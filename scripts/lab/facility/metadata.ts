/**
 * The metadata service. It knows a machine by the source address of its packets and by nothing else, and asks for no
 * token. Machines of the facility see it at 192.80.8.124, port 80.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { VentError } from '../../../shared/errors.ts';
import type { Context } from './context.ts';
import { readEc2 } from './ec2.ts';
import { Refusal, readBody, sourceAddress, targetOf } from './http.ts';
import { documentOf } from './metadata-document.ts';
import { takePhoneHome, takeUserState } from './phone-home.ts';
import type { DeviceRow } from './records.ts';

export function createMetadata(context: Context): RequestListener {
  return async (message, response) => {
    try {
      const body = (await readBody(message, 1 << 16)).toString('utf8');
      const device = findCaller(context, sourceAddress(message));
      if (device === undefined) writeMissing(response);
      else if (message.method === 'GET' || message.method === 'HEAD') read(context, device, message, response);
      else await take(context, device, message, response, body);
    } catch (thrown) {
      if (thrown instanceof Refusal) {
        writeJson(response, thrown.status, { errors: thrown.words });
        return;
      }
      context.log.error('the metadata service has a defect', { cause: VentError.from(thrown).message });
      writeJson(response, 500, { errors: ['internal server error'] });
    }
  };
}

/** Nothing is known of a machine before its provisioning has begun, nor once it is being taken away. */
function findCaller(context: Context, source: string): DeviceRow | undefined {
  const device = context.store.devices
    .list()
    .find((row) => row.addresses.some((address) => address.management && address.address === source));
  return device?.state === 'queued' || device?.state === 'deprovisioning' ? undefined : device;
}

function read(context: Context, device: DeviceRow, message: IncomingMessage, response: ServerResponse): void {
  const path = targetOf(message).pathname;
  if (path === '/metadata') {
    if (!acceptsJson(message.headers.accept)) {
      writeText(response, 406, 'Not Acceptable');
      return;
    }
    writeJson(response, 200, documentOf(device, context.store, serviceOf(message)));
    return;
  }
  const text = path === '/userdata' ? device.userdata : readEc2(device, context.store, path);
  if (text === undefined) writeMissing(response);
  else writeText(response, 200, text);
}

async function take(
  context: Context,
  device: DeviceRow,
  message: IncomingMessage,
  response: ServerResponse,
  body: string,
): Promise<void> {
  const path = targetOf(message).pathname;
  const status = answerStatus();
  await context.store.commit();
  if (status === 404) writeMissing(response);
  else writeJson(response, status, status < 300 ? {} : { errors: ['Invalid request'] });

  function answerStatus(): number {
    if (path === '/phone-home' && (message.method === 'POST' || message.method === 'PUT')) {
      return takePhoneHome(context, device, body, message.headers['content-type'] ?? '');
    }
    if (path === '/events' && message.method === 'POST') {
      return takeUserState(context, device, body, sourceAddress(message));
    }
    return 404;
  }
}

/** The service as this caller reached it. */
function serviceOf(message: IncomingMessage): string {
  const { localAddress = '', localPort } = message.socket;
  const address = localAddress.startsWith('::ffff:') ? localAddress.slice(7) : localAddress;
  return `http://${address}${localPort === 80 ? '' : `:${localPort}`}`;
}

/** Packet answered 406 to callers whose Accept left JSON out (Ignition had to be changed for it). */
function acceptsJson(accept: string | undefined): boolean {
  return accept === undefined || /(\*\/\*|application\/(\*|json))/.test(accept);
}

function writeMissing(response: ServerResponse): void {
  writeJson(response, 404, { message: 'resource not found' });
}

function writeJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

function writeText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(text);
}
