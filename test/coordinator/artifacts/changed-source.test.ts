import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createBuilder } from '../../../coordinator/artifacts/builder.ts';
import { createArtifactCache } from '../../../coordinator/artifacts/cache.ts';
import { createFakeGo } from '../../../coordinator/artifacts/fake-go.ts';
import type { RunProgram } from '../../../coordinator/artifacts/program.ts';
import { createEagerClock } from '../../../shared/fake-clock.ts';
import { createListener, makeRoom, VERSIONS } from './room.ts';

/** A module as the module cache holds it: read-only. */
async function makeModule(t: TestContext, manager: string): Promise<string> {
  const module = await makeRoom(t);
  const folder = join(module, 'pkg/shim/v1');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'manager.go'), manager, { mode: 0o444 });
  await writeFile(join(module, 'other.go'), 'package other', { mode: 0o444 });
  return module;
}

const options = { architecture: 'x64', names: ['containerd-shim-runsc-v1'], oomScoreRestricted: true } as const;

describe("gVisor's shim for a host without CAP_SYS_RESOURCE", () => {
  it('is built from a copy with one constant changed, kept apart, recorded and said aloud', async (t) => {
    const moduleDirectory = await makeModule(t, 'const oomScoreMax = -999\n');
    const room = await makeRoom(t);
    const go = createFakeGo({ moduleDirectory });
    const seen: Record<string, string> = {};
    const run: RunProgram = async (argv, on) => {
      if (argv[1] === 'build')
        for (const name of ['go.mod', 'changed/pkg/shim/v1/manager.go', 'changed/other.go'])
          seen[name] = await readFile(join(on.directory ?? '', name), 'utf8');
      return go.run(argv, on);
    };
    const deps = { cache: createArtifactCache(room), directory: room, run, clock: createEagerClock() };
    const { report, all } = createListener();
    const builder = createBuilder({ ...deps, hostArchitecture: 'x64', isRoot: false });
    const [shim] = await builder.build(VERSIONS, { ...options, report });
    assert.match(seen['go.mod'] ?? '', /gvisor\.dev\/gvisor => \.\/changed/);
    assert.equal(seen['changed/pkg/shim/v1/manager.go'], 'const oomScoreMax = 1\n');
    assert.equal(seen['changed/other.go'], 'package other');
    assert.equal(shim?.record.version, '20260905');
    assert.match(shim?.path ?? '', /20260905\+oom-score-restricted/);
    assert.match(all[0]?.detail ?? '', /oomScoreMax = 1.*CAP_SYS_RESOURCE/);
    assert.equal(await deps.cache.find({ ...options, name: options.names[0], version: '20260905' }), undefined);
  });

  it('is refused when the source is not as expected', async (t) => {
    for (const text of ['nothing', 'oomScoreMax = -999 oomScoreMax = -999']) {
      const room = await makeRoom(t);
      const go = createFakeGo({ moduleDirectory: await makeModule(t, text) });
      const deps = { cache: createArtifactCache(room), directory: room, run: go.run, clock: createEagerClock() };
      const builder = createBuilder({ ...deps, hostArchitecture: 'x64', isRoot: false });
      await assert.rejects(builder.build(VERSIONS, { ...options, report() {} }), { code: 'COMMAND_FAILED' });
      assert.deepEqual(go.compiled(), []);
    }
  });
});
