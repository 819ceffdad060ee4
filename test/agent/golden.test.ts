import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { acceptDocument } from '../../agent/verify.ts';
import { documentSchema } from '../../shared/document.ts';
import { createRoot, createSigner, NOON } from './signing.ts';

const FOLDER = fileURLToPath(new URL('../golden', import.meta.url));

describe('every document that the coordinator is known to render', () => {
  const root = createRoot();
  const signer = createSigner(root);
  for (const name of globSync('*/*.yaml', { cwd: FOLDER }).toSorted())
    it(`is one that an agent takes: ${name}`, () => {
      const document = documentSchema.parse(parse(readFileSync(`${FOLDER}/${name}`, 'utf8')));
      const trusted = { roots: root.root, signers: signer.certificate, nodeId: document.node.id };
      const accepted = acceptDocument(signer.sign(document), {
        ...trusted,
        floor: undefined,
        now: NOON,
        isFromWire: false,
      });
      assert.deepEqual(accepted.document, document);
    });
});
