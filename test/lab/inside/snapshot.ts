/** What can be seen of the machine that runs this, as far as kinds may change it. */
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Commands } from '../../../agent/host/linux/commands.ts';

const TREES = ['/etc', '/opt/vent', '/run/vent', '/var/lib/vent'];
/** Databases of users, which are compared by name instead, and apt's memory of its sources. */
const LEFT_OUT = /^\/etc\/(?:\.pwd\.lock|(?:passwd|group|shadow|gshadow|subuid|subgid)-?|apt\/.*)$/;
const SEEN: readonly (readonly [string, ...string[]])[] = [
  ['ip', '-4', '-o', 'address', 'show'],
  ['ip', '-4', 'route', 'show', 'table', 'all'],
  ['ip', '-d', '-o', 'link', 'show', 'type', 'macvlan'],
  ['nft', '--stateless', 'list', 'ruleset'],
  ['systemctl', 'list-units', '--plain', '--no-legend', 'vent-*'],
  ['cut', '-d:', '-f1,3-', '/etc/passwd'],
  ['cut', '-d:', '-f1,3-', '/etc/group'],
];

async function describeEntry(path: string): Promise<string> {
  const found = await lstat(path);
  const attributes = `${(found.mode & 0o7777).toString(8)} ${found.uid}:${found.gid}`;
  if (found.isSymbolicLink()) return `link to ${await readlink(path)}`;
  if (!found.isFile()) return attributes;
  return `${attributes} ${createHash('sha256')
    .update(await readFile(path))
    .digest('hex')}`;
}

/** @returns text by path, line of a program's output, or image */
export async function takeSnapshot(commands: Commands): Promise<ReadonlyMap<string, string>> {
  const snapshot = new Map<string, string>();
  for (const tree of TREES) {
    const names = await readdir(tree, { recursive: true }).catch(() => []);
    for (const path of names.map((name) => join(tree, name)).toSorted())
      if (!LEFT_OUT.test(path)) snapshot.set(path, await describeEntry(path));
  }
  for (const [program, ...argv] of SEEN) {
    const { stdout } = await commands.run(program, argv);
    for (const line of stdout.split('\n').toSorted()) snapshot.set(`${program}: ${line}`, '');
  }
  const images = await commands.run('/opt/vent/bin/ctr', ['-n', 'k8s.io', 'images', 'ls', '-q'], { accepted: [1] });
  for (const reference of images.stdout.split('\n')) snapshot.set(`image ${reference}`, '');
  return snapshot;
}
