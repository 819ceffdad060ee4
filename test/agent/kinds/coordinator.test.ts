import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadReached } from '../../../agent/endpoints.ts';
import { createFakeHost, type FakeHost } from '../../../agent/host/fake/host.ts';
import { createIdentityStore, type Identity } from '../../../agent/identity.ts';
import type { Step } from '../../../agent/kind.ts';
import { createCoordinatorKind } from '../../../agent/kinds/coordinator.ts';
import { createPlanContext } from '../../../agent/reconcile/inputs.ts';
import { markReset } from '../../../agent/reset-mark.ts';
import type { ResourceOf } from '../../../shared/document.ts';
import { ENDPOINTS_FILE } from '../../../shared/endpoints.ts';
import { makeDocument, NODE_ID } from '../machine.ts';

const kind = createCoordinatorKind();
const SIGNAL = new AbortController().signal;

const at = (host: string): ResourceOf<'coordinator'> => ({
  ...{ kind: 'coordinator', name: 'vent' },
  ...{ node: `${host}:7444`, artifacts: `https://${host}:7446`, enrol: `${host}:7443` },
});

/** Enrolled by the coordinator at 10.0.0.5. */
const IDENTITY: Identity = {
  ...{ nodeId: NODE_ID, nodeName: 'n1', clusterId: NODE_ID, clusterName: 'demo' },
  ...{ nodeAddress: '10.0.0.5:7444', artifactAddress: 'https://10.0.0.5:7446' },
  ...{ key: 'a key', chain: 'a chain' },
};

async function openMachine(): Promise<FakeHost> {
  const host = createFakeHost();
  await createIdentityStore(host.files).save(IDENTITY);
  return host;
}

const plan = (host: FakeHost, resource: ResourceOf<'coordinator'>): Promise<readonly Step[]> =>
  kind.plan(resource, host, createPlanContext(makeDocument({ coordinator: [resource] })));

async function apply(host: FakeHost, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await step.apply(host, SIGNAL);
}

const sentencesOf = (steps: readonly Step[]) => steps.map(({ sentence }) => sentence);

describe('where a machine reaches its coordinator', () => {
  it('is what it was told when it enrolled, and nothing is to be done, nor kept, while a document says the same', async () => {
    const host = await openMachine();
    assert.deepEqual(await plan(host, at('10.0.0.5')), []);
    assert.equal((await loadReached(host.files, IDENTITY)).node, '10.0.0.5:7444');
  });

  it('is another place once a document says so, which touches the link', async () => {
    const host = await openMachine();
    const steps = await plan(host, at('10.0.0.9'));
    assert.deepEqual(sentencesOf(steps), ['reach the coordinator at 10.0.0.9:7444: it was reached at 10.0.0.5:7444']);
    assert.deepEqual(
      steps.map(({ touchesLink }) => touchesLink),
      [true],
    );
    await apply(host, steps);
    assert.deepEqual(await plan(host, at('10.0.0.9')), []);
    const { node, artifacts, enrol } = await loadReached(host.files, IDENTITY);
    assert.deepEqual([node, artifacts, enrol], ['10.0.0.9:7444', 'https://10.0.0.9:7446', '10.0.0.9:7443']);
    const again = await plan(host, at('10.0.0.5'));
    assert.deepEqual(sentencesOf(again), ['reach the coordinator at 10.0.0.5:7444: it was reached at 10.0.0.9:7444']);
  });

  it('is what enrolment told while the file is spoilt, and the file is written anew', async () => {
    const host = await openMachine();
    await apply(host, await plan(host, at('10.0.0.9')));
    host.tree.putFile(ENDPOINTS_FILE, '{ "node": "nowhere" }');
    assert.equal((await loadReached(host.files, IDENTITY)).node, '10.0.0.5:7444');
    const steps = await plan(host, at('10.0.0.9'));
    assert.equal(steps[0]?.touchesLink, true);
    await apply(host, steps);
    assert.equal((await loadReached(host.files, IDENTITY)).node, '10.0.0.9:7444');
  });

  it('needs no confirmation when only the file’s mode was changed', async () => {
    const host = await openMachine();
    await apply(host, await plan(host, at('10.0.0.9')));
    await host.files.setAttributes(ENDPOINTS_FILE, { mode: '0644', owner: 'root:root' });
    const [step] = await plan(host, at('10.0.0.9'));
    assert.match(step?.sentence ?? '', /mode is 0644$/);
    assert.equal(step?.touchesLink, undefined);
  });

  it('is what enrolment told again when the document says nothing any more, which touches the link', async () => {
    const host = await openMachine();
    await apply(host, await plan(host, at('10.0.0.9')));
    const steps = await kind.remove(at('10.0.0.9'), host, []);
    assert.equal(steps[0]?.touchesLink, true);
    await apply(host, steps);
    assert.equal((await loadReached(host.files, IDENTITY)).node, '10.0.0.5:7444');
  });

  it('stays known while the machine is reset, since the coordinator is told last', async () => {
    const host = await openMachine();
    await apply(host, await plan(host, at('10.0.0.9')));
    await markReset(host.files);
    await apply(host, await kind.remove(at('10.0.0.9'), host, []));
    assert.equal((await loadReached(host.files, IDENTITY)).node, '10.0.0.9:7444');
  });

  it('is never written into the identity, nor is the key into the file', async () => {
    const host = await openMachine();
    await apply(host, await plan(host, at('10.0.0.9')));
    assert.deepEqual(await createIdentityStore(host.files).load(), IDENTITY);
    const text = new TextDecoder().decode(await host.files.read(ENDPOINTS_FILE));
    assert.doesNotMatch(text, /a key/);
  });
});
