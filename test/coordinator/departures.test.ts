import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deprovision, giveBackMember } from '../../coordinator/departures.ts';
import { createWorld, makeMember, makeNode } from './departures-bench.ts';

describe('giving a machine back', () => {
  it('removes its device, forgets it, and keeps its place', async () => {
    const node = makeNode('w1');
    const { parts, nodes, places, sent } = await createWorld([node, makeMember('c1')]);
    assert.equal(await deprovision(parts, 'w1', 'ada'), 'w1');
    assert.deepEqual(sent, ['remove device-w1', `end ${node.id}`]);
    assert.equal(await nodes.get(node.id), undefined);
    assert.equal((await places.get('w1'))?.value.deviceId, undefined);
  });

  it('lets a member leave etcd before', async () => {
    const [node, other] = [makeMember('c1'), makeMember('c2')];
    const { parts, nodes, sent, whenOutOfEtcd } = await createWorld([node, other]);
    const done = deprovision(parts, 'c1', 'ada');
    const row = await whenOutOfEtcd(node.id);
    assert.deepEqual([row.leaving, row.leavesFor, sent], ['ada', 'provider', []]);
    await giveBackMember(parts, row);
    assert.equal(await done, 'c1');
    assert.equal(await nodes.get(node.id), undefined);
  });

  it('is refused with the rule of etcd', async () => {
    const { parts, sent } = await createWorld([makeMember('c1'), makeNode('w1')], 'why [etcd-one-member]: let');
    const refusal = { code: 'ETCD_REFUSED', message: 'cannot deprovision c1: why [etcd-one-member]: let' };
    await assert.rejects(deprovision(parts, 'c1', 'ada'), refusal);
    assert.deepEqual(sent, []);
  });

  it('takes etcd with the last machine of a cluster', async () => {
    const { parts, revisions, sent } = await createWorld([makeMember('c1')], 'nobody may');
    await deprovision(parts, 'c1', 'ada');
    assert.deepEqual([sent[0], (await revisions.cluster()).etcdFormed], ['remove device-c1', false]);
  });
});
