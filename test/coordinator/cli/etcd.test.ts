import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperatorAnswers } from '../../../coordinator/cli/fake-operator.ts';
import { makeSnapshot } from '../snapshots/world.ts';
import { type RunOptions, run } from './bench.ts';

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

const FILE = makeSnapshot(40_000);
const SNAPSHOT = {
  id: '4f1c09ab',
  machine: 'control-2',
  revision: '6120',
  size: String(FILE.length),
  sha256: 'c0ffee',
  etcd_version: '3.7.3',
  kubernetes_version: '1.37.2',
  taken_at: '2026-11-24T09:00:00Z',
  reason: 'ada asked for it',
};

async function* takeOne() {
  yield { machine: '' };
  yield { machine: 'control-2', received: '0', total: '0' };
  yield { machine: 'control-2', received: '10485760', total: '20480032' };
  yield { machine: 'control-2', snapshot: SNAPSHOT };
}

async function* readOne(file: Uint8Array) {
  yield { message: 'snapshot' as const, snapshot: SNAPSHOT };
  for (let at = 0; at < file.length; at += 1 << 20)
    yield { message: 'part' as const, part: Buffer.from(file.subarray(at, at + (1 << 20))) };
}

describe('vent etcd snapshot', () => {
  it('takes one, and says how far it is, and what it is', async () => {
    const { output, errors } = await run('etcd snapshot', {
      answers: { TakeEtcdSnapshot: takeOne },
      isErrorTerminal: true,
    });
    assert.equal(
      output,
      'etcd-snapshot/4f1c09ab: revision 6120, 19.5 MiB, from control-2, SHA-256 c0ffee\nkept by the coordinator, sealed\n',
    );
    assert.match(errors, /snapshot of etcd: running \(10\.0 MiB of 19\.5 MiB, from control-2\)/);
  });

  it('lists those there are', async () => {
    const answers: OperatorAnswers = { ListEtcdSnapshots: () => ({ snapshots: [SNAPSHOT] }) };
    assert.equal(
      (await run('etcd snapshots', { answers })).output,
      [
        'NAME      MACHINE    REVISION  SIZE      ETCD   KUBERNETES  AGE',
        '4f1c09ab  control-2  6120      19.5 MiB  3.7.3  1.37.2      3h',
        '',
      ].join('\n'),
    );
  });

  it('saves one to a file of its owner only', async () => {
    const asked: string[] = [];
    const ReadEtcdSnapshot: OperatorAnswers['ReadEtcdSnapshot'] = ({ id }) => {
      asked.push(id);
      return readOne(FILE);
    };
    const { shell, output } = await run('etcd snapshot save etcd.db --snapshot 4f1c09ab', {
      answers: { ReadEtcdSnapshot },
    });
    assert.ok(Buffer.from(shell.files.get('etcd.db') ?? '', 'latin1').equals(FILE));
    assert.ok(shell.privateFiles.has('etcd.db'));
    assert.match(output, /revision 6120, .*\nsaved to etcd\.db\n$/);
    assert.deepEqual(asked, ['4f1c09ab']);
  });

  it('saves nothing over a file that is there, and nothing that is not whole', async () => {
    const prepare: RunOptions['prepare'] = ({ files }) => void files.set('old.db', 'precious');
    const answers: OperatorAnswers = { ReadEtcdSnapshot: () => readOne(FILE.subarray(0, -600)) };
    const taken = await run('etcd snapshot save old.db', { answers, prepare });
    assert.deepEqual([taken.code, taken.shell.files.get('old.db')], [1, 'precious']);
    assert.match(taken.errors, /cannot write old\.db: it is there already/);
    const cut = await run('etcd snapshot save new.db', { answers, prepare });
    assert.deepEqual([cut.code, cut.shell.files.has('new.db')], [1, false]);
    assert.match(cut.errors, /cannot use the snapshot of etcd/);
  });
});
