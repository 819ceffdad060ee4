import { describeSize } from '../../../shared/snapshot.ts';
import type { EtcdMemberView } from '../../../shared/wire.ts';
import { addOutputOptions, GROUPS, type RegisterCommand, withExamples } from '../command.ts';
import { registerSnapshots } from '../etcd-snapshots.ts';
import { type Listing, type OutputOptions, printList } from '../output.ts';

/** Longer than a database of 8 GiB takes. */
const DEFRAGMENT_MILLISECONDS = 12 * 60_000;

const members: Listing<EtcdMemberView> = {
  kind: 'EtcdMember',
  nameOf: (member) => `etcd/${member.machine}`,
  objectOf: (member) => member,
  columns: [
    { title: 'MACHINE', value: (member) => member.machine },
    { title: 'ROLE', value: (member) => member.role },
    { title: 'ANSWERS', value: (member) => (member.answers ? 'yes' : 'no') },
    { title: 'VERSION', value: (member) => member.version || '-' },
    { title: 'LAG', value: (member) => (member.answers ? member.lag : '-') },
    { title: 'SIZE', value: (member) => (member.answers ? describeSize(Number(member.database_bytes)) : '-') },
    { title: 'IN-USE', value: (member) => (member.answers ? describeSize(Number(member.database_bytes_in_use)) : '-') },
    { title: 'ID', value: (member) => member.id, isWide: true },
    { title: 'PEER', value: (member) => member.peer_url, isWide: true },
  ],
};

/** Who must answer, who does, and what is done. */
function describe(list: readonly EtcdMemberView[], alarms: readonly string[], message: string): string {
  const voters = list.filter(({ role }) => role !== 'learner');
  const answering = voters.filter(({ answers }) => answers).length;
  const needed = Math.floor(voters.length / 2) + 1;
  const lines = [
    `${answering} of ${voters.length} voting members answer; ${needed} are needed`,
    alarms.length === 0 ? 'no alarm is open' : `alarms: ${alarms.join(', ')}`,
    message === '' ? 'members are what machines are declared' : message,
  ];
  return `${lines.join('\n')}\n`;
}

/** `vent etcd members|status|defrag|snapshot|snapshots`. */
export const register: RegisterCommand = (program, context) => {
  const etcd = program
    .command('etcd')
    .summary('Look at the members of etcd, take snapshots')
    .description(
      'Look at the members of etcd, which become what pools declare by themselves (vent provision adds, vent deprovision removes), and take snapshots.',
    )
    .helpGroup(GROUPS.look);
  const list = etcd.command('members').description('List the members of etcd, each asked now.');
  addOutputOptions(list);
  withExamples(list, '  # who leads, who is behind, how large they are\n  vent etcd members');
  list.action(async (options: OutputOptions) => {
    await context.withOperator(list, async (operator) => {
      const answer = await operator.call((methods) => methods.ListEtcdMembers, {});
      printList(context.shell, members, answer.members, options);
    });
  });
  const status = etcd
    .command('status')
    .description('Say whether etcd has its quorum, and what is done to its members.');
  withExamples(status, '  # may a member be missing?\n  vent etcd status');
  status.action(async () => {
    await context.withOperator(status, async (operator) => {
      const answer = await operator.call((methods) => methods.ListEtcdMembers, {});
      context.shell.out(describe(answer.members, answer.alarms, answer.message));
    });
  });
  const defrag = etcd
    .command('defrag')
    .argument('<machine>', 'name, device id or uuid')
    .description(
      'Give disk space back that the database of a member no longer uses. It answers nobody meanwhile, so the others must be well.',
    );
  withExamples(defrag, '  # when IN-USE is much less than SIZE\n  vent etcd defrag control-1');
  defrag.action(async (machine: string) => {
    await context.withOperator(defrag, async (operator) => {
      const limits = { milliseconds: DEFRAGMENT_MILLISECONDS };
      const answer = await operator.call((methods) => methods.DefragmentEtcd, { machine }, limits);
      context.shell.out(`etcd/${answer.machine} defragmented\n`);
    });
  });
  registerSnapshots(etcd, context);
};
