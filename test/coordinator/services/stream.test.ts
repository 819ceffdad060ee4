import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { openChannel, openHttps } from '../../../agent/link/channel.ts';
import { createLink, type Link } from '../../../agent/link/link.ts';
import { createSupply } from '../../../agent/link/supply.ts';
import { type Authorities, createAuthorities } from '../../../coordinator/authority/authorities.ts';
import { agentLeaf, readHolder } from '../../../coordinator/authority/holders.ts';
import { createConnections } from '../../../coordinator/connections.ts';
import { createDocuments, type Documents, type RenderedFleet } from '../../../coordinator/documents.ts';
import type { Listener } from '../../../coordinator/grpc-listener.ts';
import { createNodes, type NodeRow } from '../../../coordinator/nodes/row.ts';
import { documentRow } from '../../../coordinator/rows.ts';
import { createNodeService } from '../../../coordinator/services/node.ts';
import { createUploads } from '../../../coordinator/snapshots/uploads.ts';
import { createCollection } from '../../../coordinator/store/collection.ts';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { createSealer } from '../../../coordinator/store/sealer.ts';
import { systemClock } from '../../../shared/clock.ts';
import { type DocumentComponent, decodeDocument, type SignedDocument } from '../../../shared/document.ts';
import type { Facts } from '../../../shared/facts.ts';
import { silentLog } from '../../../shared/fake-log.ts';
import { encodePrivateKey, generateKey, spkiOf } from '../../../shared/identity/keys.ts';
import type { NodeReport } from '../../../shared/report.ts';
import { call } from '../../../shared/rpc.ts';
import { loadServices } from '../../../shared/wire.ts';
import { listenFor } from './listen.ts';

const facts: Facts = {
  hostname: 'w1',
  architecture: 'x64',
  os: { id: 'debian', version: '12', name: 'Debian' },
  kernel: '6',
  cpus: 2,
  memoryBytes: 1,
  cgroup: 1,
  missingCapabilities: [],
  links: [],
  agentVersion: '0.1.0',
};
const nodeId = randomUUID();
const clusterId = randomUUID();
const row: NodeRow = {
  id: nodeId,
  name: 'w1',
  deviceId: 'd1',
  tokenId: 't',
  documentGeneration: 0,
  pool: 'workers',
  roles: ['worker'],
  providerId: 'packet://d1',
  privateAddress: { address: '127.0.0.1', prefix: 31, gateway: '127.0.0.1' },
  spki: '',
  certificate: '',
  enrolledAt: new Date(0).toISOString(),
};
const components: readonly DocumentComponent[] = [
  {
    name: 'kubelet',
    resources: [
      {
        kind: 'certificate',
        name: 'kubelet',
        authority: 'kubernetes',
        path: '/etc/kubernetes/kubelet.pem',
        mode: '0600',
        owner: 'root:root',
        usages: ['client'],
        commonName: 'system:node:w1',
        organizations: ['system:nodes'],
        dnsNames: [],
        addresses: [],
        days: 7,
      },
      {
        kind: 'secret',
        name: '/etc/kubernetes/key',
        secret: 'service-account-key',
        version: 1,
        mode: '0600',
        owner: 'root:root',
      },
    ],
  },
];

describe('an agent and the node port', () => {
  const services = loadServices();
  const store = createMemoryStore();
  const nodes = createNodes(store);
  const connections = createConnections(systemClock);
  let fleet: RenderedFleet = {
    cluster: { id: clusterId, name: 'demo' },
    epoch: 1,
    nodes: [],
    patience: { confirmSeconds: 180, healthSeconds: 600 },
  };
  let authorities: Authorities;
  let keeper: Documents;
  let listener: Listener;
  const ended = new AbortController();
  const documents: SignedDocument[] = [];
  const arrived = new EventTarget();
  let link: Link;
  let key: Awaited<ReturnType<typeof generateKey>>;
  let chain: string;

  async function serve(): Promise<void> {
    authorities = await createAuthorities({ store: store, sealer: createSealer(randomBytes(32)), clock: systemClock });
    keeper = createDocuments({
      renderFleet: async () => fleet,
      rows: createCollection(store, '/documents/', documentRow),
      connections: connections,
      sign: (payload) => authorities.documentSigner.sign(payload),
      clock: systemClock,
      log: silentLog,
    });
    const service = createNodeService({
      nodes: nodes,
      documents: keeper,
      connections: connections,
      uploads: createUploads(),
      clock: systemClock,
      log: silentLog,
      holderOf: async (caller) =>
        caller.certificate === undefined ? undefined : readHolder(caller.certificate, clusterId),
      trust: async () => authorities.trust(),
      issue: async (node, wanted, spki) =>
        (
          await authorities.issue('kubernetes', {
            spki,
            subject: wanted,
            usages: wanted.usages,
            days: wanted.days,
            holder: node.id,
            name: wanted.name,
          })
        ).chain,
      leave: async () => undefined,
      recordDrift: async () => undefined,
      secret: async () => Buffer.from('value'),
      renew: async (id, spki) => (await authorities.issue('vent', agentLeaf(clusterId, id, spki))).chain,
    });
    listener = await listenFor(authorities, { definition: services.node, implementation: service });
  }

  function connect(): ReturnType<typeof openChannel> {
    return openChannel(`127.0.0.1:${listener.port}`, {
      roots: authorities.roots('vent'),
      chain,
      key: encodePrivateKey(key),
    });
  }

  before(async () => {
    await serve();
    await nodes.put(nodeId, row);
    key = await generateKey();
    chain = (await authorities.issue('vent', agentLeaf(clusterId, nodeId, spkiOf(key)))).chain;
    const channel = connect();
    link = createLink({
      services: services,
      clock: systemClock,
      log: silentLog,
      random: () => 0,
      channel: () => channel,
      facts: async () => facts,
      floor: async () => [0, 0],
      onDocument: (document) => {
        documents.push(document);
        arrived.dispatchEvent(new Event('document'));
      },
      onOperation: async () => undefined,
      onPlan: async () => [],
      onReset: async () => undefined,
      onTrust: async () => undefined,
    });
    void link.run(ended.signal).finally(() => channel.close());
  });
  after(async () => {
    ended.abort();
    await listener.close(100);
  });

  async function nextDocument(cause: () => void): Promise<SignedDocument> {
    const seen = once(arrived, 'document');
    cause();
    await seen;
    const last = documents.at(-1);
    assert.ok(last);
    return last;
  }

  it('brings a document, signed, as soon as it is rendered', async () => {
    const node = { nodeId, name: 'w1', roles: ['worker' as const], revision: 1, components, waitsFor: undefined };
    fleet = { ...fleet, nodes: [node] };
    const signed = await nextDocument(() => keeper.refresh());
    assert.equal(decodeDocument(signed.payload).generation, 1);
    assert.deepEqual((await nodes.get(nodeId))?.value.facts, facts);
  });

  it('issues no second generation for the same content', async () => {
    keeper.refresh();
    await keeper.settled();
    assert.equal(await keeper.generation(nodeId), 1);
  });

  it('keeps the newest report', async () => {
    const report: NodeReport = {
      generation: 1,
      documentDigest: 'd',
      converged: true,
      committedGeneration: 1,
      quarantine: undefined,
      resources: [],
      convergedCount: 3,
      drift: [],
      done: undefined,
      conditions: [],
    };
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = connections.onChange(() => resolve());
    link.report(report);
    await promise;
    stop();
    assert.deepEqual(connections.live(nodeId)?.report, report);
  });

  it('gives a leaf and a secret that the document names, and no others', async () => {
    const channel = connect();
    const supply = createSupply({
      services: services,
      nodeId,
      artifactAddress: () => '',
      channel: () => channel,
      https: () => openHttps({ roots: '', chain: '', key: '' }),
      trust: () => undefined,
    });
    assert.match((await supply.bundle('kubelet', await generateKey())).chain, /BEGIN CERTIFICATE/);
    assert.equal(Buffer.from(await supply.secret('service-account-key', 1)).toString(), 'value');
    await assert.rejects(supply.bundle('kube-apiserver', await generateKey()), { code: 'NOT_FOUND' });
    await assert.rejects(supply.secret('service-account-key', 2), { code: 'NOT_FOUND' });
    channel.close();
  });

  it('confirms a generation that it gave, and no other', async () => {
    const channel = connect();
    const confirm = (generation: number) =>
      call(
        channel,
        services.node.Confirm,
        { epoch: '1', generation: String(generation), document_digest: '' },
        { milliseconds: 10_000 },
      );
    await confirm(1);
    await assert.rejects(confirm(2), { code: 'NOT_FOUND' });
    channel.close();
  });

  it('refuses a node that is not in the cluster any more', async () => {
    await nodes.remove(nodeId);
    const channel = connect();
    const supply = createSupply({
      services: services,
      nodeId,
      artifactAddress: () => '',
      channel: () => channel,
      https: () => openHttps({ roots: '', chain: '', key: '' }),
      trust: () => undefined,
    });
    await assert.rejects(supply.secret('service-account-key', 1), { code: 'UNAUTHENTICATED' });
    channel.close();
  });
});
