/**
 * A name server that always answers at once: the lab's own names with their address, everything else with NXDOMAIN. A
 * machine whose look-ups hung would boot in minutes instead of seconds. DNS messages as in RFC 1035.
 */
import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Logger } from '../../shared/log.ts';

const TYPE_A = 1;
const NXDOMAIN = 3;
const FORMERR = 1;

/** Looks a name up; names are given in small letters and without the last dot. */
export type LookUp = (name: string) => string | undefined;

interface Question {
  readonly name: string;
  readonly type: number;
  /** Offset of the first byte after it. */
  readonly end: number;
}

/** Reads the one question of a query, which is never compressed; undefined when it is not whole. */
export function readQuestion(message: Buffer): Question | undefined {
  if (message.length < 17 || message.readUInt16BE(4) < 1) return undefined;
  const labels: string[] = [];
  let offset = 12;
  for (;;) {
    const length = message[offset];
    if (length === undefined || length > 63) return undefined;
    offset += 1;
    if (length === 0) break;
    labels.push(message.toString('latin1', offset, offset + length));
    offset += length;
  }
  if (offset + 4 > message.length) return undefined;
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(offset), end: offset + 4 };
}

/** @returns the response to a query; undefined for what is no query at all */
export function answerQuery(message: Buffer, lookUp: LookUp): Buffer | undefined {
  if (message.length < 12 || (message.readUInt16BE(2) & 0x8000) !== 0) return undefined;
  const question = readQuestion(message);
  if (question === undefined) return respond(message, FORMERR, Buffer.alloc(0), Buffer.alloc(0));
  const asked = message.subarray(12, question.end);
  const address = lookUp(question.name);
  if (address === undefined) return respond(message, NXDOMAIN, asked, Buffer.alloc(0));
  return respond(message, 0, asked, question.type === TYPE_A ? renderAddress(address) : Buffer.alloc(0));
}

function respond(query: Buffer, code: number, question: Buffer, answer: Buffer): Buffer {
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  // Response, authoritative, recursion desired as asked and available.
  header.writeUInt16BE(0x8480 | (query.readUInt16BE(2) & 0x0100) | code, 2);
  header.writeUInt16BE(question.length > 0 ? 1 : 0, 4);
  header.writeUInt16BE(answer.length > 0 ? 1 : 0, 6);
  return Buffer.concat([header, question, answer]);
}

/** An A record of a minute that points back to the question's name. */
function renderAddress(address: string): Buffer {
  const record = Buffer.alloc(16);
  record.writeUInt16BE(0xc00c, 0);
  record.writeUInt16BE(TYPE_A, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(60, 6);
  record.writeUInt16BE(4, 10);
  address.split('.').forEach((part, index) => {
    record.writeUInt8(Number(part), 12 + index);
  });
  return record;
}

/** Reads hosts(5): an address and its names a line. */
export function parseHosts(text: string): ReadonlyMap<string, string> {
  const entries = text.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.trim().split(/\s+/);
    return names.map((name): [string, string] => [name.toLowerCase(), address]);
  });
  return new Map(entries);
}

export interface ResolverDeps {
  readonly address: string;
  /** Read for every query: machines come and go. */
  readonly hosts: string;
  readonly log: Logger;
}

/** Listens on UDP and TCP port 53; resolves when both do. */
export async function startResolver(deps: ResolverDeps): Promise<void> {
  const answer = async (message: Buffer): Promise<Buffer | undefined> => {
    const known = parseHosts(await readFile(deps.hosts, 'utf8').catch(() => ''));
    return answerQuery(message, (name) => known.get(name));
  };
  await Promise.all([listenUdp(deps, answer), listenTcp(deps, answer)]);
}

type Answer = (message: Buffer) => Promise<Buffer | undefined>;

function listenUdp(deps: ResolverDeps, answer: Answer): Promise<void> {
  const socket = createSocket('udp4');
  socket.on('message', async (message, peer) => {
    const response = await answer(message);
    if (response !== undefined) socket.send(response, peer.port, peer.address);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('error', reject);
  socket.bind(53, deps.address, () => {
    socket.off('error', reject);
    socket.on('error', (cause) => deps.log.warn('the resolver lost a message', { cause: cause.message }));
    resolve();
  });
  return promise;
}

/** Each message has its length in front, two bytes (RFC 1035 §4.2.2). */
function listenTcp(deps: ResolverDeps, answer: Answer): Promise<void> {
  const server = createServer((connection) => {
    let pending: Buffer = Buffer.alloc(0);
    connection.on('error', () => connection.destroy());
    connection.on('data', async (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const length = pending.readUInt16BE(0);
        const message = pending.subarray(2, 2 + length);
        pending = pending.subarray(2 + length);
        const response = await answer(message);
        if (response === undefined) continue;
        const prefix = Buffer.alloc(2);
        prefix.writeUInt16BE(response.length);
        connection.write(Buffer.concat([prefix, response]));
      }
    });
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(53, deps.address, resolve);
  return promise;
}
