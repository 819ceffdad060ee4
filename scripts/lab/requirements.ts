/** What a lab needs of the computer it runs on. */
import { access, readdir } from 'node:fs/promises';
import { VentError } from '../../shared/errors.ts';
import type { Children } from './child.ts';

/** What shows that a package is there, by package name of Debian: a file of it, or a command that then succeeds. */
export type Packages = Readonly<Record<string, string | readonly string[]>>;

/** What a lab runs, and what the programs of its machines are built with. */
export const LAB_PACKAGES: Packages = {
  debootstrap: '/usr/sbin/debootstrap',
  'systemd-container': '/usr/bin/systemd-nspawn',
  iproute2: '/usr/bin/ip',
  iptables: '/usr/sbin/iptables',
  nftables: '/usr/sbin/nft',
  procps: '/usr/sbin/sysctl',
  'util-linux': '/usr/bin/setpriv',
  gcc: '/usr/bin/gcc',
  'libc6-dev': '/usr/include/stdlib.h',
  'libseccomp-dev': '/usr/include/seccomp.h',
  'pkg-config': '/usr/bin/pkg-config',
};

/** The same, and what tests compare with: the userdata's downloader, another reader of certificates, a stock client. */
export const TEST_PACKAGES: Packages = {
  ...LAB_PACKAGES,
  curl: '/usr/bin/curl',
  openssl: '/usr/bin/openssl',
  'python3-venv': ['python3', '-c', 'import ensurepip, venv'],
};

const LISTS = '/var/lib/apt/lists';
const APT_OPTIONS = { milliseconds: 10 * 60_000, environment: { DEBIAN_FRONTEND: 'noninteractive' } };

export interface Computer {
  readonly platform: string;
  readonly userId: number;
}

/** Why no lab can run here, as one sentence, or undefined when it can. */
export function whyNoLab(computer: Computer): string | undefined {
  if (computer.platform !== 'linux')
    return `the lab boots real machines with Linux's means and this is ${computer.platform}`;
  if (computer.userId !== 0) return 'the lab makes namespaces and boots machines, which only root may';
  return undefined;
}

/** The computer's files, as far as they show what is installed. */
export interface Files {
  has(path: string): Promise<boolean>;
  /** Names in a directory; none when there is no such directory. */
  list(path: string): Promise<readonly string[]>;
}

const localFiles: Files = {
  has: (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
  list: (path) => readdir(path).catch(() => []),
};

async function isPresent(proof: string | readonly string[], children: Children, files: Files): Promise<boolean> {
  if (typeof proof === 'string') return files.has(proof);
  return children.run(proof).then(
    ({ code }) => code === 0,
    () => false,
  );
}

/** Packages of which there is nothing to see. */
export async function missingPackages(
  packages: Packages,
  children: Children,
  files: Files = localFiles,
): Promise<readonly string[]> {
  const found = await Promise.all(
    Object.entries(packages).map(async ([name, proof]) => ((await isPresent(proof, children, files)) ? [] : [name])),
  );
  return found.flat();
}

/**
 * Installs what is missing and says so, or explains what to install.
 * @throws VentError HOST_UNSUPPORTED when no lab can run here, or apt is not there or cannot install
 */
export async function ensureRequirements(
  computer: Computer,
  packages: Packages,
  children: Children,
  say: (line: string) => void,
  files: Files = localFiles,
): Promise<void> {
  const reason = whyNoLab(computer);
  if (reason !== undefined) throw new VentError('HOST_UNSUPPORTED', `cannot start a lab: ${reason}`);
  const missing = await missingPackages(packages, children, files);
  if (missing.length === 0) return;
  const hint = `Run as root: apt-get update && apt-get install ${missing.join(' ')}`;
  if (!(await files.has('/usr/bin/apt-get')))
    throw new VentError('HOST_UNSUPPORTED', `cannot start a lab: ${missing.join(', ')} missing, and no apt-get`, {
      hint: `Install the programs of these Debian packages: ${missing.join(' ')}.`,
    });
  say(`installing ${missing.join(', ')} with apt-get`);
  try {
    await install(missing, children, files);
  } catch (cause) {
    throw new VentError('HOST_UNSUPPORTED', `cannot start a lab: ${VentError.from(cause).message}`, { hint, cause });
  }
}

/** A fresh Debian has no lists of packages, and old lists name versions that mirrors have no more. */
async function install(names: readonly string[], children: Children, files: Files): Promise<void> {
  const update = ['apt-get', 'update'];
  const words = ['apt-get', 'install', '-y', '--no-install-recommends', ...names];
  const hasLists = (await files.list(LISTS)).some((name) => /_Packages(\.\w+)?$/.test(name));
  if (hasLists && (await children.run(words, APT_OPTIONS)).code === 0) return;
  await children.need(update, APT_OPTIONS);
  await children.need(words, APT_OPTIONS);
}
