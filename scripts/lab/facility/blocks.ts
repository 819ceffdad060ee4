/**
 * Cuts addresses out of the facility's blocks. A device has a slot number n; its /31 (or /127) starts 2n into each
 * block, the gateway is the even address, the device's the odd one. Slot 0 is left for whoever runs the facility.
 */
import { randomUUID } from 'node:crypto';
import { nameId } from './catalogue.ts';
import type { AddressRow } from './records.ts';

/** CIDR blocks; `public6` ends in `::/56` or another length that leaves the last group free. */
export interface AddressBlocks {
  readonly public4: string;
  readonly private4: string;
  readonly public6: string;
  /** Elastic addresses are handed out of this one, singly. */
  readonly elastic4: string;
}

/** How many devices the blocks hold at most. */
export function countSlots(blocks: AddressBlocks): number {
  const smaller = Math.max(parse4(blocks.public4).cidr, parse4(blocks.private4).cidr);
  return 2 ** (31 - smaller) - 1;
}

/** The three management addresses of a slot in Packet's order; without `hasPublic4` only the private one. */
export function cutAddresses(blocks: AddressBlocks, slot: number, createdAt: string, hasPublic4 = true): AddressRow[] {
  const common = { management: true, createdAt };
  const lower = cut4(blocks.private4, slot);
  const privateRow: AddressRow = { id: randomUUID(), family: 4, public: false, ...common, ...lower };
  if (!hasPublic4) return [privateRow];
  return [
    { id: randomUUID(), family: 4, public: true, ...common, ...cut4(blocks.public4, slot) },
    { id: randomUUID(), family: 6, public: true, ...common, ...cut6(blocks.public6, slot) },
    privateRow,
  ];
}

/** @returns the addresses of an IPv4 block in order, as text */
export function listBlock(block: string): readonly string[] {
  const { base, cidr } = parse4(block);
  return Array.from({ length: 2 ** (32 - cidr) }, (_, index) => write4(base + index));
}

export function netmask4(cidr: number): string {
  return write4(cidr === 0 ? 0 : (0xffffffff << (32 - cidr)) >>> 0);
}

function cut4(
  block: string,
  slot: number,
): Pick<AddressRow, 'network' | 'address' | 'gateway' | 'netmask' | 'cidr' | 'parent'> {
  const { base, cidr } = parse4(block);
  const network = write4(base + 2 * slot);
  return {
    network,
    address: write4(base + 2 * slot + 1),
    gateway: network,
    netmask: netmask4(31),
    cidr: 31,
    parent: { id: nameId(`block/${block}`), network: write4(base), netmask: netmask4(cidr), cidr },
  };
}

function cut6(
  block: string,
  slot: number,
): Pick<AddressRow, 'network' | 'address' | 'gateway' | 'netmask' | 'cidr' | 'parent'> {
  const [base = '', length = ''] = block.split('/');
  const network = slot === 0 ? base : `${base}${(2 * slot).toString(16)}`;
  return {
    network,
    address: `${base}${(2 * slot + 1).toString(16)}`,
    gateway: network,
    netmask: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe',
    cidr: 127,
    parent: { id: nameId(`block/${block}`), network: base, netmask: 'ffff:ffff:ffff:ff00::', cidr: Number(length) },
  };
}

function parse4(block: string): { readonly base: number; readonly cidr: number } {
  const [base = '', length = ''] = block.split('/');
  return { base: base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0), cidr: Number(length) };
}

function write4(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}
