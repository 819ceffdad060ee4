/**
 * What tests on real machines share. Every test file has a lab of its own, so that files run beside each other and
 * beside a lab that somebody works with; a lab that a killed test has left is taken down by the next one.
 */
import { access, readdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import * as z from 'zod';
import { cutAddresses } from '../../scripts/lab/facility/blocks.ts';
import type { MachineOrder, Machines } from '../../scripts/lab/facility/machines.ts';
import type { Lab } from '../../scripts/lab/lab.ts';
import { createLab } from '../../scripts/lab/lab.ts';
import { waitFor } from '../../scripts/lab/machine.ts';
import { createMachines } from '../../scripts/lab/machines.ts';
import { LABS, nameMachine } from '../../scripts/lab/names.ts';
import { BLOCKS } from '../../scripts/lab/network.ts';
import { whyNoLab } from '../../scripts/lab/requirements.ts';
import { portOf, readSettings } from '../../scripts/lab/settings.ts';
import { ensureTree, treesDirectory } from '../../scripts/lab/tree.ts';
import { systemClock } from '../../shared/clock.ts';

const reason = whyNoLab({ platform: process.platform, userId: process.getuid?.() ?? -1 });

/** For `describe`: one line that says why, where no lab can run. With CI=true the tests run and fail instead. */
export const labOptions = { skip: reason === undefined || process.env.CI === 'true' ? false : reason };

/** The name of a test's lab: this run's own. `noun` has at most 7 letters. */
export function labName(noun: string): string {
  return `test-${noun}-${process.pid}`;
}

/** A lab that is up during the tests of the enclosing `describe` and is down after them. */
export function useLab(noun: string): Lab {
  const lab = createLab(labName(noun), () => undefined);
  before(async () => {
    await removeStaleLabs();
    await lab.up();
  });
  after(() => lab.down());
  return lab;
}

/** Takes down labs of tests that no longer run. */
export async function removeStaleLabs(): Promise<void> {
  for (const name of await readdir(LABS).catch(() => [])) {
    const pid = /^test-[a-z]+-(\d+)$/.exec(name)?.[1];
    const isOver =
      pid !== undefined &&
      (await access(`/proc/${pid}`).then(
        () => false,
        () => true,
      ));
    if (isOver) await createLab(name, () => undefined).down();
  }
}

/** Machines without a facility. Their cloud-init is switched off: it would hold the boot while nobody answers it. */
export async function openMachines(lab: Lab): Promise<Machines> {
  const trees = treesDirectory(process.env, homedir());
  const tree = await ensureTree({ children: lab.children, clock: systemClock, trees, say: () => undefined });
  const machines = createMachines({ names: lab.names, children: lab.children, tree });
  return {
    ...machines,
    async install(order) {
      await machines.install(order);
      await machines.powerOff(order.id);
      await writeFile(join(nameMachine(lab.names, order.id).tree, 'etc/cloud/cloud-init.disabled'), '');
      await machines.powerOn(order.id);
    },
  };
}

/** The order of a machine with Packet's three addresses. @param slot from 1; decides addresses and id */
export function orderOf(hostname: string, slot: number): MachineOrder {
  const digits = slot.toString(16).padStart(8, '0');
  return {
    id: `${digits}-0000-4000-8000-000000000000`,
    hostname,
    os: 'debian_12',
    plan: 'c2.medium.x86',
    macs: [`02:00:00:00:00:${digits.slice(-2)}`],
    addresses: cutAddresses(BLOCKS, slot, '2026-01-01T00:00:00Z'),
    sshKeys: [],
  };
}

/** Standard output of a command in a machine. @throws Error with what it said when it fails */
export async function outputOf(lab: Lab, machine: string, argv: readonly string[]): Promise<string> {
  const result = await lab.execute(machine, argv);
  if (result.code !== 0) throw new Error(`${argv.join(' ')} in ${machine}: ${result.code}: ${result.stderr}`);
  return result.stdout.trim();
}

/** Waits until a command succeeds in a machine, and gives its output. */
export async function waitForOutput(lab: Lab, machine: string, argv: readonly string[]): Promise<string> {
  const ask = async (): Promise<string | undefined> => {
    const result = await lab.execute(machine, argv).catch(() => undefined);
    return result?.code === 0 ? result.stdout.trim() : undefined;
  };
  return waitFor(ask, `${argv.join(' ')} in ${machine}`, 60_000);
}

const deviceSchema = z.object({ id: z.string(), state: z.string() });

/** One call of the facility's API. @returns the body, undefined where there is none */
export async function callFacility(lab: Lab, method: string, path: string, body?: object): Promise<unknown> {
  const { token } = await readSettings(lab.names);
  const response = await fetch(`http://127.0.0.1:${await portOf(lab.names, 'facility')}/metal/v1${path}`, {
    method,
    headers: { 'x-auth-token': token, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** Orders a machine at the facility and waits until it is active. @returns the device's id */
export async function orderDevice(lab: Lab, hostname: string, userdata: string): Promise<string> {
  const { project } = await readSettings(lab.names);
  const order = { hostname, plan: 'c2.medium.x86', operating_system: 'debian_12', facility: 'ewr1', userdata };
  const { id } = deviceSchema.parse(await callFacility(lab, 'POST', `/projects/${project.id}/devices`, order));
  const ask = async (): Promise<string | undefined> => {
    const { state } = deviceSchema.parse(await callFacility(lab, 'GET', `/devices/${id}`));
    if (state === 'failed') throw new Error(`device ${hostname} has failed`);
    return state === 'active' ? id : undefined;
  };
  return waitFor(ask, `device ${hostname} to become active`, 120_000);
}
