/** A cluster of a test's own: brought up as `npm start` does it, looked at as people do, and always taken down. */
import { copyFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { cacheDirectory, createArtifactCache } from '../../coordinator/artifacts/cache.ts';
import { BUSYBOX_VERSION, IMAGE_VARIANT } from '../../coordinator/artifacts/image-builder.ts';
import { imageReference } from '../../coordinator/artifacts/images.ts';
import type { Operator } from '../../coordinator/cli/operator.ts';
import { openOperator, type Shape } from '../../scripts/lab/cluster.ts';
import type { Lab } from '../../scripts/lab/lab.ts';
import { createLab } from '../../scripts/lab/lab.ts';
import { waitFor } from '../../scripts/lab/machine.ts';
import { nameMachine } from '../../scripts/lab/names.ts';
import { findOrder } from '../../scripts/lab/orders.ts';
import type { MachineView } from '../../shared/wire.ts';
import { labName, outputOf, removeStaleLabs, waitForOutput } from './lab.ts';

const ROOT = join(import.meta.dirname, '../..');
/** A cold cache of artifacts is filled on the way. */
const START_MILLISECONDS = 40 * 60_000;
/** What a test's pods are made of; `importBusybox` brings it to a machine. */
export const BUSYBOX = imageReference('busybox', BUSYBOX_VERSION);

export interface TestCluster {
  readonly lab: Lab;
  /** Runs `npm start` for a shape; again, it goes on from what is there. @returns what it has printed on standard output */
  start(shape: Shape): Promise<string>;
  /** Standard output of `vent` as an administrator of this cluster. @throws Error with what it said when it fails */
  vent(words: readonly string[]): Promise<string>;
  /** Standard output of a script of bash, in which `bin/vent` is what `vent` is. */
  bash(script: string): Promise<string>;
  /** Standard output of `vent lab kubectl`. @param input for `-f -` */
  kubectl(words: readonly string[], input?: string): Promise<string>;
  /** Opens the administrator's connection for as long as `use` takes. */
  withOperator<T>(use: (operator: Operator) => Promise<T>): Promise<T>;
  machines(): Promise<readonly MachineView[]>;
  /** Brings the image of test pods to a machine, since nothing can be pulled. */
  importBusybox(machine: string): Promise<void>;
}

/** @param instance name of the lab */
export function createCluster(instance: string): TestCluster {
  const lab = createLab(instance, () => undefined);
  // Whoever works on this computer keeps the context they have.
  const environment = { VENTCONFIG: join(lab.names.directory, 'shared-context.yaml') };

  async function need(argv: readonly string[], milliseconds: number, input?: string): Promise<string> {
    const options = { milliseconds, environment, ...(input === undefined ? {} : { input }) };
    return lab.children.need(argv, options);
  }

  async function vent(words: readonly string[], input?: string): Promise<string> {
    return need([join(ROOT, 'bin/vent'), ...words], 2 * 60_000, input);
  }

  async function withOperator<T>(use: (operator: Operator) => Promise<T>): Promise<T> {
    const operator = await openOperator(lab);
    try {
      return await use(operator);
    } finally {
      operator.close();
    }
  }

  return {
    lab,
    start: ({ controlPlanes, workers, attach = 'macvlan', kubernetes = [] }) => {
      const shape = [
        ...(controlPlanes > 1 ? ['--ha'] : []),
        ...['--workers', String(workers), '--attach', attach],
        ...kubernetes.flatMap((version) => ['--kubernetes', version]),
      ];
      const script = join(ROOT, 'scripts/start.ts');
      const argv = [process.execPath, '--disable-warning=ExperimentalWarning', script, '--instance', instance];
      return need([...argv, ...shape], START_MILLISECONDS);
    },
    vent: (words) => vent(words),
    bash: (script) => need(['bash', '--norc', '-c', `cd ${ROOT}\n${script}`], 60_000),
    kubectl: (words, input) => vent(['lab', 'kubectl', '--instance', instance, '--', ...words], input),
    withOperator,
    machines: () =>
      withOperator(async (operator) => (await operator.call((methods) => methods.ListMachines, {})).machines),
    async importBusybox(machine) {
      const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
      const key = { name: 'busybox', version: BUSYBOX_VERSION, architecture, variant: IMAGE_VARIANT } as const;
      const archive = createArtifactCache(cacheDirectory(process.env, homedir())).pathOf(key);
      const { id } = await findOrder(lab.names, machine);
      await copyFile(archive, join(nameMachine(lab.names, id).tree, 'root/busybox.tar'));
      await outputOf(lab, machine, ['ctr', '-n', 'k8s.io', 'image', 'import', '--local', '/root/busybox.tar']);
    },
  };
}

/** A cluster of that shape during the tests of the enclosing `describe`. @param noun see labName */
export function useCluster(noun: string, shape: Shape): TestCluster {
  const cluster = createCluster(labName(noun));
  before(
    async () => {
      await removeStaleLabs();
      await cluster.start(shape);
    },
    { timeout: START_MILLISECONDS },
  );
  after(() => cluster.lab.down());
  return cluster;
}

/** Whole and tenths since that moment, to be shown. */
export function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1);
}

/**
 * Waits until a machine that was switched on again has compared itself with its document and its Node, in this boot, is
 * Ready: what was said before it went off is still to be read everywhere.
 */
export async function waitForBoot({ lab, kubectl }: TestCluster, machine: string): Promise<void> {
  await waitForOutput(lab, machine, ['grep', '-q', '"converged": true', '/run/vent/report.json']);
  const boot = await outputOf(lab, machine, ['cat', '/proc/sys/kernel/random/boot_id']);
  const columns = '{.status.nodeInfo.bootID} {.status.conditions[?(@.type=="Ready")].status}';
  const isReady = async (): Promise<true | undefined> =>
    (await kubectl(['get', 'node', machine, '-o', `jsonpath=${columns}`])) === `${boot} True` ? true : undefined;
  await waitFor(isReady, `node ${machine} to be Ready in its new boot`, 2 * 60_000);
}
