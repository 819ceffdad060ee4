/** What a lab needs of the computer it runs on. */
import { access } from 'node:fs/promises';
import { VentError } from '../../shared/errors.ts';
import type { Children } from './child.ts';

/** A program that shows that a package is there, by package name of Debian. */
export const PACKAGES: Readonly<Record<string, string>> = {
  debootstrap: '/usr/sbin/debootstrap',
  'systemd-container': '/usr/bin/systemd-nspawn',
  iproute2: '/usr/bin/ip',
  iptables: '/usr/sbin/iptables',
  nftables: '/usr/sbin/nft',
  procps: '/usr/sbin/sysctl',
  'util-linux': '/usr/bin/setpriv',
};

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

/** Packages whose program is not there. */
export async function missingPackages(has: (path: string) => Promise<boolean> = isThere): Promise<readonly string[]> {
  const found = await Promise.all(
    Object.entries(PACKAGES).map(async ([name, path]) => ((await has(path)) ? [] : [name])),
  );
  return found.flat();
}

/**
 * Installs what is missing and says so, or explains what to install.
 * @throws VentError HOST_UNSUPPORTED when no lab can run here, or apt is not there or cannot install
 */
export async function ensureRequirements(
  computer: Computer,
  children: Children,
  say: (line: string) => void,
): Promise<void> {
  const reason = whyNoLab(computer);
  if (reason !== undefined) throw new VentError('HOST_UNSUPPORTED', `cannot start a lab: ${reason}`);
  const missing = await missingPackages();
  if (missing.length === 0) return;
  const hint = `Install the programs of these Debian packages: ${missing.join(' ')}.`;
  if (!(await isThere('/usr/bin/apt-get')))
    throw new VentError('HOST_UNSUPPORTED', `cannot start a lab: ${missing.join(', ')} missing, and no apt-get`, {
      hint,
    });
  say(`installing ${missing.join(', ')} with apt-get`);
  const options = { milliseconds: 10 * 60_000, environment: { DEBIAN_FRONTEND: 'noninteractive' } };
  try {
    await children.need(['apt-get', 'update'], options);
    await children.need(['apt-get', 'install', '-y', '--no-install-recommends', ...missing], options);
  } catch (cause) {
    throw new VentError('HOST_UNSUPPORTED', `cannot start a lab: ${VentError.from(cause).message}`, { hint, cause });
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
