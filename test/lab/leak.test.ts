import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, before, beforeEach, describe, it } from 'node:test';
import { createLab } from '../../scripts/lab/lab.ts';
import { findInit, waitFor } from '../../scripts/lab/machine.ts';
import { nameMachine } from '../../scripts/lab/names.ts';
import { listNamespaces } from '../../scripts/lab/network.ts';
import { belongsTo, isDaemon, killTasks, listTasks, type Task } from '../../scripts/lab/tasks.ts';
import { labName, labOptions, orderOf, removeStaleLabs } from './lab.ts';
import type { Snapshot } from './leak-snapshot.ts';
import { takeSnapshot } from './leak-snapshot.ts';

const MINUTE = 60_000;
const ROOT = join(import.meta.dirname, '../..');
const lab = createLab(labName('leak'), () => undefined);
const { names } = lab;
/** Whoever works on this computer keeps the context they have. */
const environment = { VENTCONFIG: join(names.directory, 'shared-context.yaml') };
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

const hasTask = (matches: (task: Task) => boolean) => (): Promise<true | undefined> =>
  whenTrue(listTasks().then((tasks) => tasks.some(matches)));

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
    isReached: hasTask((task) => task.argv.includes(`--machine=${machine.name}`)),
  },
  { name: 'a machine boots', isReached: () => whenTrue(findInit(machine).then((init) => init !== undefined)) },
  { name: 'everything runs', isReached: async (said) => (said === 'whole' ? true : undefined) },
];

const runsInside = (program: string) =>
  hasTask((task) => belongsTo(names, task) && task.argv[0]?.split('/').at(-1) === program);

/** On the way of `npm start`, in its order. */
const startPoints: readonly KillPoint[] = [
  { name: 'its coordinator starts', isReached: hasTask((task) => isDaemon(names, 'coordinator', task)) },
  { name: 'its machine begins to run etcd', isReached: runsInside('etcd') },
  { name: 'its machine begins to run kubelet', isReached: runsInside('kubelet') },
];

/** Runs a program of Node, and kills it with SIGKILL as soon as the point is reached. */
async function runAndKill(argv: readonly string[], point: KillPoint, milliseconds = 60_000): Promise<void> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4000);
  });
  const ended = once(child, 'close');
  try {
    await waitFor(() => point.isReached(said), point.name, milliseconds);
    assert.equal(child.exitCode, null, 'the starter ended by itself');
  } catch (cause) {
    throw new Error(`${point.name}: ${complaint}`, { cause });
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

/** Starts the lab elsewhere, without a cluster. */
function startAndKill(point: KillPoint): Promise<void> {
  return runAndKill(['--input-type=module', '--eval', STARTER, names.instance], point);
}

describe('a lab leaves nothing behind', labOptions, () => {
  let earlier: Snapshot;
  before(removeStaleLabs);
  beforeEach(async () => {
    earlier = await takeSnapshot(names, lab.children);
  });
  // For a test that has failed before it did so.
  afterEach(() => lab.down());

  for (const point of points) {
    it(`when what started it was killed as ${point.name}`, async () => {
      await startAndKill(point);
      await lab.down();
      assert.deepEqual(await takeSnapshot(names, lab.children), earlier);
    });
  }

  for (const point of startPoints) {
    it(`when npm start was killed as ${point.name}`, { timeout: 5 * MINUTE }, async () => {
      const start = [join(ROOT, 'scripts/start.ts'), '--workers', '0', '--instance', names.instance];
      await runAndKill(start, point, 4 * MINUTE);
      const down = [join(ROOT, 'bin/vent'), 'lab', 'down', '--instance', names.instance];
      await lab.children.need(down, { environment });
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
