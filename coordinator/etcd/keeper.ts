/**
 * Makes the members of etcd what machines are declared: looks, makes one move, looks again.
 *
 * INVARIANTS
 * - Every move is decided from what etcd says now; nothing is assumed from what was done before.
 * - A change of members is done under the lease, and what is signed lies in the store before it is sent: a coordinator that
 *   was killed asks for it again by the same id, until it knows how it ended or has waited long enough.
 */
import type { Changes } from '../../shared/changes.ts';
import { VentError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/log.ts';
import type { Audit } from '../audit.ts';
import { rules } from '../components/rules.ts';
import type { Documents } from '../documents.ts';
import type { NodeRow } from '../nodes/row.ts';
import type { Revisions } from '../revisions.ts';
import { needsSnapshot, type SnapshotRule } from '../snapshots/rule.ts';
import type { Collection } from '../store/collection.ts';
import type { Store } from '../store/store.ts';
import { NO_QUORUM, refuseIntention } from './guard.ts';
import { describeTurn, type EtcdLease, type LeaseRow } from './lease.ts';
import { type Looked, type LookOptions, listEtcdRows, lookAtEtcd } from './look.ts';
import { peerUrlOf, votesInEtcd } from './members.ts';
import { type EtcdMachine, type Move, nextMembershipMove } from './membership.ts';
import { LIFE_MILLISECONDS, signOperation } from './sign.ts';

export interface EtcdKeeperOptions extends Omit<LookOptions, 'clusterId' | 'letsThrough'> {
  readonly revisions: Pick<Revisions, 'cluster'>;
  readonly nodes: Collection<NodeRow>;
  readonly store: Pick<Store, 'transact'>;
  readonly documents: Pick<Documents, 'refresh' | 'settled' | 'hasInForce'>;
  readonly lease: EtcdLease;
  readonly snapshotRule: SnapshotRule;
  readonly audit: Pick<Audit, 'append'>;
  /** Has the machine go on its way: it is no member of etcd. */
  release(row: NodeRow): Promise<void>;
  readonly changes: Changes;
  readonly log: Logger;
}

export interface EtcdKeeper {
  /** Until the signal aborts. */
  follow(signal: AbortSignal): Promise<void>;
  /** What it is doing, or why it does not go on, one sentence; empty when all is as declared. */
  message(): string;
  /** Why the machine could not leave etcd now, naming the rule. */
  refusalToLeave(row: NodeRow): Promise<string | undefined>;
  /**
   * Has a machine's member give space back.
   * @throws VentError ETCD_REFUSED naming the rule, UNAVAILABLE, DEADLINE
   */
  defragment(row: NodeRow): Promise<void>;
  /** What etcd is like now, and what each member said. */
  look(): Promise<Looked>;
}

const LOOK_AGAIN_MILLISECONDS = 2000;
/** After a move the next one is often possible at once; a member may say what was before for a moment. */
const LOOK_ON_MILLISECONDS = 250;
/** How long its end is waited for. */
const PATIENCE_MILLISECONDS = 2 * 60_000;

/** How a look ended: nothing is left to do, a move was made, or it has to be waited. */
type Turn = 'settled' | 'moved' | 'waits';

class Keeper implements EtcdKeeper {
  readonly #options: EtcdKeeperOptions;
  readonly #looking: LookOptions;
  #message = '';

  constructor(options: EtcdKeeperOptions) {
    this.#options = options;
    this.#looking = {
      ...options,
      clusterId: async () => (await options.revisions.cluster()).id,
      letsThrough: (nodeId) => options.documents.hasInForce(nodeId, rules.name),
    };
  }

  message(): string {
    return this.#message;
  }

  async follow(signal: AbortSignal): Promise<void> {
    const { changes, clock, log } = this.#options;
    await this.#endForgotten();
    while (!signal.aborted) {
      const end = await this.#turn().catch((thrown: unknown): Turn => {
        const { code, message } = VentError.from(thrown);
        log.warn('a change of the members of etcd does not go on', { code, cause: message });
        this.#say(message);
        return 'waits';
      });
      if (end === 'settled') {
        for await (const _ of changes.turns(signal)) if (!(await this.#isSettled())) break;
        continue;
      }
      const pause = end === 'moved' ? LOOK_ON_MILLISECONDS : LOOK_AGAIN_MILLISECONDS;
      await clock.wait(pause, signal).catch(() => undefined);
    }
  }

  async refusalToLeave(row: NodeRow): Promise<string | undefined> {
    const { state } = await this.look();
    const member = state.members.find(({ peerUrl }) => peerUrl === peerUrlOf(row));
    if (state.members.length === 0) return NO_QUORUM;
    if (member === undefined) return undefined;
    return refuseIntention({ type: member.answers ? 'remove' : 'remove-dead', member: member.id }, state);
  }

  async defragment(row: NodeRow): Promise<void> {
    const { lease, connections } = this.#options;
    const { state } = await this.look();
    const member = state.members.find(({ peerUrl }) => peerUrl === peerUrlOf(row));
    const refusal =
      member === undefined ? 'it is no member of etcd' : refuseIntention({ type: 'pause', member: member.id }, state);
    if (refusal !== undefined)
      throw new VentError('ETCD_REFUSED', `cannot defragment ${row.name}: ${refusal}`, { retry: 'backoff' });
    const action = { type: 'etcd-defragment' } as const;
    const operation = await signOperation(this.#looking, row.id, action, LIFE_MILLISECONDS);
    const other = await lease.take({ holder: 'operator', nodeId: row.id, what: `${row.name} is defragmented` });
    if (other !== undefined)
      throw new VentError('ETCD_REFUSED', `cannot defragment ${row.name}: ${describeTurn(other)}`, {
        retry: 'backoff',
      });
    try {
      await connections.operate(row.id, operation);
    } finally {
      await lease.release('operator', row.id);
    }
  }

  async look(): Promise<Looked> {
    return await lookAtEtcd(this.#looking);
  }

  /** Whoever asked for it has gone with the coordinator that was asked; the agent ends what it has begun. */
  async #endForgotten(): Promise<void> {
    const held = await this.#options.lease.holder();
    if (held?.holder === 'operator') await this.#options.lease.release('operator', held.nodeId);
  }

  /** Nothing is to be done as far as the coordinator's own rows tell. */
  async #isSettled(): Promise<boolean> {
    const { revisions, lease } = this.#options;
    if (!(await revisions.cluster()).etcdFormed) return true;
    if ((await lease.holder())?.holder === 'members') return false;
    return (await listEtcdRows(this.#options.nodes)).every((row) => votesInEtcd(row) && row.leaving === undefined);
  }

  async #turn(): Promise<Turn> {
    if (await this.#isSettled()) {
      this.#say('');
      return 'settled';
    }
    const held = await this.#options.lease.holder();
    if (held?.holder === 'members') return await this.#finish(held);
    // Before the look, so that who is found to let others through lets every machine through that has come.
    this.#options.documents.refresh();
    await this.#options.documents.settled();
    const { state } = await this.look();
    return await this.#make(nextMembershipMove(state));
  }

  #say(message: string): void {
    if (message === this.#message) return;
    this.#message = message;
    if (message !== '') this.#options.log.info('members of etcd', { doing: message });
    this.#options.changes.notify();
  }

  async #make(move: Move): Promise<Turn> {
    this.#say(move.type === 'none' ? '' : move.message);
    switch (move.type) {
      case 'none':
      case 'wait':
        return 'waits';
      case 'join': {
        const etcd = { initialCluster: move.initialCluster, initialClusterState: 'existing' as const };
        return await this.#change([move.machine], (row) => (row.etcd === undefined ? { ...row, etcd } : row));
      }
      case 'record':
        return await this.#change(move.machines, (row) => ({ ...row, etcdVotes: true }));
      case 'release': {
        const row = await this.#options.nodes.get(move.machine.nodeId);
        if (row !== undefined) await this.#options.release(row.value);
        return 'moved';
      }
      case 'operate':
        return await this.#operate(move);
    }
  }

  /** In one transaction, so that no document is rendered between; who meanwhile changed is met again at the next look. */
  async #change(machines: readonly EtcdMachine[], change: (row: NodeRow) => NodeRow): Promise<Turn> {
    const { nodes, store, documents, changes } = this.#options;
    const rows = (await Promise.all(machines.map(({ nodeId }) => nodes.get(nodeId)))).flatMap((row) => row ?? []);
    const done = await store.transact({
      compare: rows.map(({ key, revision }) => ({ key: nodes.keyOf(key), revision })),
      put: rows.map(({ key, value }) => nodes.writing(key, change(value))),
    });
    documents.refresh();
    changes.notify();
    return done === undefined ? 'waits' : 'moved';
  }

  async #operate({ on, action, message }: Extract<Move, { type: 'operate' }>): Promise<Turn> {
    const complaint = needsSnapshot(action) ? await this.#options.snapshotRule.complaint({ what: message }) : undefined;
    if (complaint !== undefined) {
      this.#say(complaint);
      return 'waits';
    }
    const operation = await signOperation(this.#looking, on.nodeId, action, LIFE_MILLISECONDS);
    const kept = {
      id: operation.id,
      action: action.type,
      payload: Buffer.from(operation.payload).toString('base64'),
      signature: Buffer.from(operation.signature).toString('base64'),
      keyId: operation.key_id,
    };
    const wish = { holder: 'members', nodeId: on.nodeId, what: message, operation: kept } as const;
    const other = await this.#options.lease.take(wish);
    if (other !== undefined) this.#say(`waits for its turn at etcd [etcd-lease]: ${other.what}`);
    const held = await this.#options.lease.holder();
    return other !== undefined || held === undefined ? 'waits' : await this.#finish(held);
  }

  /** Asks for what the lease is held for, perhaps not for the first time. */
  async #finish({ nodeId, operation, what, since }: LeaseRow): Promise<Turn> {
    const { connections, lease, audit, log, clock } = this.#options;
    let end: Turn = 'waits';
    if (operation === undefined) {
      await lease.release('members', nodeId);
      return end;
    }
    const { id, action, payload, signature, keyId } = operation;
    this.#say(what);
    try {
      await connections.operate(nodeId, {
        id,
        payload: Buffer.from(payload, 'base64'),
        signature: Buffer.from(signature, 'base64'),
        key_id: keyId,
      });
      await audit.append({ actor: 'coordinator', action, subject: what, result: 'done' });
      end = 'moved';
    } catch (thrown) {
      const { code, message } = VentError.from(thrown);
      this.#say(`${what}: ${message}`);
      log.warn('an operation on etcd was not done', { operation: id, action, code, cause: message });
      const isUnknown = code === 'UNAVAILABLE' || code === 'DEADLINE';
      if (isUnknown && clock.now() - Date.parse(since) < PATIENCE_MILLISECONDS) return end;
    }
    await lease.release('members', nodeId);
    return end;
  }
}

export function createEtcdKeeper(options: EtcdKeeperOptions): EtcdKeeper {
  return new Keeper(options);
}
