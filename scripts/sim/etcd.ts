/** The etcd of a simulation, as far as the gateways of its members tell of it: who is a member, who leads, whether most of them run. */
import { createFakeEtcd, type FakeEtcd } from '../../agent/fake/etcd.ts';

export interface SimEtcd {
  /**
   * A member more.
   * @param isRunning whether its process runs now
   * @returns what answers at its gateway
   */
  add(name: string, address: string, isRunning: () => boolean): FakeEtcd['respond'];
}

interface SimMember {
  readonly fake: FakeEtcd;
  readonly isRunning: () => boolean;
  readonly listed: FakeEtcd['members'][number];
}

export function createSimEtcd(): SimEtcd {
  const members: SimMember[] = [];
  let leader = '';
  return {
    add(name, address, isRunning) {
      const id = String(members.length + 1);
      const fake = createFakeEtcd(id);
      members.push({ fake, isRunning, listed: { ID: id, name, peerURLs: [`https://${address}:2380`] } });
      return (url, body) => {
        const running = members.filter((member) => member.isRunning());
        // Without a quorum reads go unanswered.
        fake.isUp = isRunning() && running.length > members.length / 2;
        if (!running.some(({ listed }) => listed.ID === leader)) leader = running[0]?.listed.ID ?? '';
        fake.members = members.map(({ listed }) => listed);
        fake.leader = leader;
        const answer = fake.respond(url, body);
        leader = fake.leader;
        return answer;
      };
    },
  };
}
