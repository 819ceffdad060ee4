/**
 * A machine for a script to run on: a mount namespace whose /etc, /opt, /run, /usr/local/bin and console are directories
 * of the test, and whose `sleep`, `systemctl`, `sync` and `uname` write down what is asked of them.
 */
import { execFile, spawnSync } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Outcome {
  readonly status: number;
  readonly output: string;
}

export interface TestMachine extends AsyncDisposable {
  /** Where its root is for the test. */
  readonly root: string;
  run(script: string, options?: RunOptions): Promise<Outcome>;
  /** What was asked of `systemctl` or `sleep` so far, a line each. */
  calls(program: 'systemctl' | 'sleep'): Promise<readonly string[]>;
  /** Path to everything that shows whether it was touched: type, mode, inode, times, content. */
  tree(): Promise<ReadonlyMap<string, string>>;
  read(path: string): Promise<string>;
}

export interface RunOptions {
  readonly shell?: 'dash' | 'bash';
  /** What `uname -m` says. */
  readonly architecture?: string;
  /** Kills the script at the so-manieth file that it makes durable. */
  readonly killAt?: number;
}

const SETUP = `set -eu
for directory in etc opt run usr/local/bin; do mount --bind "$1/$directory" "/$directory"; done
[ ! -e /dev/console ] || mount --bind "$1/console" /dev/console
exec "$2" "$1/script"
`;

const FAKES = {
  sleep: 'echo "$1" >>"$MACHINE/calls/sleep"\n',
  systemctl: 'echo "$*" >>"$MACHINE/calls/systemctl"\n',
  uname: 'echo "$ARCHITECTURE"\n',
  sync: `echo "$*" >>"$MACHINE/calls/sync"
[ "$(wc -l <"$MACHINE/calls/sync")" -ne "$KILL_AT" ] || kill -9 $PPID
`,
};

const NAMESPACE = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];

/** Why no machine can be made here, or false. With CI set there is no excuse. */
export function missingMachine(): string | false {
  const probe = spawnSync('unshare', [...NAMESPACE, 'true']);
  return probe.status === 0 || process.env.CI !== undefined ? false : 'this user may not make a mount namespace';
}

export async function createMachine(): Promise<TestMachine> {
  const root = await mkdtemp(join(tmpdir(), 'vent-userdata-'));
  for (const path of ['etc/systemd/system', 'etc/ssl/certs', 'opt', 'run', 'usr/local/bin', 'bin', 'calls'])
    await mkdir(join(root, path), { recursive: true });
  await writeFile(join(root, 'console'), '');
  for (const [name, text] of Object.entries(FAKES)) {
    await writeFile(join(root, 'bin', name), `#!/bin/sh\n${text}`);
    await chmod(join(root, 'bin', name), 0o755);
  }
  return {
    root,
    async run(script, { shell = 'dash', architecture = 'x86_64', killAt = 0 } = {}) {
      await writeFile(join(root, 'script'), script);
      await rm(join(root, 'calls/sync'), { force: true });
      const env = {
        PATH: `${root}/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
        MACHINE: root,
        ARCHITECTURE: architecture,
        KILL_AT: String(killAt),
      };
      return await start(['--propagation', 'private', 'sh', '-c', SETUP, 'sh', root, shell], env);
    },
    async calls(program) {
      const text = await readFile(join(root, 'calls', program), 'utf8').catch(() => '');
      return text.split('\n').slice(0, -1);
    },
    tree: () => listTree(root),
    read: (path) => readFile(join(root, path), 'utf8'),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}

function start(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const child = execFile('unshare', [...NAMESPACE, ...args], { env, timeout: 60_000 }, (_, stdout, stderr) =>
    resolve({ status: child.exitCode ?? -1, output: stdout + stderr }),
  );
  return promise;
}

async function listTree(root: string): Promise<ReadonlyMap<string, string>> {
  const lines = new Map<string, string>();
  for (const top of ['etc', 'opt', 'usr']) {
    for (const entry of await readdir(join(root, top), { recursive: true })) {
      const path = join(root, top, entry);
      const stat = await lstat(path);
      const content = stat.isFile() ? await readFile(path, 'base64') : stat.isSymbolicLink() && (await readlink(path));
      lines.set(`/${top}/${entry}`, [stat.mode.toString(8), stat.ino, stat.mtimeMs, content].join(' '));
    }
  }
  return lines;
}
