import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Acceptance, acceptDocument } from '../../agent/verify.ts';
import type { NodeDocument, Resource, SignedDocument } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import { makeDocument, makeFile, makeUnit, NODE_ID } from './machine.ts';
import { createRoot, createSigner, NOON } from './signing.ts';

const root = createRoot();
const signer = createSigner(root);
const acceptance: Acceptance = {
  roots: root.root,
  signers: signer.certificate,
  nodeId: NODE_ID,
  floor: undefined,
  now: NOON,
  isFromWire: true,
};
const document = makeDocument({ a: [makeFile('/etc/vent/x', 'x')] }, 3);

function refuses(signed: SignedDocument, change: Partial<Acceptance>, message: RegExp): void {
  assert.throws(() => acceptDocument(signed, { ...acceptance, ...change }), { code: 'DOCUMENT_REFUSED', message });
}

function refusesResource(resource: Resource): void {
  refuses(signer.sign(makeDocument({ a: [resource] })), {}, /which no document may/);
}

describe('acceptDocument', () => {
  it('takes a document that is signed, for this node, in order and not expired', () => {
    const signed = signer.sign(document);
    const accepted = acceptDocument(signed, acceptance);
    assert.deepEqual(accepted.document, document);
    assert.equal(accepted.digest, createHash('sha256').update(signed.payload).digest('hex'));
  });

  it('refuses a key it does not know, or that Vent’s root did not issue, or that is over', () => {
    refuses(createSigner(root).sign(document), {}, /key is not known/);
    const stranger = createSigner(createRoot());
    refuses(stranger.sign(document), { signers: signer.certificate + stranger.certificate }, /not issued by/);
    const old = createSigner(root, NOON);
    refuses(old.sign(document), { signers: old.certificate }, /not valid now/);
    refuses(signer.sign(document), { signers: '' }, /key is not known/);
    refuses(signer.sign(document), { roots: '' }, /not issued by/);
  });

  it('takes either of two signers and either of two roots while they rotate', () => {
    const next = createSigner(root);
    const signers = signer.certificate + next.certificate;
    const roots = createRoot().root + root.root;
    for (const each of [signer, next]) acceptDocument(each.sign(document), { ...acceptance, signers, roots });
  });

  it('refuses a document for another node', () => {
    refuses(signer.sign(document), { nodeId: '11111111-1111-4111-8111-111111111111' }, /it is for node/);
  });

  it('refuses what is older than the floor, by epoch first', () => {
    refuses(signer.sign(document), { floor: { epoch: 1, generation: 4 } }, /is older than \(1, 4\)/);
    refuses(signer.sign(document), { floor: { epoch: 2, generation: 1 } }, /is older than/);
    const floors = [undefined, { epoch: 1, generation: 3 }, { epoch: 1, generation: 2 }];
    for (const floor of floors) acceptDocument(signer.sign(document), { ...acceptance, floor });
    acceptDocument(signer.sign({ ...document, epoch: 2, generation: 1 }), {
      ...acceptance,
      floor: { epoch: 1, generation: 9 },
    });
  });

  it('refuses an expired document the first time, and takes it again when it has been taken before', () => {
    const now = Date.parse(document.expiresAt);
    const late = createSigner(root, now + 5000);
    refuses(late.sign(document), { now, signers: late.certificate }, /expired at/);
    const floor = { epoch: 1, generation: 3 };
    acceptDocument(late.sign(document), { ...acceptance, now, floor, signers: late.certificate });
  });

  it('takes from its own disk what was good once, whatever the time, but still checks the signature', () => {
    const now = NOON + 400 * 86_400_000;
    const offline = { ...acceptance, now, isFromWire: false, floor: { epoch: 1, generation: 9 } };
    acceptDocument(signer.sign(document), offline);
    refuses({ ...signer.sign(document), signature: new Uint8Array(64) }, offline, /signature is wrong/);
  });

  it('refuses places that no document may change', () => {
    refusesResource(makeFile('/etc/passwd', ''));
    refusesResource(makeFile('/var/lib/vent/ledger.json', ''));
    refusesResource(makeUnit('ssh.service'));
    refusesResource(makeUnit('vent-agent.service'));
    refusesResource({ kind: 'user', name: 'x', home: '/root' });
    refusesResource({ kind: 'directory', name: '/usr', mode: '0777', owner: 'root:root' });
    const artifact = { name: 'x', version: '1', sha256: '0'.repeat(64), size: 1 };
    refusesResource({ kind: 'artifact', ...artifact, path: '/usr/bin/sudo' });
  });

  it('refuses what cannot be ordered, and a newer schema', () => {
    const bad = makeDocument({ a: [makeFile('/etc/vent/x', '', { after: ['probe:none'] })] });
    refuses(signer.sign(bad), {}, /probe:none/);
    const newer: NodeDocument = JSON.parse(JSON.stringify({ ...document, schema: 2 }));
    refuses(signer.sign(newer), {}, /schema/);
  });

  it('refuses a document with any bit flipped, anywhere (property)', () => {
    const signed = signer.sign(document);
    const fields = fc.constantFrom('payload', 'signature', 'keyId');
    fc.assert(
      fc.property(fields, fc.nat(), fc.nat(7), (field, at, bit) => {
        const bytes = Buffer.from(signed[field]);
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
        const flipped = { ...signed, [field]: field === 'keyId' ? bytes.toString('latin1') : bytes };
        assert.throws(() => acceptDocument(flipped, acceptance), { code: 'DOCUMENT_REFUSED' });
      }),
      { numRuns: 300 },
    );
  });

  it('answers any bytes with a VentError, signed or not (property)', () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    const json = fc.json().map((text) => new TextEncoder().encode(text));
    fc.assert(
      fc.property(fc.oneof(bytes, json), bytes, fc.string(), (payload, signature, keyId) => {
        assert.throws(() => acceptDocument({ payload, signature, keyId }, acceptance), VentError);
        const signed = signer.sign(document);
        assert.throws(() => acceptDocument({ ...signed, payload }, acceptance), VentError);
      }),
    );
  });
});
