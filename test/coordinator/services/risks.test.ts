/** What operators are refused before anything is stored, over the operator port. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createRevisions, type Revisions } from '../../../coordinator/revisions.ts';
import { revisionMethods } from '../../../coordinator/services/revisions.ts';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import type { Risk } from '../../../shared/risk.ts';
import { starterSpec } from '../../../shared/spec/starter.ts';
import { type OperatorPort, openOperatorPort } from './operator-port.ts';

const FIRST = starterSpec();
const SECOND = `# more\n${FIRST}`;

describe('a change that runs a risk', () => {
  const planned = { risks: [] as readonly Risk[] };
  let revisions: Revisions;
  let port: OperatorPort;

  before(async () => {
    revisions = await createRevisions(createMemoryStore(), createFakeClock());
    const around = { agents: [], hasFailed: () => false, onApplied: () => undefined, audit: async () => undefined };
    const promises = { keep: () => assert.fail('nobody names a plan') };
    const planner = { plan: () => assert.fail('nobody asks'), risks: async () => planned.risks };
    port = await openOperatorPort((callers) =>
      revisionMethods({ ...callers, ...around, revisions, promises, planner, preview: async () => undefined }, (bug) =>
        assert.fail(bug),
      ),
    );
  });
  after(() => port.close());

  it('is refused unless that risk is accepted, in a dry run too, and stored with the word', async () => {
    const operator = await port.connect('ada', 'operator');
    const apply = (content: string, accepts: string[] = [], isDryRun = false) =>
      operator.call((methods) => methods.Apply, {
        ...{ content, file_name: 'cluster.yaml', message: '', dry_run: isDryRun },
        accept_risks: accepts,
      });
    await apply(FIRST);
    planned.risks = ['api-downtime'];
    const refusal = { code: 'RISK_REFUSED', message: /\[etcd-one-member\]/, hint: /--accept-risk=api-downtime/ };
    for (const isDryRun of [true, false]) await assert.rejects(apply(SECOND, [], isDryRun), refusal);
    await assert.rejects(apply(SECOND, ['anything']), { code: 'INVALID_INPUT' });
    assert.equal((await revisions.list()).length, 1);
    assert.equal((await apply(SECOND, ['api-downtime'])).revision, '2');
    assert.deepEqual((await revisions.get(2)).accepts, ['api-downtime']);
  });

  it('is asked for again by nobody who changes nothing', async () => {
    const operator = await port.connect('ada', 'operator');
    const request = { content: SECOND, file_name: 'cluster.yaml', message: '', dry_run: false };
    assert.equal((await operator.call((methods) => methods.Apply, request)).changed, false);
  });

  it('is refused as the way back, too', async () => {
    const operator = await port.connect('ada', 'operator');
    const back = (accepts: string[]) =>
      operator.call((methods) => methods.Rollback, { number: '1', message: '', dry_run: false, accept_risks: accepts });
    await assert.rejects(back([]), { code: 'RISK_REFUSED' });
    assert.equal((await back(['api-downtime'])).revision, '3');
  });
});
