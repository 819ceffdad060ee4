import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SANDBOX_LABEL } from '../../../coordinator/addons/manifests/runtime-classes.ts';
import { PROOF_NAMESPACE } from '../../../coordinator/addons/proof-pod.ts';
import {
  isProofDue,
  judgeProof,
  proveSandbox,
  proveWhereDue,
  readProof,
  type SandboxProof,
} from '../../../coordinator/addons/sandbox-proof.ts';
import { NODE } from '../../../coordinator/kubernetes/node-object.ts';
import type { StoredObject } from '../../../coordinator/kubernetes/object.ts';
import { VentError } from '../../../shared/errors.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import { createFakeCluster } from '../kubernetes/fake-client.ts';

const POD = { apiVersion: 'v1', kind: 'Pod' };
/** What controller-manager makes, and without which no pod is admitted. */
const ACCOUNT = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'default' } };
const RUNTIME = 'containerd 2.3.7, runsc 20260905';
const GVISOR = '[    0.000000] Starting gVisor...\n[    0.354495] Daemonizing children...\n';
const never = new AbortController().signal;

/** A cluster whose one kubelet lets every pod end in `phase` with that log. */
async function createCluster(phase: string, log: string) {
  const cluster = createFakeCluster();
  const { client, server } = cluster;
  const clock = createFakeClock();
  const ready = { status: { conditions: [{ type: 'Ready', status: 'True' }] } };
  await client.create({ ...NODE, metadata: { name: 'n1' }, ...ready });
  await client.create(ACCOUNT);
  const ended = new AbortController();
  const kubelet = (async () => {
    for await (const event of client.watch(POD, { namespace: PROOF_NAMESPACE }, ended.signal)) {
      if (event.type !== 'put' || event.object.status !== undefined) continue;
      const { name } = event.object.metadata;
      server.writeLog(`${PROOF_NAMESPACE}/${name}`, log);
      await client.merge({ ...POD, name, namespace: PROOF_NAMESPACE }, { status: { phase } }, 'status');
    }
  })();
  const node = async (): Promise<StoredObject> => {
    const object = await client.get({ ...NODE, name: 'n1' });
    assert.ok(object);
    return object;
  };
  const options = { client, image: 'vent.local/pause:1.0.0', clock };
  const stop = async (): Promise<void> => {
    ended.abort();
    await kubelet;
  };
  return { ...cluster, clock, node, options, prove: () => proveSandbox(options, 'n1', RUNTIME, never), stop };
}

describe('proving the sandbox', () => {
  it('labels the Node when a pod shows gVisor’s log, and leaves no pod behind', async () => {
    const { prove, node, client, clock, stop } = await createCluster('Succeeded', GVISOR);
    const proof = await prove();
    assert.deepEqual([proof.status, proof.at, proof.runtime], ['True', clock.now(), RUNTIME]);
    assert.equal((await node()).metadata.labels?.[SANDBOX_LABEL], 'true');
    assert.deepEqual(readProof(await node()), proof);
    assert.deepEqual((await client.list(POD)).items, []);
    await stop();
  });

  for (const [phase, log, reason] of [
    ['Succeeded', '[    0.000000] Linux version 6.1.0', 'NotSandboxed'],
    ['Failed', GVISOR, 'PodFailed'],
  ] as const)
    it(`takes the label away: ${reason}`, async () => {
      const { prove, node, client, stop } = await createCluster(phase, log);
      const label = { metadata: { name: 'n1', labels: { [SANDBOX_LABEL]: 'true' } } };
      await client.apply({ ...NODE, ...label }, 'vent-sandbox');
      assert.deepEqual([(await prove()).reason, (await node()).metadata.labels?.[SANDBOX_LABEL]], [reason, undefined]);
      assert.deepEqual((await client.list(POD)).items, []);
      await stop();
    });

  it('says what a pod that does not run waits for', async () => {
    const { prove, clock, stop } = await createCluster('Pending', '');
    const proving = prove();
    await clock.advance(121_000);
    const { reason, message } = await proving;
    assert.deepEqual([reason, message], ['PodNotRun', 'the pod did not run within 120 s: Pending']);
    await stop();
  });

  it('waits until the cluster admits pods of users', async () => {
    const { prove, client, clock, node, server, stop } = await createCluster('Succeeded', GVISOR);
    await client.remove({ ...ACCOUNT, ...ACCOUNT.metadata });
    const before = server.calls.filter((call) => call.startsWith('POST')).length;
    const proving = prove();
    await clock.advance(10_000);
    assert.equal(server.calls.filter((call) => call.startsWith('POST')).length, before);
    await client.create(ACCOUNT);
    assert.equal((await proving).status, 'True');
    assert.equal(readProof(await node())?.status, 'True');
    await stop();
  });

  it('says nothing of the sandbox when nothing makes the account of pods', async () => {
    const { prove, client, clock, node, stop } = await createCluster('Succeeded', GVISOR);
    await client.remove({ ...ACCOUNT, ...ACCOUNT.metadata });
    const proving = assert.rejects(prove(), /kube-controller-manager has not made the account/);
    await clock.advance(121_000);
    await proving;
    assert.equal(readProof(await node()), undefined);
    await stop();
  });

  it('takes a refusal for a failure, but says nothing of the sandbox while no API server answers', async () => {
    const { prove, server, node, stop } = await createCluster('Succeeded', GVISOR);
    server.fail({ method: 'POST', path: '/pods', status: 403, times: 1 });
    assert.equal((await prove()).reason, 'ProofRefused');
    const before = await node();
    server.fail({ method: 'POST', path: '/pods', status: 0, times: 1 });
    await assert.rejects(prove(), (error) => error instanceof VentError && error.code === 'UNAVAILABLE');
    assert.deepEqual(await node(), before);
    await stop();
  });

  it('is done where it is due and the Node is ready, and nowhere else', async () => {
    const { options, node, server, clock, stop } = await createCluster('Succeeded', GVISOR);
    const machines = ['n1', 'gone'].map((name) => ({ node: name, runtime: RUNTIME }));
    const once = async (): Promise<number> => {
      const before = server.calls.filter((call) => call.startsWith('POST')).length;
      assert.equal((await proveWhereDue(options, machines, new Map([['n1', await node()]]), never)).size, 0);
      return server.calls.filter((call) => call.startsWith('POST')).length - before;
    };
    assert.deepEqual([await once(), await once()], [1, 0]);
    await clock.advance(24 * 3_600_000);
    assert.equal(await once(), 1);
    await stop();
  });
});

describe('a proof', () => {
  const proof: SandboxProof = { runtime: RUNTIME, at: 0, status: 'True', reason: 'PodProved', message: '' };

  it('is due for other programs, after a day, and five minutes after a failure', () => {
    assert.equal(isProofDue(undefined, RUNTIME, 0), true);
    assert.equal(isProofDue(proof, RUNTIME, 86_399_999), false);
    assert.equal(isProofDue(proof, RUNTIME, 86_400_000), true);
    assert.equal(isProofDue(proof, 'runsc 2', 1), true);
    assert.equal(isProofDue({ ...proof, status: 'False' }, RUNTIME, 299_999), false);
    assert.equal(isProofDue({ ...proof, status: 'False' }, RUNTIME, 300_000), true);
  });

  it('speaks for its own programs only, and an edited one not at all', () => {
    assert.equal(judgeProof(proof, RUNTIME).status, 'True');
    assert.deepEqual(
      [judgeProof(proof, 'runsc 2').status, judgeProof(undefined, RUNTIME).reason],
      ['Unknown', 'ProofPending'],
    );
    const metadata = { name: 'n', uid: '', resourceVersion: '', annotations: { 'vent/sandbox-proof': '{"at":1' } };
    assert.equal(readProof({ ...NODE, metadata }), undefined);
  });
});
