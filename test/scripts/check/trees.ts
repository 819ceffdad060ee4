/** Small repositories on disk for checks to read. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';

/** Writes the files into a fresh folder that is removed after the tests, and returns its path. */
export function makeTree(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'vent-check-'));
  after(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries({ 'package.json': '{"dependencies":{"zod":"1.0.0"}}', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}
