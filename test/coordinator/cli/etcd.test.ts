import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperatorAnswers } from '../../../coordinator/cli/fake-operator.ts';
import { run } from './bench.ts';

const MEMBER = { version: '3.7.3', database_bytes: '20971520', database_bytes_in_use: '10485760' };
const answers: OperatorAnswers = {
  ListEtcdMembers: () => ({
    members: [
      { id: '1', machine: 'control-1', peer_url: 'https://10.80.0.3:2380', role: 'leader', answers: true, ...MEMBER },
      { id: '2', machine: 'control-2', peer_url: 'https://10.80.0.5:2380', role: 'follower', answers: false },
      {
        id: '3',
        machine: 'control-3',
        peer_url: 'https://10.80.0.7:2380',
        role: 'learner',
        answers: true,
        lag: '4',
        ...MEMBER,
      },
    ],
    message: 'waits for control-2',
  }),
  DefragmentEtcd: ({ machine }) => ({ machine }),
};

describe('vent etcd', () => {
  it('lists the members, each with what it said', async () => {
    assert.equal(
      (await run('etcd members', { answers })).output,
      [
        'MACHINE    ROLE      ANSWERS  VERSION  LAG  SIZE      IN-USE',
        'control-1  leader    yes      3.7.3    0    20.0 MiB  10.0 MiB',
        'control-2  follower  no       -        -    -         -',
        'control-3  learner   yes      3.7.3    4    20.0 MiB  10.0 MiB',
        '',
      ].join('\n'),
    );
  });

  it('says whether there is a quorum, and what is being done', async () => {
    assert.equal(
      (await run('etcd status', { answers })).output,
      '1 of 2 voting members answer; 2 are needed\nno alarm is open\nwaits for control-2\n',
    );
  });

  it('defragments a member', async () => {
    assert.equal((await run('etcd defrag control-1', { answers })).output, 'etcd/control-1 defragmented\n');
  });
});
