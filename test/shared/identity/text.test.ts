import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { VentError } from '../../../shared/errors.ts';
import { encodePem, joinPem, splitPem } from '../../../shared/identity/pem.ts';
import { makeToken, parseSecret, TOKEN_ID } from '../../../shared/identity/tokens.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const isRefusal = (error: unknown) => error instanceof VentError && error.code === 'INVALID_INPUT';

describe('PEM', () => {
  it('is split into the blocks it was joined from', () =>
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 4 }), (ders) => {
        const blocks = ders.map((der) => encodePem('CERTIFICATE', der));
        assert.deepEqual(splitPem(joinPem(blocks)), blocks);
      }),
    ));

  it('is read past other text, other labels and Windows line ends', () => {
    const block = encodePem('CERTIFICATE', Buffer.from('certificate'));
    const text = `subject=x\n${encodePem('PRIVATE KEY', Buffer.from('key'))}${block.replaceAll('\n', '\r\n')}tail`;
    assert.deepEqual(splitPem(text), [block]);
    assert.equal(splitPem(text, 'PRIVATE KEY').length, 1);
  });

  it('has lines of 64 characters', () => {
    const lines = encodePem('CERTIFICATE', Buffer.alloc(100)).split('\n');
    assert.deepEqual(
      lines.map((line) => line.length),
      [27, 64, 64, 8, 25, 0],
    );
  });
});

describe("a token's secret", () => {
  it('is read back', () =>
    fc.assert(
      fc.property(bytes(8), bytes(32), (id, secret) => {
        const token = makeToken((length) => (length === 8 ? id : secret));
        assert.match(token.id, TOKEN_ID);
        assert.deepEqual(Buffer.from(parseSecret(Buffer.from(token.secret).toString('hex'))), Buffer.from(secret));
      }),
    ));

  it('is refused, and not repeated, when it is empty, short or long', () => {
    for (const secret of ['', 'ab'.repeat(31), 'ab'.repeat(33), 'XY'.repeat(32)])
      assert.throws(
        () => parseSecret(secret),
        (error) => isRefusal(error) && (secret === '' || !String(error).includes(secret)),
      );
  });

  it('is refused when it is any other text', () =>
    fc.assert(fc.property(fc.string(), (text) => assert.throws(() => parseSecret(text), isRefusal))));
});
