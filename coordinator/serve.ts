/** A running coordinator, put together from its options. */
import { networkInterfaces } from 'node:os';
import { createChanges } from '../shared/changes.ts';
import { VentError } from '../shared/errors.ts';
import { COORDINATOR_NAME } from '../shared/rpc.ts';
import { issueServerIdentity } from './authority/holders.ts';
import { createCore } from './core.ts';
import { giveBackMember, type Parts } from './departures.ts';
import { keepDrains } from './drain/drains.ts';
import { createEtcdKeeper } from './etcd/keeper.ts';
import { keepKubernetes } from './kubernetes-keeper.ts';
import type { NodeRow } from './nodes/row.ts';
import { openPorts } from './ports.ts';
import { beginReset, forget } from './resets.ts';
import type { ServeOptions } from './serve-options.ts';
import { openState, type State } from './state.ts';

/** The first IPv4 address of this machine that is not loopback, else loopback. */
export function defaultAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find((one) => one.family === 'IPv4' && !one.internal)?.address ?? '127.0.0.1';
}

export interface Coordinator {
  readonly state: State;
  /** Resolves when everything has ended in order. */
  close(): Promise<void>;
}

const DRAIN_MILLISECONDS = 2000;
/** Rows of certificates that ended are of no use to anybody. */
const FORGET_MILLISECONDS = 12 * 3_600_000;

/**
 * @param prepare done with the opened state before any port listens: importing artifacts, writing the first context
 * @throws VentError STORE_FAILED, UNAVAILABLE when a port cannot be had
 */
export async function serve(options: ServeOptions, prepare: (state: State) => Promise<void>): Promise<Coordinator> {
  const { clock, log } = options;
  const state = await openState(options.data, clock);
  const ending = new AbortController();
  const changes = createChanges();
  await prepare(state);
  const core = await createCore(options, state, changes);
  const identity = await issueServerIdentity(state.authorities, [
    ...new Set([COORDINATOR_NAME, options.advertise, '127.0.0.1', 'localhost']),
  ]);
  const clusterId = (await state.revisions.cluster()).id;
  const etcd = createEtcdKeeper({
    ...state,
    ...core,
    sign: (payload) => state.authorities.documentSigner.sign(payload),
    release: (row) => release({ options, state, core }, row),
    changes,
    clock,
    log,
  });
  const ports = await openPorts({ options, state, core, etcd, identity, clusterId });
  const loops = [
    core.lookout.follow(ending.signal),
    etcd.follow(ending.signal),
    keepKubernetes({ ...options, ...state, state, core }, ending.signal),
    keepDrains({ ...options, rows: state.drains, client: core.kubernetes.client, onChange: lookAgain }, ending.signal),
    followNodes(),
    followHealth(),
    forgetExpired(),
  ];
  core.documents.refresh();
  log.info('coordinator ready', { listen: options.listen, advertise: options.advertise, data: options.data });

  function lookAgain(): void {
    core.documents.refresh();
    changes.notify();
  }

  /** A machine that enrolled changes every document. */
  async function followNodes(): Promise<void> {
    const { revision } = await state.nodes.list();
    for await (const _ of state.nodes.watch(revision, ending.signal)) {
      lookAgain();
    }
  }

  /** While a roll-out waits for machines, whatever changes on one may be what it waits for. */
  async function followHealth(): Promise<void> {
    for await (const _ of changes.turns(ending.signal))
      if (core.rollouts.status()?.rollout.state === 'running') core.documents.refresh();
  }

  async function forgetExpired(): Promise<void> {
    while (!ending.signal.aborted) {
      await state.authorities.forgetExpired();
      await clock.wait(FORGET_MILLISECONDS, ending.signal).catch(() => undefined);
    }
  }

  return {
    state,
    async close() {
      ending.abort(new VentError('CANCELLED', 'the coordinator ends'));
      await ports.close(DRAIN_MILLISECONDS);
      core.rollouts.end();
      await Promise.allSettled([...loops, core.taker.settled()]);
      await core.documents.settled();
      await state.store.close();
    },
  };
}

/** What becomes of a machine once it is out of etcd. */
async function release(parts: Parts, row: NodeRow): Promise<void> {
  switch (row.leavesFor ?? 'provider') {
    case 'provider':
      return await giveBackMember(parts, row);
    case 'reset':
      return await beginReset(parts, row, row.leaving ?? 'coordinator', false);
    case 'nowhere':
      return await forget(parts, row);
  }
}
