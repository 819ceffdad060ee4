/**
 * What every shape renders to, kept in test/golden/<shape>/<machine>.yaml so that a change of a component shows in
 * review as what it does to machines. VENT_GOLDEN=write (npm run golden) writes them anew.
 */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { stringify } from 'yaml';
import { COMPONENTS } from '../../../coordinator/components/index.ts';
import { renderDocument } from '../../../coordinator/render.ts';
import { eachMachine, SHAPES } from './shapes.ts';

const GOLDEN = new URL('../../golden/', import.meta.url);
const META = {
  epoch: 1,
  generation: 1,
  revision: 1,
  issuedAt: '2026-11-24T00:00:00Z',
  expiresAt: '2026-11-25T00:00:00Z',
};
const isWriting = process.env.VENT_GOLDEN === 'write';

describe('golden renders', () => {
  for (const { shape, self } of eachMachine()) {
    it(`${shape.name}/${self.name} is what was last reviewed`, async () => {
      const document = renderDocument(shape.spec, self, shape.machines, { components: COMPONENTS, meta: META });
      // YAML, because files and units inside then read line by line.
      const text = stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
      const folder = new URL(`${shape.name}/`, GOLDEN);
      const path = new URL(`${self.name}.yaml`, folder);
      if (isWriting) {
        await mkdir(folder, { recursive: true });
        await writeFile(path, text);
      }
      assert.equal(text, await readFile(path, 'utf8'));
    });
  }

  it('has no file left over from a shape or machine that is gone', async () => {
    const shapes = SHAPES.map(({ name }) => name);
    const folders = await readdir(GOLDEN, { withFileTypes: true });
    for (const folder of folders.filter((entry) => entry.isDirectory() && shapes.includes(entry.name))) {
      const shape = SHAPES.find(({ name }) => name === folder.name);
      const expected = shape?.machines.map(({ name }) => `${name}.yaml`).toSorted();
      assert.deepEqual((await readdir(new URL(`${folder.name}/`, GOLDEN))).toSorted(), expected);
    }
  });
});
