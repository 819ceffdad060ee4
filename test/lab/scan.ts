/** What can be reached from a network namespace, tried by connecting and by sending, not by reading sockets. */
import * as z from 'zod';
import type { Lab } from '../../scripts/lab/lab.ts';
import { nameMachine } from '../../scripts/lab/names.ts';
import { inNamespace } from '../../scripts/lab/network.ts';
import { findOrder } from '../../scripts/lab/orders.ts';
import { outputOf } from './lab.ts';

/** Reads {protocol, addresses, ports, milliseconds} and prints the `address:port` that something comes back from. */
const SCAN = `
const { protocol, addresses, ports, milliseconds } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const targets = addresses.flatMap((host) => ports.map((port) => ({ host, port })));
const answered = [];
const attempts = {
  tcp({ host, port }, end) {
    const socket = require('node:net').connect({ host, port });
    socket.on('connect', () => end(true));
    socket.on('error', () => end(false));
    return () => socket.destroy();
  },
  udp({ host, port }, end) {
    const socket = require('node:dgram').createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.on('message', () => end(true));
    socket.on('error', ({ code }) => end(code === 'ECONNREFUSED'));
    socket.connect(port, host, () => socket.send('scan'));
    return () => socket.close();
  },
};
async function tryOne(target) {
  const { promise, resolve } = Promise.withResolvers();
  const timer = setTimeout(() => resolve(false), milliseconds);
  const close = attempts[protocol](target, resolve);
  if (await promise) answered.push(target.host + ':' + target.port);
  clearTimeout(timer);
  close();
}
async function work() {
  for (let target = targets.pop(); target !== undefined; target = targets.pop()) await tryOne(target);
}
Promise.all(Array.from({ length: 1000 }, work)).then(() => console.log(JSON.stringify(answered)));
`;

/** Reads {address, port, packet (hex)} and sends it as one datagram. */
const SEND = `
const { address, port, packet } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const socket = require('node:dgram').createSocket('udp4');
socket.send(Buffer.from(packet, 'hex'), port, address, () => socket.close());
`;

/** Ports that Kubernetes, etcd, flannel, containerd and Vent have, used or not (https://kubernetes.io/docs/reference/networking/ports-and-protocols/). */
export const KNOWN_PORTS: readonly number[] = [
  ...[22, 80, 111, 179, 443, 743, 1338, 2379, 2380, 2381, 4001, 4149, 4194, 4240, 5000, 6443, 6783, 7443, 7444, 7445],
  ...[7446, 8080, 8181, 8285, 8443, 8472, 9099, 9100, 9153, 9253, 10010, 10248, 10249, 10250, 10251, 10252, 10255],
  ...[10256, 10257, 10258, 10259, 30000, 32767],
];

export const ALL_PORTS: readonly number[] = Array.from({ length: 65_535 }, (_, index) => index + 1);

const listSchema = z.array(z.string());

async function runNode(lab: Lab, namespace: string, script: string, input: object): Promise<string> {
  const argv = inNamespace(namespace, [process.execPath, '--eval', script]);
  return lab.children.need(argv, { input: JSON.stringify(input), milliseconds: 15 * 60_000 });
}

/** Connects to every port of every address from a namespace. @returns `address:port` of those that answer, sorted */
export function scanPorts(
  lab: Lab,
  namespace: string,
  addresses: readonly string[],
  ports: readonly number[],
): Promise<readonly string[]> {
  return scan(lab, namespace, { protocol: 'tcp', addresses, ports });
}

/**
 * Sends a datagram to every port of every address from a namespace.
 * @returns `address:port` of those that answer or refuse, sorted: what a rule drops does neither, nor does a socket that
 * takes no notice
 */
export function scanDatagrams(
  lab: Lab,
  namespace: string,
  addresses: readonly string[],
  ports: readonly number[],
): Promise<readonly string[]> {
  return scan(lab, namespace, { protocol: 'udp', addresses, ports });
}

async function scan(lab: Lab, namespace: string, wish: object): Promise<readonly string[]> {
  const output = await runNode(lab, namespace, SCAN, { ...wish, milliseconds: 400 });
  return listSchema.parse(JSON.parse(output)).toSorted();
}

/** Ports that anything in the machine listens on, whatever the address. @param flag `-t` or `-u` of ss(8) */
export async function listeningPorts(lab: Lab, machine: string, flag: '-t' | '-u'): Promise<readonly number[]> {
  const lines = (await outputOf(lab, machine, ['ss', '-Hln', flag])).split('\n').filter(Boolean);
  return lines.map((line) => Number(/:(\d+)$/.exec(line.split(/\s+/)[3] ?? '')?.[1]));
}

/** Name of a machine's network namespace. */
export async function namespaceOf(lab: Lab, machine: string): Promise<string> {
  return nameMachine(lab.names, (await findOrder(lab.names, machine)).id).name;
}

export interface Tunnelled {
  /** MAC of the machine's flannel.1. */
  readonly mac: string;
  /** As if from a pod of elsewhere. */
  readonly source: string;
  readonly destination: string;
  readonly port: number;
}

/** Sends a datagram wrapped in VXLAN (RFC 7348, network 1) to port 8472 of an address, as flannel would. */
export async function sendTunnelled(lab: Lab, namespace: string, address: string, inner: Tunnelled): Promise<void> {
  await runNode(lab, namespace, SEND, { address, port: 8472, packet: wrap(inner).toString('hex') });
}

function wrap({ mac, source, destination, port }: Tunnelled): Buffer {
  const vxlan = Buffer.from('0800000000000100', 'hex');
  const ethernet = Buffer.from(`${mac.replaceAll(':', '')}0200000000010800`, 'hex');
  const text = Buffer.from('tunnelled');
  const datagram = Buffer.alloc(8);
  for (const [index, value] of [40_000, port, 8 + text.length, 0].entries()) datagram.writeUInt16BE(value, index * 2);
  const header = Buffer.alloc(20);
  header.writeUInt16BE(0x4500, 0);
  header.writeUInt16BE(20 + datagram.length + text.length, 2);
  header.writeUInt16BE(0x4011, 8);
  Buffer.from([...source.split('.'), ...destination.split('.')].map(Number)).copy(header, 12);
  header.writeUInt16BE(checksum(header), 10);
  return Buffer.concat([vxlan, ethernet, header, datagram, text]);
}

/** Of an IPv4 header whose own field is zero (RFC 1071). */
function checksum(header: Buffer): number {
  let sum = 0;
  for (let at = 0; at < header.length; at += 2) sum += header.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
