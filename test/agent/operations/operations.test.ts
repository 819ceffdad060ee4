import assert from 'node:assert/strict';
import { createHash, createPublicKey, randomUUID, sign } from 'node:crypto';
import { describe, it } from 'node:test';
import { createFakeEtcd } from '../../../agent/fake/etcd.ts';
import { createFakeHost } from '../../../agent/host/fake/host.ts';
import { createOperations } from '../../../agent/operations/operations.ts';
import type { SignedDocument } from '../../../shared/document.ts';
import { encodeOperation, type Operation, type OperationAction } from '../../../shared/operation.ts';
import { makeDocument, NODE_ID } from '../machine.ts';
import { createRoot, createSigner, NOON, type Signer } from '../signing.ts';

const CLUSTER = randomUUID();
const root = createRoot();
const signer = createSigner(root);
const NEW = 'https://10.0.0.2:2380';

function makeOperation(action: OperationAction, changed: Partial<Operation> = {}): Operation {
  const times = { issuedAt: new Date(NOON).toISOString(), expiresAt: new Date(NOON + 60_000).toISOString() };
  return { schema: 1, id: randomUUID(), cluster: CLUSTER, node: NODE_ID, ...times, action, ...changed };
}

function signPayload(payload: Uint8Array, by: Signer = signer): SignedDocument {
  const spki = createPublicKey(by.key).export({ type: 'spki', format: 'der' });
  return { payload, signature: sign(null, payload, by.key), keyId: createHash('sha256').update(spki).digest('hex') };
}

function signed(operation: Operation, by: Signer = signer): SignedDocument {
  return signPayload(encodeOperation(operation), by);
}

function createMachine() {
  const host = createFakeHost();
  const etcd = createFakeEtcd('11');
  host.responders.set('https://127.0.0.1:2379/v3', etcd.respond);
  const time = { now: NOON };
  const open = () =>
    createOperations({
      host,
      clusterId: CLUSTER,
      nodeId: NODE_ID,
      sendSnapshot: () => assert.fail('no snapshot was ordered'),
      trusted: () => ({ roots: root.root, signers: signer.certificate, now: time.now, isFromWire: time.now === NOON }),
    });
  return { etcd, host, time, open, operations: open() };
}

describe('an operation', () => {
  it('is refused unless it is signed, for this machine and cluster, and not over', async () => {
    const { operations, etcd, time } = createMachine();
    const add = { type: 'etcd-add-learner', peerUrl: NEW } as const;
    const refused: readonly (readonly [SignedDocument, RegExp])[] = [
      [signed(makeOperation(add), createSigner(root)), /key is not known/],
      [{ ...signed(makeOperation(add)), signature: new Uint8Array(64) }, /signature is wrong/],
      [signed(makeOperation(add, { node: randomUUID() })), /it is for node/],
      [signed(makeOperation(add, { cluster: randomUUID() })), /it is for cluster/],
      [signed(makeOperation(add, { expiresAt: new Date(time.now).toISOString() })), /it ended at/],
      [signer.sign(makeDocument({})), /does not know its/],
      [signPayload(Buffer.from('{')), /not JSON/],
    ];
    for (const [one, message] of refused)
      await assert.rejects(operations.run(one), { code: 'DOCUMENT_REFUSED', message });
    assert.deepEqual(etcd.done, []);
  });

  it('is done once, however often it is sent, also by an agent that starts anew and after its end', async () => {
    const { operations, open, etcd, time } = createMachine();
    const operation = signed(makeOperation({ type: 'etcd-defragment' }));
    await Promise.all([operations.run(operation), operations.run(operation)]);
    await open().run(operation);
    time.now += 3_600_000;
    await open().run(operation);
    assert.deepEqual(etcd.done, ['/maintenance/defragment']);
  });

  it('is tried again after a failure', async () => {
    const { operations, etcd } = createMachine();
    const operation = signed(makeOperation({ type: 'etcd-add-learner', peerUrl: NEW }));
    etcd.isUp = false;
    await assert.rejects(operations.run(operation), { code: 'UNAVAILABLE' });
    etcd.isUp = true;
    await operations.run(operation);
    assert.equal(etcd.members.length, 2);
  });

  it('is forgotten a day after its end', async () => {
    const { operations, host, time } = createMachine();
    await operations.run(signed(makeOperation({ type: 'etcd-defragment' })));
    time.now += 2 * 86_400_000;
    const expiresAt = new Date(time.now + 1000).toISOString();
    await operations.run(signed(makeOperation({ type: 'etcd-defragment' }, { expiresAt })));
    assert.equal((await host.files.list('/var/lib/vent/operations')).length, 1);
  });
});

describe('an operation on etcd', () => {
  it('says what the member knows', async () => {
    const { operations, etcd } = createMachine();
    etcd.alarms = ['NOSPACE'];
    assert.deepEqual(await operations.run(signed(makeOperation({ type: 'etcd-status' }))), {
      id: '11',
      version: '3.7.3',
      leader: '11',
      isLearner: false,
      appliedIndex: 7,
      databaseSize: 20480,
      databaseInUse: 16384,
      members: [{ id: '11', name: 'm1', peerUrl: 'https://10.0.0.1:2380', isLearner: false }],
      alarms: ['NOSPACE'],
    });
  });

  it('asks a learner for its own state only', async () => {
    const { operations, etcd } = createMachine();
    etcd.members = [{ ID: '11', peerURLs: [NEW], isLearner: true }];
    const status = await operations.run(signed(makeOperation({ type: 'etcd-status' })));
    assert.deepEqual([Reflect.get(Object(status), 'isLearner'), Reflect.get(Object(status), 'members')], [true, []]);
  });

  it('does nothing that is done already', async () => {
    const { operations, etcd } = createMachine();
    etcd.members = [...etcd.members, { ID: '22', name: 'm2', peerURLs: [NEW] }];
    for (const action of [
      { type: 'etcd-add-learner', peerUrl: NEW },
      { type: 'etcd-promote', member: '22' },
      { type: 'etcd-remove', member: '33' },
      { type: 'etcd-move-leader', member: '11' },
    ] as const)
      await operations.run(signed(makeOperation(action)));
    assert.deepEqual(etcd.done, []);
  });

  it('adds, promotes, moves the lead and removes', async () => {
    const { operations, etcd } = createMachine();
    const run = (action: OperationAction) => operations.run(signed(makeOperation(action)));
    await run({ type: 'etcd-add-learner', peerUrl: NEW });
    await run({ type: 'etcd-promote', member: '99' });
    await run({ type: 'etcd-move-leader', member: '99' });
    await run({ type: 'etcd-remove', member: '11' });
    assert.deepEqual([etcd.leader, etcd.members.map(({ ID }) => ID)], ['99', ['99']]);
  });

  it('gives the words of etcd when it refuses', async () => {
    const { operations } = createMachine();
    await assert.rejects(operations.run(signed(makeOperation({ type: 'etcd-promote', member: '5' }))), {
      code: 'ETCD_REFUSED',
      message: 'cannot ask etcd for /cluster/member/promote: etcdserver: member not found',
    });
  });
});
