/** What the facility needs from whoever really runs machines. Fake: fake-machines.ts. */
import type { AddressRow } from './records.ts';

export interface MachineOrder {
  /** Device uuid; names the machine for ever. */
  readonly id: string;
  readonly hostname: string;
  readonly os: string;
  readonly plan: string;
  /** First is eth0. */
  readonly macs: readonly string[];
  /** Management addresses only: public IPv4 and IPv6 and private IPv4, each with its gateway. */
  readonly addresses: readonly AddressRow[];
  /** Authorised keys of root, one line each. */
  readonly sshKeys: readonly string[];
}

/** Every call may be repeated after a crash and then ends in the same state; a machine that is gone is no error to `remove`. */
export interface Machines {
  /** Writes a fresh disk, wires the network and starts the machine; a machine of that id that exists is replaced. */
  install(order: MachineOrder): Promise<void>;
  powerOn(id: string): Promise<void>;
  powerOff(id: string): Promise<void>;
  reboot(id: string): Promise<void>;
  /** Stops the machine and removes its disk and wiring. */
  remove(id: string): Promise<void>;
}
