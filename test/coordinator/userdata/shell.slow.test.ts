import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { quote, shell } from '../../../coordinator/userdata/shell.ts';

/** What sh makes of words: printed back, NUL after each. */
function readBack(program: string, words: string): Buffer {
  const { stdout, stderr } = spawnSync(program, [], { input: `printf '%s\\0' ${words}\n` });
  assert.equal(stderr.toString(), '');
  return stdout;
}

const HOSTILE = [
  "'",
  "'; reboot; '",
  '$(reboot)',
  '`reboot`',
  '\\',
  '\n',
  '!',
  '"',
  "'\\''",
  '-n',
  '*',
  '~',
  '\r',
  '',
  'é',
];

const text = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary' })), { maxLength: 8 })
  .map((parts) => parts.join('').replaceAll('\0', ''));

describe('quote', () => {
  for (const program of ['dash', 'bash'])
    it(`makes one word of any text for ${program}`, () => {
      fc.assert(
        fc.property(fc.array(text, { minLength: 1, maxLength: 40 }), (texts) => {
          const expected = Buffer.from(texts.map((one) => `${one}\0`).join(''));
          assert.deepEqual(readBack(program, texts.map(quote).join(' ')), expected);
        }),
        { numRuns: 25 },
      );
    });
});

describe('shell', () => {
  it('quotes texts, writes numbers, and takes the template as it is written', () => {
    assert.equal(shell`a=${"it's"} b=${7} c='\n' d=$(id)`, String.raw`a='it'\''s' b=7 c='\n' d=$(id)`);
  });
});
