/** The JSON gateway of a member of etcd, in memory: members, a leader, and refusals in the words of the real one. */
import { createHash } from 'node:crypto';
import type { Answer } from '../host/host.ts';

const BLOB = 32 << 10;

export interface FakeEtcdMember {
  readonly ID: string;
  readonly name?: string;
  readonly peerURLs: readonly string[];
  /** Left out unless true, as protobuf's JSON does. */
  readonly isLearner?: boolean;
}

export interface FakeEtcd {
  members: readonly FakeEtcdMember[];
  leader: string;
  alarms: readonly string[];
  /** What a snapshot of it holds, a multiple of 512 bytes. */
  database: Uint8Array;
  /** Of all writes so far. */
  revision: number;
  /** What becomes of the lines of a snapshot on their way. */
  spoil(lines: readonly string[]): readonly string[];
  /** False while the member does not run. */
  isUp: boolean;
  /** Changes it made, in order. */
  readonly done: readonly string[];
  respond(url: string, body: string): Answer | undefined;
}

/** @param own id of the member that is asked */
export function createFakeEtcd(own: string): FakeEtcd {
  const done: string[] = [];
  const fake: FakeEtcd = {
    members: [{ ID: own, name: 'm1', peerURLs: ['https://10.0.0.1:2380'] }],
    leader: own,
    alarms: [],
    database: new Uint8Array(100_352).fill(7),
    revision: 61,
    spoil: (lines) => lines,
    isUp: true,
    done,
    respond(url, body) {
      if (!fake.isUp) return undefined;
      const path = url.slice(url.indexOf('/v3') + '/v3'.length);
      return answer(fake, own, path, JSON.parse(body), (what) => void done.push(what));
    },
  };
  return fake;
}

type Body = { readonly ID?: string; readonly targetID?: string; readonly peerURLs?: readonly string[] };

function answer(fake: FakeEtcd, own: string, path: string, body: Body, note: (what: string) => void): Answer {
  const self = fake.members.find(({ ID }) => ID === own);
  if (self?.isLearner === true && path !== '/maintenance/status')
    return refusal(503, 'etcdserver: rpc not supported for learner');
  switch (path) {
    case '/maintenance/status':
      return ok({
        header: { member_id: own },
        version: '3.7.3',
        leader: fake.leader,
        raftAppliedIndex: '7',
        dbSize: '20480',
        dbSizeInUse: '16384',
        ...(self?.isLearner === true ? { isLearner: true } : {}),
      });
    case '/maintenance/alarm':
      return ok(fake.alarms.length === 0 ? {} : { alarms: fake.alarms.map((alarm) => ({ alarm })) });
    case '/kv/range':
      return ok({ header: { member_id: own, revision: String(fake.revision) } });
    case '/maintenance/snapshot':
      return { status: 200, body: fake.spoil(listBlobs(fake.database)).join('') };
    case '/cluster/member/list':
      return ok({ members: fake.members });
    default:
      return change(fake, path, body, note);
  }
}

function change(fake: FakeEtcd, path: string, body: Body, note: (what: string) => void): Answer {
  const subject = fake.members.find(({ ID }) => ID === (body.ID ?? body.targetID));
  note(`${path} ${body.ID ?? body.targetID ?? body.peerURLs?.[0] ?? ''}`.trim());
  switch (path) {
    case '/cluster/member/add':
      fake.members = [...fake.members, { ID: '99', peerURLs: body.peerURLs ?? [], isLearner: true }];
      return ok({});
    case '/cluster/member/promote':
      if (subject === undefined) return refusal(404, 'etcdserver: member not found');
      fake.members = fake.members.map((one) =>
        one === subject ? { ID: one.ID, name: 'm2', peerURLs: one.peerURLs } : one,
      );
      return ok({});
    case '/cluster/member/remove':
      fake.members = fake.members.filter((one) => one !== subject);
      return ok({});
    case '/maintenance/transfer-leadership':
      if (subject === undefined) return refusal(400, 'etcdserver: bad leader transferee');
      fake.leader = subject.ID;
      return ok({});
    case '/maintenance/defragment':
      return ok({});
    default:
      return refusal(404, 'Not Found');
  }
}

/** As etcd streams it: 32 KiB a line, and the digest in the last one. */
function listBlobs(database: Uint8Array): readonly string[] {
  const blobs = Array.from({ length: Math.ceil(database.length / BLOB) }, (_, index) => {
    const blob = database.subarray(index * BLOB, (index + 1) * BLOB);
    const remaining = database.length - index * BLOB - blob.length;
    return { ...(remaining === 0 ? {} : { remaining_bytes: String(remaining) }), blob };
  });
  return [...blobs, { blob: createHash('sha256').update(database).digest() }].map(
    (one) => `${JSON.stringify({ result: { ...one, blob: Buffer.from(one.blob).toString('base64') } })}\n`,
  );
}

function ok(value: unknown): Answer {
  return { status: 200, body: JSON.stringify(value) };
}

function refusal(status: number, message: string): Answer {
  return { status, body: JSON.stringify({ code: 9, message }) };
}
