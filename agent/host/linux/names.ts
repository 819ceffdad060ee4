/** Names of users and groups, read from /etc/passwd and /etc/group and kept until those files change. */
import { readFile, stat } from 'node:fs/promises';
import { VentError } from '../../../shared/errors.ts';
import type { User } from '../host.ts';

export interface Names {
  user(name: string): Promise<User | undefined>;
  /** `user:group`, numeric where there is no name. */
  ownerOf(uid: number, gid: number): Promise<string>;
  /** @throws VentError HOST_UNSUPPORTED when the machine has no such user or group */
  idsOf(owner: string): Promise<{ readonly uid: number; readonly gid: number }>;
}

type Rows = readonly (readonly string[])[];

function createReader(path: string): () => Promise<Rows> {
  let stamp = '';
  let rows: Rows = [];
  return async () => {
    const found = await stat(path, { bigint: true }).catch(() => undefined);
    const next = found === undefined ? 'missing' : `${found.ino} ${found.size} ${found.mtimeNs}`;
    if (next !== stamp) {
      const text = found === undefined ? '' : await readFile(path, 'utf8');
      rows = text.split('\n').map((line) => line.split(':'));
      stamp = next;
    }
    return rows;
  };
}

function idIn(rows: Rows, name: string | undefined, what: string): number {
  const found = rows.find((row) => row[0] === name)?.[2] ?? (/^\d+$/.test(name ?? '') ? name : undefined);
  if (found === undefined)
    throw new VentError('HOST_UNSUPPORTED', `cannot give a file to ${what} ${name}: the machine has none`, {
      hint: `Make the ${what} first.`,
      retry: 'backoff',
    });
  return Number(found);
}

function nameIn(rows: Rows, id: number): string {
  return rows.find((row) => row[2] === String(id))?.[0] ?? String(id);
}

export function createNames(root: string): Names {
  const users = createReader(`${root}/etc/passwd`);
  const groups = createReader(`${root}/etc/group`);
  return {
    async user(name) {
      const row = (await users()).find((candidate) => candidate[0] === name);
      return row && { name, uid: Number(row[2]), gid: Number(row[3]), home: row[5] ?? '/' };
    },
    ownerOf: async (uid, gid) => `${nameIn(await users(), uid)}:${nameIn(await groups(), gid)}`,
    async idsOf(owner) {
      const [user, group] = owner.split(':');
      return { uid: idIn(await users(), user, 'user'), gid: idIn(await groups(), group, 'group') };
    },
  };
}
