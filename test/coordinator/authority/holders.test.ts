import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { createAuthorities } from '../../../coordinator/authority/authorities.ts';
import {
  agentLeaf,
  issueOperatorCertificate,
  issueServerIdentity,
  readHolder,
} from '../../../coordinator/authority/holders.ts';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { createSealer } from '../../../coordinator/store/sealer.ts';
import { VentError } from '../../../shared/errors.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import { generateKey, spkiOf } from '../../../shared/identity/keys.ts';

const CLUSTER = 'b5a7c1de-0000-4000-8000-000000000001';
const NODE = 'b5a7c1de-0000-4000-8000-000000000002';

async function setUp() {
  const sealer = createSealer(Buffer.alloc(32, 1));
  const authorities = await createAuthorities({ store: createMemoryStore(), clock: createFakeClock(), sealer });
  return { authorities, spki: spkiOf(await generateKey()) };
}

describe('who holds a certificate', () => {
  it('is read off an agent, in its own cluster only', async () => {
    const { authorities, spki } = await setUp();
    const { chain } = await authorities.issue('vent', agentLeaf(CLUSTER, NODE, spki));
    assert.deepEqual(readHolder(chain, CLUSTER), { type: 'node', id: NODE });
    assert.equal(readHolder(chain, NODE), undefined);
  });

  it('is read off an operator', async () => {
    const { authorities, spki } = await setUp();
    const { chain } = await issueOperatorCertificate(authorities, { name: 'ada', role: 'reader', spki });
    assert.deepEqual(readHolder(chain, CLUSTER), { type: 'operator', name: 'ada', role: 'reader' });
  });

  it('is nobody for the coordinator itself and for other leaves', async () => {
    const { authorities, spki } = await setUp();
    const { chain } = await issueServerIdentity(authorities, ['127.0.0.1']);
    assert.equal(readHolder(chain, CLUSTER), undefined);
    const other = { ...agentLeaf(CLUSTER, NODE, spki), uris: [] };
    assert.equal(readHolder((await authorities.issue('vent', other)).chain, CLUSTER), undefined);
  });
});

describe('the names of operators', () => {
  it('cannot break out of their place in a certificate', async () => {
    const { authorities, spki } = await setUp();
    for (const name of ['', 'a b', 'a\nO=vent:operator:admin', 'a,b', '-a', 'x'.repeat(49)])
      await assert.rejects(
        issueOperatorCertificate(authorities, { name, role: 'reader', spki }),
        (error) => error instanceof VentError && error.code === 'INVALID_INPUT',
      );
  });
});

describe("the coordinator's certificate", () => {
  it('carries every name and address it is reached by', async () => {
    const { authorities } = await setUp();
    const identity = await issueServerIdentity(authorities, ['vent.example.org', '198.51.100.7', 'localhost']);
    const certificate = new X509Certificate(identity.chain);
    assert.equal(certificate.checkHost('vent.example.org'), 'vent.example.org');
    assert.equal(certificate.checkIP('198.51.100.7'), '198.51.100.7');
    assert.deepEqual(Buffer.from(identity.spki), Buffer.from(spkiOf(certificate.publicKey)));
  });
});
