/** The lock file pins versions and hashes, not places: where packages come from is the installer's own configuration. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const name = 'lock file';

export async function run(root: string): Promise<readonly string[]> {
  const lines = (await readFile(join(root, 'package-lock.json'), 'utf8')).split('\n');
  return lines.flatMap((line, index) =>
    /"resolved"\s*:|:\s*"(git\+|https?:)[^"]*\.tgz"/.test(line)
      ? [
          `package-lock.json:${index + 1}: holds a download address; run npm install with omit-lockfile-registry-resolved`,
        ]
      : [],
  );
}
