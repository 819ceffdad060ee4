/** The way back is a shell script: a shell runs it here, on files of this test, with programs that only note their call. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { COPIES } from '../../../agent/generation/places.ts';
import type { Kept } from '../../../agent/generation/records.ts';
import { quote, renderUndo } from '../../../agent/generation/undo.ts';

const OWNER = [execFileSync('id', ['-un']), execFileSync('id', ['-gn'])]
  .map((text) => text.toString().trim())
  .join(':');

interface Place {
  readonly root: string;
  /** Runs the first `lines` of the body, or all; @returns the calls of programs */
  run(kept: readonly Kept[], lines?: number): readonly string[];
}

function createPlace(): Place {
  const root = mkdtempSync(join(tmpdir(), 'vent-undo-'));
  for (const name of ['copies', 'bin', 'etc']) mkdirSync(join(root, name));
  const calls = join(root, 'calls');
  for (const name of ['systemctl', 'ip', 'nft', 'ping', 'sync']) {
    writeFileSync(join(root, 'bin', name), `#!/bin/sh\necho "${name} $*" >>${calls}\n`);
    chmodSync(join(root, 'bin', name), 0o755);
  }
  return {
    root,
    run(kept, lines) {
      const text = renderUndo('generation 2', kept)
        .replaceAll(COPIES, join(root, 'copies'))
        .replace('PATH=', `PATH=${join(root, 'bin')}:`);
      const all = text.split('\n');
      const body = all.lastIndexOf('}') + 1;
      const script = lines === undefined ? text : all.slice(0, body + lines).join('\n');
      writeFileSync(calls, '');
      writeFileSync(join(root, 'undo'), script);
      execFileSync('/bin/sh', [join(root, 'undo')], { stdio: 'pipe' });
      return readFileSync(calls, 'utf8')
        .split('\n')
        .filter((line) => line !== '');
    },
  };
}

/** Types, modes and contents below a directory, by path. */
function treeOf(directory: string): Readonly<Record<string, string>> {
  const entries = readdirSync(directory).flatMap((name): [string, string][] => {
    const path = join(directory, name);
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) return [[path, `-> ${readlinkSync(path)}`]];
    const mode = (stat.mode & 0o7777).toString(8);
    if (stat.isDirectory()) return [[path, `directory ${mode}`], ...Object.entries(treeOf(path))];
    return [[path, `file ${mode} ${readFileSync(path, 'utf8')}`]];
  });
  return Object.fromEntries(entries);
}

/** A tree, what is done to it, and what was kept before. */
function change(root: string): readonly Kept[] {
  const at = (name: string): string => join(root, 'etc', name);
  writeFileSync(at('changed'), 'old');
  chmodSync(at('changed'), 0o640);
  symlinkSync('old-target', at('link'));
  mkdirSync(at('gone'));
  writeFileSync(at('gone/file'), 'kept');
  writeFileSync(join(root, 'copies/0'), 'old');
  writeFileSync(join(root, 'copies/1'), 'kept');
  return [
    { type: 'file', path: at('changed'), copy: 0, mode: '0640', owner: OWNER },
    { type: 'link', path: at('link'), target: 'old-target' },
    { type: 'file', path: at('gone/file'), copy: 1, mode: '0644', owner: OWNER },
    { type: 'directory', path: at('gone'), mode: '0755', owner: OWNER },
    { type: 'absent', path: at('new') },
    { type: 'absent', path: at('new/file') },
  ];
}

function spoil(root: string): void {
  const at = (name: string): string => join(root, 'etc', name);
  writeFileSync(at('changed'), 'new');
  rmSync(at('link'));
  symlinkSync('new-target', at('link'));
  rmSync(at('gone'), { recursive: true });
  mkdirSync(at('new'));
  writeFileSync(at('new/file'), 'new');
}

describe('the way back', () => {
  it('brings files, links and directories back as they were', () => {
    const { root, run } = createPlace();
    const kept = change(root);
    const before = treeOf(join(root, 'etc'));
    spoil(root);
    run(kept);
    assert.deepEqual(treeOf(join(root, 'etc')), before);
    rmSync(root, { recursive: true });
  });

  it('ends the same when it was cut off after any line, and when it is run twice', () => {
    for (let lines = 0; lines <= 12; lines += 1) {
      const { root, run } = createPlace();
      const kept = change(root);
      const before = treeOf(join(root, 'etc'));
      spoil(root);
      run(kept, lines);
      run(kept);
      run(kept);
      assert.deepEqual(treeOf(join(root, 'etc')), before, `cut off after line ${lines}`);
      rmSync(root, { recursive: true });
    }
  });

  it('stops what is new first, reads units anew, then starts what ran before, the network first', () => {
    const { root, run } = createPlace();
    for (const copy of [0, 1, 2]) writeFileSync(join(root, `copies/${copy}`), '');
    const calls = run([
      { type: 'unit', name: 'kubelet.service', active: true },
      { type: 'unit', name: 'new.service', active: false },
      { type: 'enabled', name: 'new.service', enabled: false },
      { type: 'enabled', name: 'kubelet.service', enabled: true },
      { type: 'unit', name: 'vent-interface-vent0.service', active: true },
      { type: 'network', copy: 0, links: ['lo', 'bond0'] },
    ]);
    assert.deepEqual(
      calls.filter((call) => call.startsWith('systemctl') || call.startsWith('nft')),
      [
        'systemctl stop new.service',
        'systemctl disable new.service',
        'systemctl daemon-reload',
        'systemctl enable kubelet.service',
        'systemctl restart vent-interface-vent0.service',
        `nft -f ${join(root, 'copies/2')}`,
        'systemctl restart --no-block kubelet.service',
      ],
    );
    rmSync(root, { recursive: true });
  });

  it('gives a shell back every text as it was (property)', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
        (text) => {
          const printed = execFileSync('/bin/sh', ['-c', `printf %s ${quote(text)}`]).toString();
          assert.equal(printed, text);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is a script that a shell can read, whatever was kept', () => {
    const { root, run } = createPlace();
    run([{ type: 'absent', path: join(root, "it's $(here)") }]);
    assert.equal(existsSync(join(root, "it's $(here)")), false);
    rmSync(root, { recursive: true });
  });
});
