/** Whatever is read that somebody else may have written: any bytes give a value or a VentError, never another throw. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createFakeHost } from '../agent/host/fake/host.ts';
import { parseShow } from '../agent/host/linux/units.ts';
import { createIdentityStore } from '../agent/identity.ts';
import { parseBackends } from '../agent/kinds/network-balancer-rules.ts';
import { parseBundle, parseCertificates } from '../agent/kinds/steps/x509.ts';
import { createLedger } from '../agent/ledger.ts';
import { createDocumentStore } from '../agent/store.ts';
import { readObject, readVerdict, refusalOf } from '../coordinator/kubernetes/answers.ts';
import { nodeSchema } from '../coordinator/nodes/row.ts';
import { clusterRow, documentRow, intentRow, progressRow, revisionRow } from '../coordinator/rows.ts';
import { createCollection } from '../coordinator/store/collection.ts';
import { createMemoryStore } from '../coordinator/store/memory.ts';
import type { Json } from '../coordinator/store/store.ts';
import { decodeDocument } from '../shared/document.ts';
import { VentError } from '../shared/errors.ts';
import { silentLog } from '../shared/fake-log.ts';
import { readPublicKey } from '../shared/identity/keys.ts';
import { factsFromWire, loadServices, reportFromWire } from '../shared/wire.ts';

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.json().map((text) => new TextEncoder().encode(text)),
  fc.string().map((text) => new TextEncoder().encode(text)),
);

/** @param mayBeDefect where the other side breaks a contract of its own, and Vent calls that a defect */
async function isValueOrRefusal(read: () => unknown, mayBeDefect = false): Promise<void> {
  try {
    await read();
  } catch (thrown) {
    assert.ok(thrown instanceof VentError, `${String(thrown)} is no VentError`);
    assert.ok(mayBeDefect || thrown.code !== 'BUG', thrown.message);
  }
}

const textOf = (content: Uint8Array): string => new TextDecoder().decode(content);
const services = loadServices();
const BALANCER: Parameters<typeof parseBackends>[0] = {
  kind: 'balancer',
  name: 'api',
  address: '172.17.255.255',
  port: 6443,
  backends: ['10.0.0.3'],
  device: 'bond0',
  source: '10.0.0.5',
  gateway: '10.0.0.4',
};

/** What reads bytes, by what they are. */
const READERS: Readonly<Record<string, (content: Uint8Array) => unknown>> = {
  'a document': decodeDocument,
  'a public key': readPublicKey,
  certificates: (content) => parseCertificates(textOf(content)),
  'a key and its certificate': (content) => parseBundle(textOf(content)),
  'what systemctl show prints': (content) => parseShow(textOf(content)),
  'what nft prints of a balancer': (content) => parseBackends(BALANCER, textOf(content)),
  'a report on the wire': (content) => {
    const message = services.node.Connect.requestDeserialize(Buffer.from(content));
    return message.report == null ? undefined : reportFromWire(message.report as Parameters<typeof reportFromWire>[0]);
  },
};

/** Files of the agent's own, by path, and what reads them. */
const AGENT_FILES: readonly (readonly [string, (host: ReturnType<typeof createFakeHost>) => Promise<unknown>])[] = [
  ['/etc/vent/agent/config.json', ({ files }) => createIdentityStore(files).config()],
  ['/etc/vent/agent/identity.json', ({ files }) => createIdentityStore(files).load()],
  ['/etc/vent/agent/trust.json', ({ files }) => createIdentityStore(files).trust()],
  ['/etc/vent/agent/next-key.pem', ({ files }) => createIdentityStore(files).nextKey()],
  ['/var/lib/vent/document', ({ files }) => createDocumentStore(files).load()],
  ['/var/lib/vent/floor.json', ({ files }) => createDocumentStore(files).floor()],
  ['/var/lib/vent/ledger.json', ({ files }) => createLedger({ files, log: silentLog }).claims()],
];

describe('any bytes', () => {
  for (const [what, read] of Object.entries(READERS))
    it(`as ${what}`, async () => {
      await fc.assert(
        fc.asyncProperty(bytes, (content) =>
          // The wire itself is protobuf's to refuse; what it lets through is ours.
          isValueOrRefusal(() => (what.endsWith('wire') ? orNothing(() => read(content)) : read(content))),
        ),
      );
    });

  for (const [path, read] of AGENT_FILES)
    it(`in ${path}`, async () => {
      await fc.assert(
        fc.asyncProperty(bytes, async (content) => {
          const host = createFakeHost();
          host.tree.putFile(path, textOf(content), { mode: '0600', owner: 'root:root' });
          await isValueOrRefusal(() => read(host));
        }),
        { numRuns: 50 },
      );
    });
});

/** protobufjs throws RangeError and its own errors for what is no message at all. */
function orNothing(read: () => unknown): unknown {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof VentError) throw thrown;
    return undefined;
  }
}

describe('any JSON', () => {
  for (const [name, schema] of Object.entries({
    clusterRow,
    revisionRow,
    intentRow,
    documentRow,
    progressRow,
    nodeSchema,
  }))
    it(`in a row of the store that should be ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.jsonValue(), async (value) => {
          const store = createMemoryStore();
          await store.transact({ compare: [], put: [{ key: '/x/a', value: value as Json }] });
          await isValueOrRefusal(() => createCollection<unknown>(store, '/x/', schema).get('a'));
        }),
        { numRuns: 50 },
      );
    });

  it('as an answer of the Kubernetes API', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.integer({ min: 100, max: 599 }), async (value, status) => {
        const answer = { status, body: JSON.stringify(value) };
        await isValueOrRefusal(() => readObject(answer), true);
        await isValueOrRefusal(() => readVerdict(answer), true);
        assert.ok(refusalOf('read', answer) instanceof VentError);
      }),
    );
  });

  it('in the enumerated fields of facts', async () => {
    const facts = {
      hostname: 'a',
      os_id: '',
      os_version: '',
      os_name: '',
      kernel: '',
      cpus: 1,
      memory_bytes: '1',
      cgroup: 1,
    };
    await fc.assert(
      fc.asyncProperty(fc.string(), (architecture) =>
        isValueOrRefusal(() => factsFromWire({ ...facts, architecture, missing_capabilities: [], links: [] }, '0')),
      ),
    );
  });
});
