import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { UserdataInput } from '../../../coordinator/userdata/input.ts';
import { renderUserdata } from '../../../coordinator/userdata/userdata.ts';
import { SAMPLE } from './sample.ts';

const [FILE] = SAMPLE.agentFiles;

function refusal(changes: { readonly [field: string]: unknown }): string {
  try {
    renderUserdata({ ...SAMPLE, ...changes } as UserdataInput, 'script');
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'INVALID_INPUT');
    return String(error);
  }
  return '';
}

const HOSTILE = [
  "x'; reboot; '",
  '$(reboot)',
  '`reboot`',
  'a b',
  'x\nreboot',
  '',
  '-rf',
  '"',
  '\\',
  'image_repo=x',
  '../x',
  'é',
];

/** Each field that a text can be put into, as its error names it. */
const FIELDS: readonly (readonly [name: string, put: (text: string) => { readonly [field: string]: unknown }])[] = [
  ['artifactBase', (text) => ({ artifactBase: text })],
  ['artifactBase', (text) => ({ artifactBase: `https://host:7446/${text || '/'}` })],
  ['enrolAddresses.0', (text) => ({ enrolAddresses: [text] })],
  ['enrolAddresses.1', (text) => ({ enrolAddresses: ['host:7443', `${text}:7443`] })],
  ['roots.0', (text) => ({ roots: [text] })],
  ['tokenId', (text) => ({ tokenId: text })],
  ['secret', (text) => ({ secret: text })],
  ['clusterName', (text) => ({ clusterName: text })],
  ['agentFiles.0.name', (text) => ({ agentFiles: [{ ...FILE, form: 'executable', name: text }] })],
  ['agentFiles.0.sha256', (text) => ({ agentFiles: [{ ...FILE, form: 'executable', sha256: text }] })],
  ['deviceId', (text) => ({ deviceId: text })],
  ['metadataBase', (text) => ({ metadataBase: text })],
];

describe("userdata's input", () => {
  for (const [name, put] of FIELDS)
    it(`is refused when ${name} could be more than a value, naming the field`, () => {
      for (const text of HOSTILE)
        assert.match(refusal(put(text)), new RegExp(`\\b${name.replaceAll('.', '\\.')}: `), text);
    });

  it('is refused, or rendered without a character that sh would read, whatever the texts are', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FIELDS), fc.string({ unit: 'grapheme', maxLength: 60 }), ([, put], text) => {
        if (refusal(put(text)) === '') assert.match(text, /^[\w.:[\]/-]+$/);
      }),
    );
  });

  it('is refused without repeating a secret', () => {
    const secret = 'f'.repeat(62);
    assert.match(refusal({ secret }), /secret: 32 bytes/);
    assert.ok(!refusal({ secret }).includes(secret));
  });

  it('takes of a root only its certificate', () => {
    const noted = { ...SAMPLE, roots: SAMPLE.roots.map((root) => `cpr_url=x\n${root}reboot\n`) };
    assert.deepEqual(renderUserdata(noted, 'script'), renderUserdata(SAMPLE, 'script'));
  });

  it('takes two roots in one text like two texts', () => {
    const [root = ''] = SAMPLE.roots;
    const inOne = renderUserdata({ ...SAMPLE, roots: [root + root] }, 'script');
    assert.deepEqual(inOne, renderUserdata({ ...SAMPLE, roots: [root, root] }, 'script'));
  });

  it('is refused with three roots, none, something that is no certificate, or no executable', () => {
    const [root = ''] = SAMPLE.roots;
    assert.match(refusal({ roots: [root, root, root] }), /roots: /);
    assert.match(refusal({ roots: [] }), /roots: /);
    assert.match(refusal({ roots: [root.replace('MIIB', 'AAAA')] }), /roots\.0: certificates in PEM/);
    assert.match(refusal({ agentFiles: [FILE] }), /agentFiles: at least one executable/);
  });
});
