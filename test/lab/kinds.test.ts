import assert from 'node:assert/strict';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { createBuilder } from '../../coordinator/artifacts/builder.ts';
import { cacheDirectory, createArtifactCache } from '../../coordinator/artifacts/cache.ts';
import { runProgram } from '../../coordinator/artifacts/program.ts';
import { versionsOf } from '../../coordinator/artifacts/recipes.ts';
import { bundleProgram } from '../../scripts/build/bundle.ts';
import { nameMachine } from '../../scripts/lab/names.ts';
import { systemClock } from '../../shared/clock.ts';
import { shapeNamed } from '../coordinator/components/shapes.ts';
import { KIND_CASES } from '../laws/kind-cases.ts';
import { type Line, parseLines } from './inside/lines.ts';
import { labOptions, openMachines, orderOf, outputOf, useLab, waitForOutput } from './lab.ts';

const ORDER = orderOf('one', 1);
const ROOT = join(import.meta.dirname, '../..');
const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'x64';
const CONTAINERD_UNIT = '[Service]\nType=notify\nExecStart=/opt/vent/bin/containerd\n';
/** One empty package, in a mirror that is a directory of the machine. */
const MAKE_MIRROR = `set -e
mkdir -p /srv/mirror/tree/DEBIAN && cd /srv/mirror
printf 'Package: vent-laws\\nVersion: 1\\nArchitecture: all\\nMaintainer: nobody <nobody@example.org>\\nDescription: empty\\n' > tree/DEBIAN/control
dpkg-deb --build tree vent-laws.deb
{ cat tree/DEBIAN/control; printf 'Filename: ./vent-laws.deb\\nSize: %s\\nSHA256: %s\\n' $(stat -c %s vent-laws.deb) $(sha256sum vent-laws.deb | cut -d' ' -f1); } > Packages
rm -f /etc/apt/sources.list.d/*
echo 'deb [trusted=yes] file:/srv/mirror ./' > /etc/apt/sources.list`;

/** Paths of containerd's programs, built when the cache does not have them. */
async function findContainerd(): Promise<readonly { readonly name: string; readonly path: string }[]> {
  const directory = cacheDirectory(process.env, homedir());
  const deps = { cache: createArtifactCache(directory), directory, run: runProgram, clock: systemClock };
  const builder = createBuilder({ ...deps, hostArchitecture: process.arch, isRoot: process.getuid?.() === 0 });
  const built = await builder.build(versionsOf(shapeNamed('one-machine').spec), {
    architecture: ARCHITECTURE,
    names: ['containerd', 'ctr'],
    report: ({ state, subject }) => state === 'cached' || console.log(`${subject}: ${state}`),
  });
  return built.map(({ record, path }) => ({ name: record.name, path }));
}

describe('kinds on a real machine', labOptions, () => {
  const lab = useLab('kinds');
  let lines: readonly Line[] = [];

  async function furnish(): Promise<void> {
    const { tree } = nameMachine(lab.names, ORDER.id);
    const laws = join(tree, 'root/laws');
    await mkdir(laws);
    for (const name of ['laws', 'run'])
      await bundleProgram({
        entry: join(import.meta.dirname, `inside/${name}.ts`),
        out: join(laws, `${name}.cjs`),
        format: 'cjs',
      });
    await copyFile(join(ROOT, `node_modules/node-linux-${ARCHITECTURE}/bin/node`), join(laws, 'node'));
    await mkdir(join(tree, 'usr/local/lib/containerd'));
    for (const { name, path } of await findContainerd())
      await copyFile(path, join(tree, 'usr/local/lib/containerd', name));
    await outputOf(lab, 'one', [
      'sh',
      '-c',
      'mkdir -p /opt/vent/bin && ln -s /usr/local/lib/containerd/* /opt/vent/bin/',
    ]);
    await writeFile(join(tree, 'etc/systemd/system/containerd.service'), CONTAINERD_UNIT);
    await outputOf(lab, 'one', ['sh', '-c', MAKE_MIRROR]);
  }

  before(async () => {
    const machines = await openMachines(lab);
    await machines.install(ORDER);
    await waitForOutput(lab, 'one', ['systemctl', 'is-active', 'networking.service']);
    await furnish();
  });

  it('can show the laws of every kind, told by the machine itself', async () => {
    const argv = ['/root/laws/node', '/root/laws/run.cjs', '/root/laws/laws.cjs'];
    const { stdout, stderr } = await lab.execute('one', argv, { milliseconds: 5 * 60_000 });
    lines = parseLines(stdout);
    assert.equal(stderr, '');
    for (const subject of ['a host', ...Object.keys(KIND_CASES).map((kind) => `kind ${kind}`)])
      assert.ok(
        lines.some(({ title }) => title.startsWith(`laws of ${subject}: inside a machine: `)),
        subject,
      );
  });

  it('keeps to each', async (test) => {
    for (const { title, failure } of lines) await test.test(title, () => assert.ok(failure === undefined, failure));
  });
});
