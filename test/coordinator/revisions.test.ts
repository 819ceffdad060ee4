import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { CLUSTER_KEY, createRevisions } from '../../coordinator/revisions.ts';
import { assign, createAssignments } from '../../coordinator/rollout/rows.ts';
import { advance, wholeAt } from '../../coordinator/rollout/stages.ts';
import type { AgentRow } from '../../coordinator/rows.ts';
import { createMemoryStore } from '../../coordinator/store/memory.ts';
import { createFakeClock } from '../../shared/fake-clock.ts';
import type { Risk } from '../../shared/risk.ts';
import { starterSpec } from '../../shared/spec/starter.ts';

const START = starterSpec();

async function open(isFormed = true) {
  const store = createMemoryStore();
  const revisions = await createRevisions(store, createFakeClock());
  const apply = (
    content: string,
    more: {
      readonly isDryRun?: boolean;
      readonly expectedRevision?: number;
      readonly agents?: readonly AgentRow[];
      readonly accepts?: readonly Risk[];
    } = {},
  ) =>
    revisions.apply({
      content,
      fileName: 'cluster.yaml',
      author: 'ada',
      message: 'why',
      isDryRun: false,
      agents: [],
      ...more,
    });
  await apply(START);
  if (isFormed)
    await revisions.clusters.update(CLUSTER_KEY, (row) =>
      row === undefined ? undefined : { ...row, etcdFormed: true },
    );
  return { revisions, apply, assignments: createAssignments(store) };
}

const at = (version: string): string => START.replace(/version: 1\.37\.2/, `version: ${version}`);

describe('revisions', () => {
  it('are numbered, kept as they were written, and stored once', async () => {
    const { revisions, apply } = await open();
    const second = `# more\n${START}`;
    assert.deepEqual(await apply(second), { revision: 2, changed: true, name: 'demo' });
    assert.equal((await apply(second)).changed, false);
    assert.deepEqual(
      (await revisions.list()).map(({ number, author, message }) => `${number} ${author} ${message}`),
      ['1 ada why', '2 ada why'],
    );
    assert.equal((await revisions.get(1)).content, START);
    await assert.rejects(revisions.get(3), { code: 'NOT_FOUND', message: /there are 1 to 2/ });
  });

  it('come anew for the same text when the coordinator has another agent for machines', async () => {
    const { revisions, apply } = await open();
    const agents: readonly AgentRow[] = [{ architecture: 'x64', sha256: 'a'.repeat(64), size: 1 }];
    assert.equal((await apply(START)).changed, false);
    assert.deepEqual(await apply(START, { agents }), { revision: 2, changed: true, name: 'demo' });
    assert.equal((await apply(START, { agents })).changed, false);
    assert.deepEqual((await revisions.get(2)).agents, agents);
  });

  it('come anew for the same text when a risk of it is accepted, and keep that', async () => {
    const { revisions, apply } = await open();
    assert.equal((await apply(START, { accepts: [] })).changed, false);
    assert.deepEqual(await apply(START, { accepts: ['api-downtime'] }), { revision: 2, changed: true, name: 'demo' });
    assert.deepEqual((await revisions.get(2)).accepts, ['api-downtime']);
    assert.equal((await apply(START, { accepts: ['api-downtime'] })).changed, false);
    assert.equal((await apply(START)).changed, false);
  });

  it('are checked and not stored by a dry run', async () => {
    const { revisions, apply } = await open();
    assert.equal((await apply(at('1.37.3'), { isDryRun: true })).revision, 2);
    await assert.rejects(apply(at('1.39.0'), { isDryRun: true }), { code: 'CONFLICT' });
    assert.equal((await revisions.list()).length, 1);
  });

  it('are refused when the one they were made from is not the newest any more', async () => {
    const { apply } = await open();
    await apply(at('1.37.3'));
    await assert.rejects(apply(at('1.37.4'), { expectedRevision: 1 }), { code: 'CONFLICT', message: /revision 2/ });
  });

  it('keep to the skew policy once machines run what they say', async () => {
    const { apply } = await open();
    await assert.rejects(apply(at('1.39.0')), { code: 'CONFLICT', message: /not skipped \[version-skew\]/ });
    await apply(at('1.38.1'));
    await apply(at('1.38.0'));
    await assert.rejects(apply(at('1.37.2')), { code: 'CONFLICT', message: /never taken back \[version-skew\]/ });
  });

  it('may take a minor version back that no machine has reached, and none that one has', async () => {
    const { apply, assignments } = await open();
    const [c1, c2] = [randomUUID(), randomUUID()];
    for (const id of [c1, c2]) await assignments.put(id, assign(id, wholeAt(1)));
    await apply(at('1.38.0'));
    await assignments.put(c1, assign(c1, advance(wholeAt(1), 'api', 2)));
    await assert.rejects(apply(at('1.37.2')), { code: 'CONFLICT', message: /never taken back/ });
    await assignments.put(c1, assign(c1, wholeAt(1)));
    assert.equal((await apply(at('1.37.2'))).revision, 3);
  });

  it('may jump before anything runs', async () => {
    const { apply } = await open(false);
    assert.equal((await apply(at('1.39.0'))).revision, 2);
  });

  it('never change what machines hold in ways that cannot be taken back', async () => {
    const { apply } = await open(false);
    await assert.rejects(apply(START.replace('name: demo', 'name: other')), {
      code: 'CONFLICT',
      message: /metadata\.name/,
    });
  });
});
