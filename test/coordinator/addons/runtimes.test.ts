import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRuntimes } from '../../../coordinator/addons/runtimes.ts';
import type { Connections } from '../../../coordinator/connections.ts';
import { documentRow } from '../../../coordinator/rows.ts';
import { createCollection } from '../../../coordinator/store/collection.ts';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { encodeDocument, type Resource } from '../../../shared/document.ts';
import { makeDocument } from '../../agent/machine.ts';

const ID = 'c6a9a9a0-6f52-4c8e-9d3a-2f0e6f7b0001';

function artifact(name: string, version: string): Resource {
  return { kind: 'artifact', name, version, sha256: 'a'.repeat(64), size: 1, path: `/opt/vent/bin/${name}` };
}

/** A machine that was given a document, and reports the one of that digest. */
async function runtimesOf(resources: readonly Resource[], given: string, reported: string | undefined) {
  const documents = createCollection(createMemoryStore(), '/documents/', documentRow);
  const payload = Buffer.from(encodeDocument(makeDocument({ containerd: [...resources] }))).toString('base64');
  const signed = { content: '', digest: given, payload, signature: '', keyId: '' };
  await documents.put(ID, { nodeId: ID, epoch: 1, generation: 1, revision: 1, ...signed });
  const live = () => (reported === undefined ? undefined : { report: { documentDigest: reported } });
  const connections = { live } as unknown as Pick<Connections, 'live'>;
  return await createRuntimes(documents, connections).read([{ id: ID }]);
}

describe('the runtimes of a machine', () => {
  const both = [artifact('containerd', '2.3.7'), artifact('runsc', '20260905')];

  it('are those of the document that it reports', async () => {
    assert.deepEqual([...(await runtimesOf(both, 'new', 'new'))], [[ID, 'containerd 2.3.7, runsc 20260905']]);
    assert.deepEqual([...(await runtimesOf(both.slice(0, 1), 'new', 'new'))], [[ID, 'containerd 2.3.7, runsc none']]);
  });

  it('are not known while it is away, or has an older document', async () => {
    assert.deepEqual([...(await runtimesOf(both, 'new', 'old'))], []);
    assert.deepEqual([...(await runtimesOf(both, 'new', undefined))], []);
  });
});
