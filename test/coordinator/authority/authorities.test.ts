import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Authorities, createAuthorities, type LeafRequest } from '../../../coordinator/authority/authorities.ts';
import type { IssuerName } from '../../../coordinator/authority/rows.ts';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { createSealer } from '../../../coordinator/store/sealer.ts';
import { VentError } from '../../../shared/errors.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import { generateKey, generateSigningKey, isSignedBy, keyIdOf, spkiOf } from '../../../shared/identity/keys.ts';
import { splitPem } from '../../../shared/identity/pem.ts';

const ISSUERS: readonly IssuerName[] = ['vent', 'kubernetes', 'etcd', 'front-proxy'];
const SEAL_KEY = Buffer.alloc(32, 1);

async function setUp(start = Date.UTC(2030, 0, 1)) {
  const store = createMemoryStore();
  const clock = createFakeClock(start);
  const sealer = createSealer(SEAL_KEY);
  return { store, clock, sealer, authorities: await createAuthorities({ store, clock, sealer }) };
}

async function request(changes: Partial<LeafRequest> = {}): Promise<LeafRequest> {
  return {
    spki: spkiOf(await generateKey()),
    subject: { commonName: 'system:node:n1', organizations: ['system:nodes'] },
    usages: ['client'],
    days: 7,
    holder: 'n1',
    name: 'kubelet',
    ...changes,
  };
}

async function issueAndRead(authorities: Authorities, issuer: IssuerName, changes: Partial<LeafRequest> = {}) {
  const leaf = await authorities.issue(issuer, await request(changes));
  return new X509Certificate(leaf.chain);
}

/** What OpenSSL says of a chain against roots at a time; throws with its words when it does not verify. */
async function verifyWithOpenssl(chain: string, roots: string, purpose: string, at: number): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vent-chain-'));
  try {
    const [leaf = '', ...intermediates] = splitPem(chain);
    for (const [name, text] of Object.entries({ leaf, roots, intermediates: intermediates.join('') }))
      await writeFile(join(directory, name), text);
    const untrusted = intermediates.length === 0 ? [] : ['-untrusted', 'intermediates'];
    const options = ['-x509_strict', '-attime', String(Math.floor(at / 1000)), '-CAfile', 'roots', '-purpose', purpose];
    return execFileSync('openssl', ['verify', ...options, ...untrusted, 'leaf'], {
      cwd: directory,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } finally {
    await rm(directory, { recursive: true });
  }
}

describe('leaves', () => {
  it('verify with OpenSSL, strictly, against the roots of their authority and of no other', async () => {
    const { authorities, clock } = await setUp();
    for (const issuer of ISSUERS) {
      const { chain } = await authorities.issue(issuer, await request());
      assert.match(await verifyWithOpenssl(chain, authorities.roots(issuer), 'sslclient', clock.now()), /leaf: OK/);
      for (const other of ISSUERS.filter((name) => name !== issuer))
        await assert.rejects(verifyWithOpenssl(chain, authorities.roots(other), 'sslclient', clock.now()));
      await assert.rejects(verifyWithOpenssl(chain, authorities.roots(issuer), 'sslserver', clock.now()));
    }
  });

  it('say what was asked: subject, names, usages, and that they are no authority', async () => {
    const { authorities } = await setUp();
    const certificate = await issueAndRead(authorities, 'kubernetes', {
      subject: { commonName: 'kube-apiserver', organizations: ['a', 'b'] },
      dnsNames: ['kubernetes', 'api.example.org'],
      addresses: ['10.0.0.1', '172.17.0.1'],
      uris: ['spiffe://c/node/1'],
      usages: ['server', 'client'],
    });
    assert.equal(certificate.subject, 'O=a\nO=b\nCN=kube-apiserver');
    assert.equal(
      certificate.subjectAltName,
      'DNS:kubernetes, DNS:api.example.org, URI:spiffe://c/node/1, IP Address:10.0.0.1, IP Address:172.17.0.1',
    );
    assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    assert.equal(certificate.ca, false);
  });

  it('begin five minutes ago and end on their day, on both sides of 2050', async () => {
    for (const start of [Date.UTC(2030, 0, 1, 12), Date.UTC(2049, 11, 30)]) {
      const { authorities } = await setUp(start);
      const certificate = await issueAndRead(authorities, 'etcd');
      assert.equal(Date.parse(certificate.validFrom), start - 5 * 60_000);
      assert.equal(Date.parse(certificate.validTo), start + 7 * 86_400_000);
    }
  });

  it('never outlive their authority', async () => {
    const { authorities, clock } = await setUp();
    await clock.advance(1823 * 86_400_000);
    const issuing = new X509Certificate(splitPem((await authorities.issue('vent', await request())).chain)[1] ?? '');
    const certificate = await issueAndRead(authorities, 'vent', { days: 30 });
    assert.equal(certificate.validTo, issuing.validTo);
  });

  it('have serials of 128 bits, all different, and are listed until they expire', async () => {
    const { authorities, clock } = await setUp();
    const short = await authorities.issue('etcd', await request({ days: 1 }));
    const leaves = await Promise.all([1, 2, 3, 4].map(async () => authorities.issue('etcd', await request())));
    const serials = [short, ...leaves].map((leaf) => leaf.serial);
    assert.ok(serials.every((serial) => /^[4-7][0-9A-F]{31}$/.test(serial)));
    assert.equal(new X509Certificate(short.chain).serialNumber, short.serial);
    assert.deepEqual(
      (await authorities.list()).map((row) => row.serial),
      serials.toSorted(),
    );
    await clock.advance(86_400_000);
    assert.equal((await authorities.list()).length, 4);
    assert.equal(await authorities.forgetExpired(), 1);
    assert.equal(await authorities.forgetExpired(), 0);
  });

  it('are refused for keys that are not on P-256 or P-384', async () => {
    const { authorities } = await setUp();
    const spki = spkiOf(await generateSigningKey());
    const isRefusal = (error: unknown) => error instanceof VentError && error.code === 'INVALID_INPUT';
    await assert.rejects(authorities.issue('etcd', await request({ spki })), isRefusal);
  });

  it('are the same however often and by however many a reserved one is completed', async () => {
    const { authorities, store } = await setUp();
    const row = authorities.prepare('vent', await request());
    await store.transact(authorities.writes(row));
    const leaves = await Promise.all([1, 2, 3].map(() => authorities.complete(row.serial)));
    leaves.push(await authorities.complete(row.serial));
    assert.equal(new Set(leaves.map((leaf) => leaf.chain)).size, 1);
    assert.equal(await store.transact(authorities.writes(row)), undefined);
  });
});

describe('the authorities', () => {
  it('are the same after a restart, and when two starts make them at once', async () => {
    const store = createMemoryStore();
    const options = { store, clock: createFakeClock(), sealer: createSealer(SEAL_KEY) };
    const [one, two] = await Promise.all([createAuthorities(options), createAuthorities(options)]);
    const three = await createAuthorities(options);
    assert.deepEqual(one.trust(), two.trust());
    assert.deepEqual(one.trust(), three.trust());
  });

  it('leave no private key readable in the store, and need their own seal key', async () => {
    const { store, clock } = await setUp();
    const text = JSON.stringify((await store.list('/')).entries);
    assert.doesNotMatch(text, /PRIVATE KEY/);
    const isStoreFailure = (error: unknown) => error instanceof VentError && error.code === 'STORE_FAILED';
    const sealer = createSealer(Buffer.alloc(32, 2));
    await assert.rejects(createAuthorities({ store, clock, sealer }), isStoreFailure);
  });
});

describe('the document signer', () => {
  it("signs with a key whose certificate Vent's root issued for nothing else", async () => {
    const { authorities, clock } = await setUp();
    const { certificate } = authorities.documentSigner;
    const signer = new X509Certificate(certificate);
    const payload = Buffer.from('{}');
    const signed = await authorities.documentSigner.sign(payload);
    assert.equal(signed.keyId, keyIdOf(spkiOf(signer.publicKey)));
    assert.ok(isSignedBy(signer.publicKey, payload, signed.signature));
    assert.ok(signer.checkIssued(new X509Certificate(authorities.roots('vent'))));
    assert.match(await verifyWithOpenssl(certificate, authorities.roots('vent'), 'any', clock.now()), /leaf: OK/);
    await assert.rejects(verifyWithOpenssl(certificate, authorities.roots('vent'), 'sslclient', clock.now()));
  });
});
