/**
 * The lock file pins versions and hashes, not places: where packages come from is the installer's own configuration. And
 * it is whole: a registry that lacks the builds for other systems makes `npm install` leave them out, and `npm ci` then
 * refuses the file everywhere.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

export const name = 'lock file';

const schema = z.object({
  packages: z.record(z.string(), z.object({ optionalDependencies: z.record(z.string(), z.string()).optional() })),
});

export async function run(root: string): Promise<readonly string[]> {
  const text = await readFile(join(root, 'package-lock.json'), 'utf8');
  return [...findAddresses(text), ...findGaps(text)];
}

function findAddresses(text: string): readonly string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      /"resolved"\s*:|:\s*"(git\+|https?:)[^"]*\.tgz"/.test(line)
        ? [
            `package-lock.json:${index + 1}: holds a download address; run npm install with omit-lockfile-registry-resolved`,
          ]
        : [],
    );
}

function findGaps(text: string): readonly string[] {
  const { packages } = schema.parse(JSON.parse(text));
  const wanted = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
  return [...new Set(wanted)]
    .filter((dependency) => packages[`node_modules/${dependency}`] === undefined)
    .map((dependency) => `package-lock.json: lacks ${dependency}, so npm ci refuses it; add its entry by hand`);
}
