/** The operator port's part that looks at etcd. */
import { VentError } from '../../shared/errors.ts';
import { answer } from '../../shared/rpc.ts';
import type { EtcdMemberView, Handlers } from '../../shared/wire.ts';
import type { EtcdKeeper } from '../etcd/keeper.ts';
import type { NodeRow } from '../nodes/row.ts';
import { type CallersOptions, changer, reader } from './callers.ts';
import type { OnBug } from './revisions.ts';

export interface EtcdMethodsOptions extends CallersOptions {
  readonly etcd: EtcdKeeper;
  /** @throws VentError NOT_FOUND */
  findMember(machine: string): Promise<NodeRow>;
  /** Appends to the audit trail. */
  audit(actor: string, action: string, subject: string): Promise<void>;
}

type EtcdMethods = Pick<Handlers['operator'], 'ListEtcdMembers' | 'DefragmentEtcd'>;

export function etcdMethods(options: EtcdMethodsOptions, onBug: OnBug): EtcdMethods {
  return {
    ListEtcdMembers: answer(async (_, caller) => {
      await reader(options, caller);
      const looked = await options.etcd.look();
      if (looked.state.members.length === 0)
        throw new VentError('UNAVAILABLE', 'cannot list the members of etcd: none that has a quorum answers', {
          hint: 'vent status says what each machine does.',
          retry: 'backoff',
        });
      return { members: viewMembers(looked), alarms: looked.state.alarms, message: options.etcd.message() };
    }, onBug),
    DefragmentEtcd: answer(async (request, caller) => {
      const actor = await changer(options, caller);
      const row = await options.findMember(request.machine);
      await options.etcd.defragment(row);
      await options.audit(actor, 'etcd.defragment', `machine:${row.name}`);
      return { machine: row.name };
    }, onBug),
  };
}

function viewMembers({ state, answers }: Awaited<ReturnType<EtcdKeeper['look']>>): readonly EtcdMemberView[] {
  return state.members
    .map((member): EtcdMemberView => {
      const status = [...answers.values()].find(({ id }) => id === member.id);
      return {
        id: member.id,
        machine: member.name,
        peer_url: member.peerUrl,
        role: member.isLearner ? 'learner' : member.isLeader ? 'leader' : 'follower',
        answers: member.answers,
        version: status?.version ?? '',
        lag: String(member.lag ?? 0),
        database_bytes: String(status?.databaseSize ?? 0),
        database_bytes_in_use: String(status?.databaseInUse ?? 0),
      };
    })
    .toSorted((a, b) => a.machine.localeCompare(b.machine, 'en', { numeric: true }));
}
