/** Faults of one machine and of what it is given: each names its cause in `vent status`, and passes without anybody tidying up. */
import assert from 'node:assert/strict';
import { open, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import * as z from 'zod';
import { readManifest } from '../../coordinator/artifacts/manifest.ts';
import { createAuthorities } from '../../coordinator/authority/authorities.ts';
import { renderStatus } from '../../coordinator/cli/status-screen.ts';
import { createMemoryStore } from '../../coordinator/store/memory.ts';
import { createSealer } from '../../coordinator/store/sealer.ts';
import {
  manifestOf,
  provisionAll,
  readShape,
  specOf,
  startVent,
  waitFor as waitForMachines,
} from '../../scripts/lab/cluster.ts';
import { stopDaemon } from '../../scripts/lab/daemon.ts';
import { waitFor } from '../../scripts/lab/machine.ts';
import { buildAgentFiles, buildPrograms } from '../../scripts/lab/programs.ts';
import { readSettings } from '../../scripts/lab/settings.ts';
import { systemClock } from '../../shared/clock.ts';
import { createCluster } from './cluster.ts';
import { callFacility, labName, labOptions, orderDevice, outputOf, useLab } from './lab.ts';

const MINUTE = 60_000;
const MACHINE = 'control-1';
const SHAPE = { controlPlanes: 1, workers: 0, attach: 'address' } as const;
const STORE = '/opt/vent/store';

const quiet = (): undefined => undefined;
const deviceList = z.object({ devices: z.array(z.object({ hostname: z.string(), userdata: z.string() })) });

async function flipByte(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, 4096);
    await file.write(Buffer.from([buffer.readUInt8() ^ 1]), 0, 1, 4096);
  } finally {
    await file.close();
  }
}

/** The root of a coordinator that nobody here knows. */
async function makeForeignRoot(): Promise<string> {
  const sealer = createSealer(Buffer.alloc(32, 7));
  const authorities = await createAuthorities({ store: createMemoryStore(), sealer, clock: systemClock });
  return authorities.roots('vent');
}

describe('faults of a machine', labOptions, () => {
  const lab = useLab('faults');
  const cluster = createCluster(labName('faults'));
  const artifacts = join(lab.names.directory, 'coordinator/artifacts');

  before(
    async () => {
      const text = await specOf(lab, SHAPE);
      await buildPrograms(readShape(text).spec, [], manifestOf(lab), quiet, AbortSignal.timeout(40 * MINUTE));
      await buildAgentFiles();
      await lab.startFacility();
      await startVent(lab);
      await spoil('kubelet', flipByte);
      await spoil('kube-proxy', (path) => truncate(path, 1_000_000));
      const request = { content: text, file_name: 'lab.yaml', message: '', dry_run: false };
      await cluster.withOperator(async (operator) => {
        await operator.call((methods) => methods.Apply, request);
        await provisionAll(operator, quiet);
      });
    },
    { timeout: 45 * MINUTE },
  );

  /** Changes the coordinator's copy of an artifact, and that alone: it shares its bytes with the cache. */
  async function spoil(name: string, change: (path: string) => Promise<void>): Promise<void> {
    const entry = (await readManifest(manifestOf(lab))).find(({ record }) => record.name === name);
    assert.ok(entry !== undefined, `no ${name} in the manifest`);
    const path = join(artifacts, `sha256-${entry.record.sha256}`);
    await writeFile(`${path}.spoilt`, await readFile(path));
    await change(`${path}.spoilt`);
    await rename(`${path}.spoilt`, path);
  }

  /** What the first machine booted with. */
  async function readUserdata(): Promise<string> {
    const { project } = await readSettings(lab.names);
    const { devices } = deviceList.parse(await callFacility(lab, 'GET', `/projects/${project.id}/devices`));
    return devices.find(({ hostname }) => hostname === MACHINE)?.userdata ?? '';
  }

  const readStatus = (): Promise<string> =>
    cluster.withOperator(async (operator) => {
      const view = await operator.call((methods) => methods.GetCluster, {});
      const { machines } = await operator.call((methods) => methods.ListMachines, {});
      return renderStatus(view, machines, Date.now());
    });

  /** Waits until `vent status` says it. @returns the words */
  const shows = (words: RegExp): Promise<string> =>
    waitFor(async () => words.exec(await readStatus())?.[0], `status to show ${words}`, 3 * MINUTE);

  const becomesReady = (): Promise<unknown> =>
    cluster.withOperator((operator) => waitForMachines(operator, 1, 4 * MINUTE, quiet));

  const inMachine = (...argv: readonly string[]): Promise<string> => outputOf(lab, MACHINE, argv);
  const lookAgain = (): Promise<string> => inMachine('systemctl', 'restart', 'vent-agent');

  it('an artifact that has lost a byte at the coordinator, or its end', { timeout: 8 * MINUTE }, async () => {
    await shows(/control-1 .*artifact:kubelet: cannot store \S+: expected \d+ bytes with SHA-256 [0-9a-f]{12}, got /);
  });

  it('a disk that is full while artifacts are written', { timeout: 8 * MINUTE }, async () => {
    await inMachine('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', STORE);
    await lookAgain();
    await shows(/control-1 .*artifact:\S+: cannot download \S+ \S+: \d+ MB do not fit/);
    await inMachine('umount', '--lazy', STORE);
  });

  it('are over as soon as the coordinator has the right bytes and the disk has room', {
    timeout: 8 * MINUTE,
  }, async () => {
    await shows(/control-1 .*artifact:(kubelet|kube-proxy): /);
    await stopDaemon('coordinator', lab.names);
    await startVent(lab);
    await becomesReady();
  });

  it('a package that no mirror has', { timeout: 8 * MINUTE }, async () => {
    // Machines of the lab come without the documentation of their packages.
    const present = 'dpkg -L socat | while read -r path; do [ -d "$path" ] || [ ! -e "$path" ] || echo "$path"; done';
    const files = (await inMachine('sh', '-c', present)).split('\n');
    await inMachine('tar', '-cPf', '/root/socat.tar', ...files);
    await inMachine('cp', '-a', '/var/lib/dpkg', '/root/dpkg');
    await inMachine('dpkg', '--purge', '--force-depends', 'socat');
    await lookAgain();
    await shows(/control-1 .*package:base: cannot install socat: no mirror has or gives them/);
    await inMachine('tar', '-xPf', '/root/socat.tar');
    await inMachine('cp', '-a', '/root/dpkg/.', '/var/lib/dpkg');
    await becomesReady();
  });

  it('a userdata that two machines boot with: the second is refused, the first goes on', {
    timeout: 8 * MINUTE,
  }, async () => {
    const device = await orderDevice(lab, 'copy', await readUserdata());
    await shows(new RegExp(`${device} +enrolling .*no machine of this cluster, refused: .*made for another device`));
    await shows(/control-1 +ready/);
    await callFacility(lab, 'DELETE', `/devices/${device}`);
  });

  it("a userdata with another coordinator's root: the machine says so on its console", {
    timeout: 8 * MINUTE,
  }, async () => {
    const userdata = (await readUserdata()).replace(/^roots='[^']*'$/m, `roots='${await makeForeignRoot()}'`);
    await orderDevice(lab, 'astray', userdata);
    const path = await lab.consoleOf('astray');
    const words = /cannot download the agent: curl: \(60\) SSL certificate problem/;
    const said = async () => (words.test(await readFile(path, 'utf8')) ? true : undefined);
    await waitFor(said, 'the console to name the certificate', 2 * MINUTE);
  });
});
