import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readChecksum } from '../../../coordinator/artifacts/checksum.ts';

const digits = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const fileName = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,30}$/);
const one = 'a'.repeat(64);
const other = 'b'.repeat(64);

describe("an upstream's checksum file", () => {
  it('may be the bare digest', () => {
    assert.equal(readChecksum(`${one}\n`, 'kubelet', 'sha256'), one);
  });

  it('may list many files, in text or binary mode, with or without folders', () => {
    const text = `${other}  runc.arm64\n${one} *dist/runc.amd64\n`;
    assert.equal(readChecksum(text, 'runc.amd64', 'sha256'), one);
  });

  it('gives the digest that was written for a name, whatever else is in it', () => {
    const lines = fc.uniqueArray(fc.tuple(fileName, digits(64)), { minLength: 1, selector: ([name]) => name });
    fc.assert(
      fc.property(lines, fc.nat(), (list, pick) => {
        const [name = '', digest = ''] = list[pick % list.length] ?? [];
        const text = list.map(([file, hex]) => `${hex}  ${file}`).join('\n');
        assert.equal(readChecksum(text, name, 'sha256'), digest);
      }),
    );
  });

  it('is refused when it does not hold exactly one digest of the right length', () => {
    const bad = ['', 'not found', `${one}  other`, `${one}  f\n${other}  f`, `${one.slice(1)}  f`, `${one}\n${other}`];
    for (const text of bad) {
      assert.throws(() => readChecksum(text, 'f', 'sha256'), { code: 'ARTIFACT_CORRUPT' }, text);
    }
    assert.throws(() => readChecksum(`${one}  f`, 'f', 'sha512'), { code: 'ARTIFACT_CORRUPT' });
  });

  it('never gives anything but a digest', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          assert.match(readChecksum(text, 'f', 'sha256'), /^[0-9a-f]{64}$/);
        } catch (error) {
          assert.ok(error instanceof Error && 'code' in error && error.code === 'ARTIFACT_CORRUPT');
        }
      }),
    );
  });
});
