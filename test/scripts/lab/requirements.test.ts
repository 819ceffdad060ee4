import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChildResult, Children } from '../../../scripts/lab/child.ts';
import {
  ensureRequirements,
  type Files,
  LAB_PACKAGES,
  missingPackages,
  TEST_PACKAGES,
  whyNoLab,
} from '../../../scripts/lab/requirements.ts';
import { VentError } from '../../../shared/errors.ts';

const ROOT = { platform: 'linux', userId: 0 };
const GOOD: ChildResult = { code: 0, stdout: '', stderr: '' };

interface Machine {
  readonly hasApt?: boolean;
  readonly lists?: readonly string[];
  /** Packages that no mirror has. */
  readonly unknown?: readonly string[];
  /** Lists from before the mirrors moved on: nothing is found until they are read anew. */
  readonly isStale?: boolean;
}

/** A Debian on which nothing is installed, with an apt that knows packages only from its lists. */
function createMachine({ hasApt = true, lists = [], unknown = [], isStale = false }: Machine = {}) {
  const calls: string[] = [];
  const said: string[] = [];
  const installed = new Set<string>();
  let isUsable = lists.length > 0 && !isStale;

  function apt(words: readonly string[]): ChildResult {
    calls.push(words.join(' '));
    if (words[1] === 'update') {
      isUsable = true;
      return GOOD;
    }
    const names = words.slice(4);
    const lost = names.find((name) => !isUsable || unknown.includes(name));
    if (lost !== undefined) return { ...GOOD, code: 100, stderr: `E: Unable to locate package ${lost}` };
    for (const name of names) installed.add(name);
    return GOOD;
  }

  const run: Children['run'] = async (words) => {
    if (words[0] === 'apt-get') return apt(words);
    const name = Object.entries(TEST_PACKAGES).find(([, proof]) => proof === words)?.[0] ?? '';
    if (!installed.has(name)) throw new VentError('COMMAND_FAILED', `cannot start ${words[0]}: ENOENT`);
    return GOOD;
  };
  const children: Children = {
    run,
    async need(words, options) {
      const result = await run(words, options);
      if (result.code !== 0)
        throw new VentError('COMMAND_FAILED', `cannot finish ${words.join(' ')}: ${result.stderr}`);
      return result.stdout;
    },
    attach: () => assert.fail('nothing runs on the terminal'),
    detach: () => assert.fail('nothing goes on in the background'),
  };
  const files: Files = {
    async has(path) {
      if (path === '/usr/bin/apt-get') return hasApt;
      return Object.entries(TEST_PACKAGES).some(([name, proof]) => proof === path && installed.has(name));
    },
    list: async () => lists,
  };
  return {
    calls,
    said,
    missing: () => missingPackages(TEST_PACKAGES, children, files),
    ensure: (packages = TEST_PACKAGES) =>
      ensureRequirements(ROOT, packages, children, (line) => said.push(line), files),
  };
}

const LISTS = ['lock', 'mirror.test_debian_dists_bookworm_main_binary-amd64_Packages.lz4'];
const ALL = Object.keys(TEST_PACKAGES);
const INSTALL = `apt-get install -y --no-install-recommends ${ALL.join(' ')}`;

describe('what a lab needs', () => {
  it('is Linux and root, and says in one sentence what is not so', async () => {
    assert.equal(whyNoLab(ROOT), undefined);
    assert.match(whyNoLab({ platform: 'linux', userId: 1000 }) ?? '', /only root/);
    assert.match(whyNoLab({ platform: 'darwin', userId: 0 }) ?? '', /darwin/);
  });

  it('is less than what the tests need', () => {
    for (const name of Object.keys(LAB_PACKAGES)) assert.ok(name in TEST_PACKAGES, name);
    assert.ok(ALL.length > Object.keys(LAB_PACKAGES).length);
  });
});

describe('packages that are missing', () => {
  it('are installed once by name, said aloud, and then are there', async () => {
    const machine = createMachine({ lists: LISTS });
    assert.deepEqual(await machine.missing(), ALL);
    await machine.ensure();
    assert.deepEqual(machine.said, [`installing ${ALL.join(', ')} with apt-get`]);
    assert.deepEqual(await machine.missing(), []);
    await machine.ensure();
    assert.deepEqual(machine.calls, [INSTALL]);
  });

  it('are looked up first on a machine that has no lists', async () => {
    const machine = createMachine({ lists: ['lock', 'partial'] });
    await machine.ensure();
    assert.deepEqual(machine.calls, ['apt-get update', INSTALL]);
  });

  it('are looked up anew when the lists are too old', async () => {
    const machine = createMachine({ lists: LISTS, isStale: true });
    await machine.ensure();
    assert.deepEqual(machine.calls, [INSTALL, 'apt-get update', INSTALL]);
  });

  it("are named with apt's reason when no mirror has them", async () => {
    await assert.rejects(createMachine({ unknown: ['nftables'] }).ensure(), {
      code: 'HOST_UNSUPPORTED',
      message: /Unable to locate package nftables/,
      hint: /apt-get install .*nftables/,
    });
  });

  it('are named on a machine without apt', async () => {
    const machine = createMachine({ hasApt: false });
    await assert.rejects(machine.ensure(LAB_PACKAGES), { code: 'HOST_UNSUPPORTED', hint: /debootstrap .*pkg-config/ });
    assert.deepEqual(machine.calls, []);
  });
});
