/**
 * Generates shared/gen from proto/: the descriptors that a bundle can carry, and the types of the messages; then the pages
 * of docs/ that come from the code.
 * `node scripts/gen.ts` writes; with `--check` it writes nothing and fails when a file is not what it would write.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import protobuf from 'protobufjs';

const root = join(import.meta.dirname, '..');
const target = join(root, 'shared/gen');
const protos = ['document', 'enrol', 'node', 'operator'].map((name) => `vent/v1/${name}.proto`);

function generateInto(directory: string): void {
  const tool = join(root, 'node_modules/.bin/proto-loader-gen-types');
  const files = [...protos, 'grpc/health/v1/health.proto'];
  const options = [
    '--keepCase',
    '--longs=String',
    '--enums=String',
    '--defaults',
    '--oneofs',
    '--grpcLib=@grpc/grpc-js',
    '--importFileExtension=.ts',
  ];
  execFileSync(tool, [...options, `--includeDirs=${join(root, 'proto')}`, `--outDir=${directory}`, ...files], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  withoutPaths(directory);
  const tree = new protobuf.Root();
  tree.resolvePath = (_origin, name) => join(root, 'proto', name);
  tree.loadSync(files, { keepCase: true });
  writeFileSync(join(directory, 'descriptors.json'), `${JSON.stringify(tree.toJSON(), null, 1)}\n`);
}

/** The generator notes absolute paths of the machine it ran on; generated files must be the same everywhere. */
function withoutPaths(directory: string): void {
  for (const [name, text] of filesOf(directory)) writeFileSync(join(directory, name), text.replaceAll(`${root}/`, ''));
}

function filesOf(directory: string): ReadonlyMap<string, string> {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    names
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(directory, path), readFileSync(path, 'utf8')]),
  );
}

function staleFiles(): string[] {
  const fresh = mkdtempSync(join(tmpdir(), 'vent-gen-'));
  try {
    generateInto(fresh);
    const [wanted, present] = [filesOf(fresh), filesOf(target)];
    return [...new Set([...wanted.keys(), ...present.keys()])]
      .filter((name) => wanted.get(name) !== present.get(name))
      .sort();
  } finally {
    rmSync(fresh, { recursive: true });
  }
}

// Loaded late: pages come from code that may need what is generated here.
if (process.argv.includes('--check')) {
  const { findStalePages } = await import('./docs/pages.ts');
  const stale = [...staleFiles(), ...(await findStalePages(root))];
  if (stale.length > 0) {
    console.error(`generated files are not fresh, run npm run gen: ${stale.join(', ')}`);
    process.exit(1);
  }
} else {
  rmSync(target, { recursive: true, force: true });
  generateInto(target);
  const { writePages } = await import('./docs/pages.ts');
  await writePages(root);
}
