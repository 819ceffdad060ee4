import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { saveQuarantine } from '../../agent/generation/quarantine.ts';
import { createIdentityStore } from '../../agent/identity.ts';
import { describePlan } from '../../agent/local.ts';
import { createDocumentStore } from '../../agent/store.ts';
import { silentLog } from '../../shared/fake-log.ts';
import { createTestMachine, makeDocument, makeFile, NODE_ID } from './machine.ts';
import { createRoot, createSigner, NOON } from './signing.ts';

const ROOT = createRoot();
const SIGNER = createSigner(ROOT);
const IDENTITY = {
  nodeId: NODE_ID,
  nodeName: 'n1',
  clusterId: '0b0f6f0e-8d0f-4a53-9f0e-0d6f6f6f6f6f',
  clusterName: 'demo',
  nodeAddress: '10.0.0.1:7444',
  artifactAddress: 'https://10.0.0.1:7446',
  key: 'key',
  chain: 'chain',
};

const makeGeneration = (generation: number) =>
  makeDocument({ a: [makeFile('/etc/vent/x', `generation ${generation}`)] }, generation);

/** A machine that holds to generation 1 and was given generation 2. */
async function createMachine() {
  const machine = createTestMachine();
  const { host, kinds } = machine;
  const identities = createIdentityStore(host.files);
  await identities.save(IDENTITY);
  await identities.saveTrust({ vent: ROOT.root, document_signing: SIGNER.certificate, authorities: {} });
  const store = createDocumentStore(host.files);
  const [first, second] = [makeGeneration(1), makeGeneration(2)];
  await store.save(SIGNER.sign(first), first);
  await store.keep('committed', SIGNER.sign(first));
  await machine.pass(first);
  await store.save(SIGNER.sign(second), second);
  const plan = () => describePlan({ host, identities, kinds, log: silentLog, now: NOON });
  return { host, plan };
}

describe('vent-agent plan', () => {
  it('says what would be done for the newest document', async () => {
    const { plan } = await createMachine();
    assert.equal(await plan(), 'file:/etc/vent/x: write /etc/vent/x (0644 root:root): content differs\n');
  });

  it('says what is done for the one before while the newest is not tried again, and why it is not', async () => {
    const { host, plan } = await createMachine();
    await saveQuarantine(host.files, makeGeneration(2), 'containerd.service is failed');
    const told =
      'generation 2 was taken back and is not tried again: containerd.service is failed\nthe machine keeps to generation 1\n';
    assert.equal(await plan(), `${told}nothing to do\n`);
    host.tree.putFile('/etc/vent/x', 'drifted');
    assert.equal(await plan(), `${told}file:/etc/vent/x: write /etc/vent/x (0644 root:root): content differs\n`);
  });

  it('goes by a document that came after the one that was taken back', async () => {
    const { host, plan } = await createMachine();
    await saveQuarantine(host.files, makeGeneration(1), 'containerd.service is failed');
    assert.match(await plan(), /^file:/);
  });
});
