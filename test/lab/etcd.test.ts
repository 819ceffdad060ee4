/** Members of etcd come and go while somebody writes all along: one, three, five, three, and a dead one replaced. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import {
  openOperator,
  provisionAll,
  specOf,
  startVent,
  waitFor as waitForMachines,
} from '../../scripts/lab/cluster.ts';
import { stopDaemon } from '../../scripts/lab/daemon.ts';
import { waitFor } from '../../scripts/lab/machine.ts';
import { nameMachine } from '../../scripts/lab/names.ts';
import { findOrder } from '../../scripts/lab/orders.ts';
import type { Patch } from '../../shared/spec/schema.ts';
import { seconds, useCluster } from './cluster.ts';
import { callFacility, labOptions, outputOf } from './lab.ts';

const MINUTE = 60_000;
const ETCDCTL = ['etcdctl', '--cacert=/etc/etcd/trust.pem', '--cert=/etc/etcd/etcd.pem', '--key=/etc/etcd/etcd.pem'];
/** In the machine. */
const [SNAPSHOT, RESTORED] = ['/root/etcd.db', '/root/restored'];
/** Each change of a member has a snapshot of its own. */
const CAREFUL = { rollout: { soak: '2s' }, etcd: { snapshot: { maxAge: '1s', keep: 9 } } };
const memberSchema = z.object({
  members: z.array(z.object({ name: z.string().default(''), isLearner: z.boolean().default(false) })),
});

describe('the members of etcd', labOptions, () => {
  const cluster = useCluster('etcd', { controlPlanes: 1, workers: 0 });
  const { lab } = cluster;
  const ending = new AbortController();
  const written: string[] = [];
  let refused = 0;
  let from = 'control-1';
  const writing = { promise: Promise.resolve() };

  const etcdctl = async (machine: string, words: readonly string[]): Promise<string> =>
    await outputOf(lab, machine, [...ETCDCTL, '--command-timeout=5s', ...words]);

  /** Writes one key after the other; only what was acknowledged counts. */
  async function write(): Promise<void> {
    for (let number = 0; !ending.signal.aborted; number += 1) {
      const key = `/written/${number}`;
      await etcdctl(from, ['put', key, String(number)]).then(
        () => void written.push(key),
        () => {
          refused += 1;
        },
      );
    }
  }

  async function assertAllWritten(machine: string): Promise<void> {
    const keys = [...written];
    const there = new Set((await etcdctl(machine, ['get', '/written/', '--prefix', '--keys-only'])).split('\n'));
    assert.deepEqual(
      keys.filter((key) => !there.has(key)),
      [],
    );
    console.log(`${keys.length} acknowledged writes are there on ${machine}; ${refused} were not acknowledged`);
  }

  /** Into a data directory and a member of their own, thrown away again. @returns keys that were written */
  async function restore(machine: string): Promise<ReadonlySet<string>> {
    const inMachine = (...argv: readonly string[]): Promise<string> => outputOf(lab, machine, argv);
    await inMachine('etcdutl', 'snapshot', 'restore', SNAPSHOT, `--data-dir=${RESTORED}`);
    const [client, peer] = ['http://127.0.0.1:12379', 'http://127.0.0.1:12380'];
    const urls = [`--listen-client-urls=${client}`, `--advertise-client-urls=${client}`, `--listen-peer-urls=${peer}`];
    const program = (await inMachine('sh', '-c', 'command -v etcd')).trim();
    await inMachine('systemd-run', '--unit=restored', program, `--data-dir=${RESTORED}`, ...urls);
    try {
      const read = ['etcdctl', `--endpoints=${client}`, 'get', '/written/', '--prefix', '--keys-only'];
      const keys = await waitFor(() => inMachine(...read).catch(() => undefined), 'the restored member to answer');
      return new Set(keys.split('\n').filter((key) => key !== ''));
    } finally {
      await inMachine('systemctl', 'stop', 'restored');
      await inMachine('rm', '-r', RESTORED, SNAPSHOT);
    }
  }

  async function voters(machine: string): Promise<readonly string[]> {
    const { members } = memberSchema.parse(JSON.parse(await etcdctl(machine, ['member', 'list', '--write-out=json'])));
    return members.flatMap(({ name, isLearner }) => (isLearner ? [] : [name])).toSorted();
  }

  /** @returns what it says then */
  async function whenState(machine: string, state: string): Promise<string> {
    const isSo = async (): Promise<string | undefined> => {
      const found = (await cluster.machines()).find(({ name }) => name === machine);
      return found?.state === state ? found.message : undefined;
    };
    return await waitFor(isSo, `${machine} to be ${state}`, 3 * MINUTE);
  }

  /** A setting that etcd is started with. */
  let patches: readonly Patch[] = [];

  async function apply(count: number, accepts: string[] = []): Promise<void> {
    const { spec, ...rest } = parse(await specOf(lab, { controlPlanes: count, workers: 0 }));
    await cluster.withOperator((operator) =>
      operator.call((methods) => methods.Apply, {
        content: stringify({ ...rest, spec: { ...spec, ...CAREFUL, patches } }),
        file_name: 'lab.yaml',
        message: `${count} members`,
        dry_run: false,
        accept_risks: accepts,
      }),
    );
  }

  /** @param restart ends the coordinator and starts it anew as soon as a machine is being made a member */
  async function grow(count: number, restart = false): Promise<void> {
    const started = Date.now();
    await apply(count);
    await cluster.withOperator((operator) => provisionAll(operator, () => undefined));
    if (restart) {
      const isJoining = async (): Promise<true | undefined> =>
        /^etcd: .*(joins etcd|as a learner|has started)/m.test(await cluster.vent(['status'])) ? true : undefined;
      await waitFor(isJoining, 'a machine to be made a member', 4 * MINUTE);
      await stopDaemon('coordinator', lab.names);
      await startVent(lab);
    }
    const operator = await openOperator(lab);
    try {
      await waitForMachines(operator, count, 12 * MINUTE, (line) => console.log(`  ${seconds(started)} s ${line}`));
    } finally {
      operator.close();
    }
    const names = Array.from({ length: count }, (_, index) => `control-${index + 1}`);
    const isWhole = async (): Promise<true | undefined> =>
      (await voters('control-1')).join() === names.join() ? true : undefined;
    await waitFor(isWhole, `${count} voting members`, 2 * MINUTE);
    console.log(`${count} members after ${seconds(started)} s`);
  }

  it('restarts, as the only one, for those only who accept that, and after a snapshot', {
    timeout: 4 * MINUTE,
  }, async () => {
    const started = (): Promise<string> =>
      outputOf(lab, 'control-1', ['systemctl', 'show', '-p', 'ActiveEnterTimestampMonotonic', 'etcd']);
    const before = await started();
    patches = [{ etcd: { extraArgs: { 'warning-apply-duration': '200ms' } } }];
    await assert.rejects(apply(1), { code: 'RISK_REFUSED', message: /\[etcd-one-member\]/ });
    await apply(1, ['api-downtime']);
    const isDone = async (): Promise<true | undefined> => {
      const read = cluster.withOperator((operator) => operator.call((methods) => methods.GetRollout, {}));
      const { revision, state, message } = await read;
      assert.ok(revision !== '2' || state !== 'failed', message);
      return revision === '2' && state === 'done' ? true : undefined;
    };
    await waitFor(isDone, 'the roll-out to end', 3 * MINUTE);
    assert.notEqual(await started(), before);
    assert.match(await cluster.vent(['etcd', 'snapshots', '-o', 'wide']), /restarts the member on control-1/);
  });

  it('become three, while somebody writes', { timeout: 16 * MINUTE }, async () => {
    writing.promise = write();
    await grow(3);
    await assertAllWritten('control-3');
  });

  it('have given a snapshot before the second joined, and another is restored with every write until then', {
    timeout: 4 * MINUTE,
  }, async () => {
    assert.match(await cluster.vent(['etcd', 'snapshots', '-o', 'wide']), /adds control-2 as a learner/);
    const keys = [...written];
    const since = Date.now();
    const said = await cluster.vent(['etcd', 'snapshot']);
    console.log(`a snapshot after ${seconds(since)} s: ${said.trim()}`);
    const { id } = await findOrder(lab.names, 'control-1');
    const saved = await cluster.vent(['etcd', 'snapshot', 'save', join(nameMachine(lab.names, id).tree, SNAPSHOT)]);
    const [digest] = (await outputOf(lab, 'control-1', ['sha256sum', SNAPSHOT])).split(' ');
    assert.ok(saved.includes(`SHA-256 ${digest}`), saved);
    const there = await restore('control-1');
    assert.deepEqual(
      keys.filter((key) => !there.has(key)),
      [],
    );
    console.log(
      `${keys.length} writes that were acknowledged before it are in the restored one, of ${there.size} in all`,
    );
  });

  it('become five, although the coordinator ends on the way', { timeout: 16 * MINUTE }, async () => {
    await grow(5, true);
    await assertAllWritten('control-5');
  });

  it('become three again: the first is given back, another one reset', { timeout: 8 * MINUTE }, async () => {
    const started = Date.now();
    await apply(3);
    await cluster.vent(['deprovision', 'control-1', '--yes']);
    from = 'control-2';
    assert.match(
      await cluster.vent(['node', 'reset', 'control-5', '--yes', '--force']),
      /^node\/control-5 resetting$/m,
    );
    assert.deepEqual(await voters('control-2'), ['control-2', 'control-3', 'control-4']);
    await whenState('control-5', 'gone');
    await cluster.vent(['deprovision', 'control-5', '--yes']);
    console.log(`three members after ${seconds(started)} s`);
    await assertAllWritten('control-2');
  });

  it('lose a dead one while it is away, and get another in its place', { timeout: 16 * MINUTE }, async () => {
    const started = Date.now();
    const { id } = await findOrder(lab.names, 'control-4');
    await callFacility(lab, 'POST', `/devices/${id}/actions`, { type: 'power_off' });
    await whenState('control-4', 'unreachable');
    for (const words of [
      ['deprovision', 'control-3', '--yes'],
      ['node', 'reset', 'control-3', '--yes'],
    ])
      await assert.rejects(cluster.vent(words), /\[etcd-remove\]: control-4 does not/);
    await callFacility(lab, 'DELETE', `/devices/${id}`);
    const told = await whenState('control-4', 'gone');
    assert.match(told, /vent deprovision control-4/);
    await cluster.vent(['deprovision', 'control-4', '--yes']);
    assert.deepEqual(await voters('control-2'), ['control-2', 'control-3']);
    await cluster.withOperator((operator) => provisionAll(operator, () => undefined));
    const isWhole = async (): Promise<true | undefined> =>
      (await voters('control-2')).length === 3 ? true : undefined;
    await waitFor(isWhole, 'three voting members', 8 * MINUTE);
    console.log(`replaced after ${seconds(started)} s`);
    await assertAllWritten('control-2');
    ending.abort();
    await writing.promise;
    await assertAllWritten('control-3');
  });

  after(async () => {
    ending.abort();
    await writing.promise;
  });
});
