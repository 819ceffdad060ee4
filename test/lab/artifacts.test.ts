/** What a fake cannot tell: that the recipes hold with the real Go, and that its refusals are understood. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { crc32 } from 'node:zlib';
import { createBuilder } from '../../coordinator/artifacts/builder.ts';
import { createArtifactCache } from '../../coordinator/artifacts/cache.ts';
import { createImageBuilder } from '../../coordinator/artifacts/image-builder.ts';
import { type RunProgram, runProgram } from '../../coordinator/artifacts/program.ts';
import { type Recipe, versionsOf } from '../../coordinator/artifacts/recipes.ts';
import { prepareWorkspace } from '../../coordinator/artifacts/toolchain.ts';
import { systemClock } from '../../shared/clock.ts';
import { specSchema } from '../../shared/spec/schema.ts';

const versions = versionsOf(
  specSchema.parse({
    kubernetes: { version: '1.37.2' },
    provider: { static: { machines: [] } },
    pools: [{ name: 'a', roles: ['worker'], count: 0 }],
  }),
);
const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';

async function makeRoom(t: TestContext): Promise<string> {
  const room = await mkdtemp(join(tmpdir(), 'vent-artifacts-'));
  t.after(() => rm(room, { recursive: true, force: true }));
  return room;
}

describe('the builder with the real Go', () => {
  it('builds programs that run, the same bytes each time', async (t) => {
    const digests: (string | undefined)[] = [];
    for (const _ of [1, 2]) {
      const directory = await makeRoom(t);
      const deps = { cache: createArtifactCache(directory), directory, run: runProgram, clock: systemClock };
      const builder = createBuilder({ ...deps, hostArchitecture: process.arch, isRoot: process.getuid?.() === 0 });
      const names = ['loopback', 'runc'];
      const [loopback, runc] = await builder.build(versions, { architecture, names, report() {} });
      digests.push([loopback, runc].map((one) => one?.record.sha256).join());
      const environment = { CNI_COMMAND: 'VERSION' };
      const answer = await runProgram([loopback?.path ?? ''], { environment, milliseconds: 10_000 });
      assert.match(answer.output, /supportedVersions/);
      const version = await runProgram([runc?.path ?? '', '--version'], { milliseconds: 10_000 });
      assert.match(version.output, /runc version 1\.5\.2/);
      assert.match(version.output, /libseccomp/);
    }
    assert.equal(digests[0], digests[1]);
  });

  it('packs a busybox that runs on this host without a library', async (t) => {
    const directory = await makeRoom(t);
    const cache = createArtifactCache(directory);
    const deps = { cache, directory, run: runProgram, now: Date.now, hostArchitecture: process.arch };
    await createImageBuilder(deps).build(versions, { architecture, names: ['pause', 'busybox'], report() {} });
    const busybox = cache.pathOf({ name: 'busybox', version: 'static', architecture });
    const listing = await runProgram([busybox, '--list'], { milliseconds: 10_000 });
    for (const applet of ['nc', 'sh', 'sleep', 'dmesg']) assert.ok(listing.output.split('\n').includes(applet), applet);
  });
});

/** A module proxy in a directory (https://go.dev/ref/mod#goproxy-protocol) whose module needs another that is withheld. */
async function makeProxy(room: string): Promise<void> {
  for (const [module, needs] of [
    ['example.com/app', 'require example.com/withheld v1.0.0'],
    ['example.com/withheld', ''],
  ] as const) {
    const folder = join(room, 'proxy', module, '@v');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'v1.0.0.info'), '{"Version":"v1.0.0"}');
    await writeFile(join(folder, 'v1.0.0.mod'), `module ${module}\n\ngo 1.24\n\n${needs}\n`);
  }
  const files = {
    'go.mod': 'module example.com/app\n\ngo 1.24\n\nrequire example.com/withheld v1.0.0\n',
    'main.go': 'package main\n\nimport _ "example.com/withheld"\n\nfunc main() {}\n',
  };
  const named = Object.entries(files).map(([name, text]) => ({ name: `example.com/app@v1.0.0/${name}`, text }));
  await writeFile(join(room, 'proxy/example.com/app/@v/v1.0.0.zip'), zipFiles(named));
}

/** Stored, not compressed (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3). */
function zipFiles(files: readonly { readonly name: string; readonly text: string }[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const [name, text] = [Buffer.from(file.name), Buffer.from(file.text)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(text), 10);
    common.writeUInt32LE(text.length, 14);
    common.writeUInt32LE(text.length, 18);
    common.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const body = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, text]);
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), common, place, name);
    bodies.push(body);
    offset += body.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, ...directory, Buffer.from('PK\x05\x06'), end]);
}

const recipe: Recipe = {
  name: 'app',
  version: '1.0.0',
  modules: [{ path: 'example.com/app', version: 'v1.0.0' }],
  programs: [{ name: 'app', package: 'example.com/app' }],
  cgo: false,
  tags: [],
  linkerFlags: '',
  replaces: [],
};

describe("the real Go's refusals", () => {
  it('name the module that the proxy withholds, as root or as a dependency', async (t) => {
    const room = await makeRoom(t);
    await makeProxy(room);
    const workspace = join(room, 'workspace');
    await mkdir(workspace);
    const environment = {
      GOPROXY: `file://${join(room, 'proxy')}`,
      GONOSUMDB: '*',
      GOMODCACHE: join(room, 'modules'),
      GOFLAGS: '-modcacherw',
    };
    const run: RunProgram = (argv, options) =>
      runProgram(argv, { ...options, environment: { ...options.environment, ...environment } });
    const preparing = prepareWorkspace(run, { recipe, architecture, workspace });
    await assert.rejects(preparing, { code: 'UNAVAILABLE', message: /example\.com\/withheld@v1\.0\.0/ });
    const absent: Recipe = { ...recipe, modules: [{ path: 'example.com/absent', version: 'v1.0.0' }] };
    await assert.rejects(prepareWorkspace(run, { recipe: absent, architecture, workspace }), {
      code: 'UNAVAILABLE',
      message: /example\.com\/absent@v1\.0\.0/,
    });
  });

  it('name a package that does not compile', async (t) => {
    const workspace = await makeRoom(t);
    const modules: Recipe['modules'] = [{ path: 'github.com/containernetworking/plugins', version: 'v1.9.1' }];
    const path = 'github.com/containernetworking/plugins/plugins/main/loopback';
    const broken: Recipe = {
      ...recipe,
      modules,
      programs: [{ name: 'x', package: path }],
      linkerFlags: '-no-such-flag',
    };
    const prepared = await prepareWorkspace(runProgram, { recipe: broken, architecture, workspace });
    await assert.rejects(
      prepared.compile(path, join(workspace, 'x'), () => {}),
      { code: 'COMMAND_FAILED' },
    );
  });
});
