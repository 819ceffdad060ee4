/**
 * What comes before a member of etcd is stopped for a while: the rule is kept, nobody else does anything to etcd, and
 * another member leads.
 *
 * INVARIANT: what allowed it was seen after the turn was taken, so no change of members lies between.
 */
import { VentError } from '../../shared/errors.ts';
import type { NodeRow } from '../nodes/row.ts';
import { within } from '../within.ts';
import { NO_QUORUM, refuseIntention } from './guard.ts';
import { describeTurn, type EtcdLease } from './lease.ts';
import { type LookOptions, listEtcdRows, lookAtEtcd } from './look.ts';
import { peerUrlOf } from './members.ts';
import { type EtcdState, findHeir } from './membership.ts';
import { LIFE_MILLISECONDS, signOperation } from './sign.ts';

export interface EtcdRestarts {
  /**
   * @param row of the machine that a roll-out changes
   * @returns why not now, naming the rule; undefined when it may be done, and then the roll-out has the turn at etcd
   */
  prepare(row: NodeRow): Promise<string | undefined>;
}

export interface EtcdRestartsOptions extends LookOptions {
  readonly lease: EtcdLease;
}

/** etcd gives up on a transfer after an election's time-out, which is a few seconds. */
const LEAD_MILLISECONDS = 10_000;

export function createEtcdRestarts(options: EtcdRestartsOptions): EtcdRestarts {
  const { lease } = options;
  return {
    async prepare(row) {
      const take = async (): Promise<string | undefined> => {
        const other = await lease.take({ holder: 'rollout', nodeId: row.id, what: `the roll-out changes ${row.name}` });
        return other && describeTurn(other);
      };
      // The only one would be missed by nobody in etcd, and nobody else could lead.
      const members = (await listEtcdRows(options.nodes)).filter(({ etcd }) => etcd !== undefined);
      if (members.every(({ id }) => id === row.id)) return await take();
      // Before the turn is taken, so that a member that stays away does not keep the turn from those who could mend it.
      const early = refuseRestart(row, (await lookAtEtcd(options)).state);
      if (early !== undefined) return early;
      const other = await take();
      if (other !== undefined) return other;
      const { state } = await lookAtEtcd(options);
      const late = refuseRestart(row, state) ?? (await moveLead(options, row, state));
      if (late !== undefined) await lease.release('rollout', row.id);
      return late;
    },
  };
}

function refuseRestart(row: NodeRow, state: EtcdState): string | undefined {
  if (state.members.length === 0) return NO_QUORUM;
  const member = state.members.find(({ peerUrl }) => peerUrl === peerUrlOf(row));
  return member && refuseIntention({ type: 'restart', member: member.id }, state);
}

/** @returns why the lead could not be moved away; undefined when the machine's member does not lead */
async function moveLead(options: EtcdRestartsOptions, row: NodeRow, state: EtcdState): Promise<string | undefined> {
  const leader = state.members.find(({ isLeader }) => isLeader);
  if (leader?.peerUrl !== peerUrlOf(row)) return undefined;
  const heir = findHeir(state, leader.id);
  // Nobody is left without a leader who is not without etcd anyway.
  if (heir === undefined) return undefined;
  const action = { type: 'etcd-move-leader', member: heir.id } as const;
  const operation = await signOperation(options, row.id, action, LIFE_MILLISECONDS);
  try {
    await within(options.clock, LEAD_MILLISECONDS, options.connections.operate(row.id, operation));
    return undefined;
  } catch (thrown) {
    const { message } = VentError.from(thrown);
    return `another member must lead etcd before ${row.name} is restarted [etcd-leader]: ${message}`;
  }
}
