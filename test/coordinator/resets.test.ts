import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { beginReset, forget, leave, orderReset } from '../../coordinator/resets.ts';
import { createWorld, makeMember, makeNode } from './departures-bench.ts';

const ORDER = { force: false, dryRun: false, onlyCheck: false };
const REFUSAL = 'of two members of etcd neither is removed [etcd-two-members]: let a third one join first';

describe('ordering a reset', () => {
  it('marks the machine, holds it back from roll-outs and tells it', async () => {
    const node = makeNode('workers-1');
    const { parts, nodes, sent } = await createWorld([node, makeMember('c1')]);
    const ordered = await orderReset(parts, { ...ORDER, machine: 'workers-1' }, 'ada');
    assert.deepEqual(ordered, { machine: 'workers-1', steps: [], isConnected: false, runsPods: true });
    const row = (await nodes.get(node.id))?.value;
    assert.equal(row?.held, true);
    assert.notEqual(row?.resettingSince, undefined);
    assert.deepEqual(sent, [`reset ${node.id}`]);
  });

  it('lets a member leave etcd before the machine is told', async () => {
    const node = makeMember('c1');
    const { parts, nodes, sent, whenOutOfEtcd } = await createWorld([node, makeMember('c2'), makeMember('c3')]);
    const ordered = orderReset(parts, { ...ORDER, machine: 'c1' }, 'ada');
    const row = await whenOutOfEtcd(node.id);
    assert.deepEqual([row.leaving, row.leavesFor, row.resettingSince, sent], ['ada', 'reset', undefined, []]);
    await beginReset(parts, row, 'ada', false);
    assert.equal((await ordered).machine, 'c1');
    const after = (await nodes.get(node.id))?.value;
    assert.deepEqual([after?.leaving, after?.leavesFor, sent], [undefined, undefined, [`reset ${node.id}`]]);
  });

  it('is refused with the rule of etcd, also when it is only checked, and can be forced', async () => {
    const node = makeMember('c1');
    const { parts, sent } = await createWorld([node, makeMember('c2'), makeNode('w1')], REFUSAL);
    const refusal = { code: 'RESET_REFUSED', message: `cannot reset c1: ${REFUSAL}` };
    await assert.rejects(orderReset(parts, { ...ORDER, machine: 'c1' }, 'ada'), refusal);
    await assert.rejects(orderReset(parts, { ...ORDER, machine: 'c1', onlyCheck: true }, 'ada'), refusal);
    assert.deepEqual(sent, []);
    await orderReset(parts, { ...ORDER, machine: 'c1', force: true }, 'ada');
    assert.deepEqual(sent, [`reset ${node.id}`]);
  });

  it('asks no rule of etcd about the last machine, those that are being reset apart', async () => {
    const resettingSince = '2030-01-01T00:00:00.000Z';
    const { parts, sent } = await createWorld([makeMember('c1'), makeNode('w1', { resettingSince })], REFUSAL);
    await orderReset(parts, { ...ORDER, machine: 'c1' }, 'ada');
    assert.equal(sent.length, 1);
  });

  it('changes nothing when it is only checked', async () => {
    const node = makeNode('w1');
    const { parts, nodes, sent } = await createWorld([node]);
    await orderReset(parts, { ...ORDER, machine: 'w1', onlyCheck: true }, 'ada');
    assert.deepEqual([(await nodes.get(node.id))?.value, sent], [node, []]);
  });

  it('is of members of the cluster only', async () => {
    const { parts } = await createWorld([]);
    await assert.rejects(orderReset(parts, { ...ORDER, machine: 'a' }, 'ada'), { code: 'NOT_FOUND' });
  });
});

describe('a machine that was reset', () => {
  it('is forgotten, and its name and pod CIDR are kept', async () => {
    const node = makeNode('workers-1');
    const { parts, nodes, places, sent } = await createWorld([node]);
    await leave(parts, node);
    assert.deepEqual((await nodes.list()).rows, []);
    assert.equal(await nodes.hasName('workers-1'), false);
    const place = (await places.get('workers-1'))?.value;
    assert.deepEqual([place?.deviceId, place?.podCIDR], [node.deviceId, node.podCIDR]);
    assert.deepEqual(sent, [`end ${node.id}`]);
  });

  it('is kept until its member is out of etcd, and refused meanwhile', async () => {
    const [node, other] = [makeMember('c1'), makeMember('c2')];
    const { parts, nodes, revisions, whenOutOfEtcd } = await createWorld([node, other]);
    await leave(parts, node);
    const row = await whenOutOfEtcd(node.id);
    assert.deepEqual([row.leavesFor, row.banned], ['nowhere', true]);
    await forget(parts, row);
    assert.equal(await nodes.get(node.id), undefined);
    assert.equal((await revisions.cluster()).etcdFormed, true);
  });

  it('takes etcd with it when it was the last', async () => {
    const node = makeMember('c1');
    const { parts, revisions } = await createWorld([node]);
    await leave(parts, node);
    assert.equal((await revisions.cluster()).etcdFormed, false);
  });
});
