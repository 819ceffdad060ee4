import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { resourceSchema } from '../../../shared/document.ts';
import { createTestMachine } from '../machine.ts';

const FOLDER = new URL('../../../agent/kinds/', import.meta.url);

describe('the registry of kinds', () => {
  it('has one entry, of its own name, per kind of the document', () => {
    const { kinds } = createTestMachine();
    const declared = resourceSchema.options.map((option) => option.shape.kind.value).toSorted();
    assert.deepEqual(Object.keys(kinds).toSorted(), declared);
    for (const [name, kind] of Object.entries(kinds)) assert.equal(kind.name, name);
  });

  it('names every file of the folder that makes a kind, and no other', async () => {
    const { kinds } = createTestMachine();
    const names: string[] = [];
    for (const entry of (await readdir(FOLDER)).filter((name) => name.endsWith('.ts') && name !== 'index.ts')) {
      const exported = Object.keys(await import(new URL(entry, FOLDER).href));
      if (exported.some((name) => /^create\w+Kind$/.test(name))) names.push(entry.replace(/\.ts$/, ''));
    }
    assert.deepEqual(names.toSorted(), Object.keys(kinds).toSorted());
  });
});
