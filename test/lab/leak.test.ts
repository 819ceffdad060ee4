import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { before, beforeEach, describe, it } from 'node:test';
import { createLab } from '../../scripts/lab/lab.ts';
import { findInit, waitFor } from '../../scripts/lab/machine.ts';
import { nameMachine } from '../../scripts/lab/names.ts';
import { listNamespaces } from '../../scripts/lab/network.ts';
import { belongsTo, killTasks, listTasks } from '../../scripts/lab/tasks.ts';
import { labName, labOptions, orderOf, removeStaleLabs } from './lab.ts';
import type { Snapshot } from './leak-snapshot.ts';
import { takeSnapshot } from './leak-snapshot.ts';

const lab = createLab(labName('leak'), () => undefined);
const { names } = lab;
const order = orderOf('doomed', 1);
const machine = nameMachine(names, order.id);

/** Brings up the lab and a machine in a process of its own, which then waits to be killed. */
const STARTER = `
  import { createLab } from '${import.meta.dirname}/../../scripts/lab/lab.ts';
  import { openMachines, orderOf } from '${import.meta.dirname}/lab.ts';
  const lab = createLab(process.argv[1], () => undefined);
  await lab.up();
  await lab.startFacility();
  await (await openMachines(lab)).install(orderOf('doomed', 1));
  process.stdout.write('whole');
  setInterval(() => undefined, 1000);
`;

const exists = (path: string): Promise<true | undefined> =>
  access(path).then(
    () => true,
    () => undefined,
  );
const whenTrue = async (answer: Promise<boolean>): Promise<true | undefined> => ((await answer) ? true : undefined);

interface KillPoint {
  readonly name: string;
  isReached(said: string): Promise<true | undefined>;
}

const points: readonly KillPoint[] = [
  { name: 'its directory is made', isReached: () => exists(names.directory) },
  {
    name: 'its first namespace is made',
    isReached: () => whenTrue(listNamespaces(names.prefix).then((list) => list.length > 0)),
  },
  { name: 'its settings are written', isReached: () => exists(names.settings) },
  { name: 'a disk is being copied', isReached: () => exists(`${machine.tree}/usr`) },
  {
    name: 'systemd-nspawn has just started',
    isReached: () =>
      whenTrue(listTasks().then((tasks) => tasks.some((task) => task.argv.includes(`--machine=${machine.name}`)))),
  },
  { name: 'a machine boots', isReached: () => whenTrue(findInit(machine).then((init) => init !== undefined)) },
  { name: 'everything runs', isReached: async (said) => (said === 'whole' ? true : undefined) },
];

/** Starts the lab elsewhere, and kills that process with SIGKILL as soon as the point is reached. */
async function startAndKill(point: KillPoint): Promise<void> {
  const argv = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', STARTER, names.instance];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await waitFor(() => point.isReached(said), point.name, 60_000);
  assert.equal(child.exitCode, null, 'the starter ended by itself');
  child.kill('SIGKILL');
  await once(child, 'close');
}

describe('a lab leaves nothing behind', labOptions, () => {
  let earlier: Snapshot;
  before(removeStaleLabs);
  beforeEach(async () => {
    earlier = await takeSnapshot(names, lab.children);
  });

  for (const point of points) {
    it(`when what started it was killed as ${point.name}`, async () => {
      await startAndKill(point);
      await lab.down();
      assert.deepEqual(await takeSnapshot(names, lab.children), earlier);
    });
  }

  it('when everything of it was killed at once, and when it is taken down twice', async () => {
    await startAndKill({ name: 'everything runs', isReached: async (said) => (said === 'whole' ? true : undefined) });
    await killTasks((task) => belongsTo(names, task) && task.argv[0]?.endsWith('systemd') !== true);
    await lab.down();
    await lab.down();
    assert.deepEqual(await takeSnapshot(names, lab.children), earlier);
  });

  it('when it was half up and is brought up again before it is taken down', async () => {
    await startAndKill({ name: 'its settings', isReached: () => exists(names.hosts) });
    await lab.up();
    await lab.down();
    assert.deepEqual(await takeSnapshot(names, lab.children), earlier);
  });
});
