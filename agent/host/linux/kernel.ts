/** sysctls through /proc/sys; modules through /proc, /sys and the kernel's own configuration. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { hasSystemCode, VentError } from '../../../shared/errors.ts';
import type { Kernel } from '../host.ts';
import type { Commands } from './commands.ts';
import { type Faults, noFaults } from './faults.ts';

/**
 * What betrays a module that is compiled in: such a module shows in /sys/module only if it has parameters, and where the
 * kernel comes without /lib/modules there is no list of built-in ones either.
 */
const WITNESSES: Readonly<Record<string, { readonly option: string; readonly path?: string }>> = {
  overlay: { option: 'CONFIG_OVERLAY_FS' },
  br_netfilter: { option: 'CONFIG_BRIDGE_NETFILTER', path: '/proc/sys/net/bridge/bridge-nf-call-iptables' },
  nf_conntrack: { option: 'CONFIG_NF_CONNTRACK', path: '/proc/sys/net/netfilter/nf_conntrack_max' },
};

/** sysctl(8): where the first separator is a dot, dots separate and a slash stands for a dot of a name. */
function pathOf(root: string, key: string): string {
  const isDotted = /^[^/]*\./.test(key);
  const path = isDotted ? key.replaceAll(/[./]/g, (character) => (character === '.' ? '/' : '.')) : key;
  return `${root}/proc/sys/${path}`;
}

async function readText(path: string): Promise<string | undefined> {
  return await readFile(path, 'utf8').catch(() => undefined);
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/** The configuration the running kernel was built with: /proc/config.gz (CONFIG_IKCONFIG_PROC) or Debian's copy in /boot. */
async function readConfiguration(root: string, release: string): Promise<string> {
  const packed = await readFile(`${root}/proc/config.gz`).catch(() => undefined);
  if (packed !== undefined) return (await promisify(gunzip)(packed)).toString('utf8');
  return (await readText(`${root}/boot/config-${release}`)) ?? '';
}

export function createKernel(root: string, commands: Commands, faults: Faults = noFaults): Kernel {
  async function isBuiltIn(name: string): Promise<boolean> {
    const witness = WITNESSES[name];
    if (witness?.path !== undefined && (await isThere(root + witness.path))) return true;
    const filesystems = (await readText(`${root}/proc/filesystems`)) ?? '';
    if (filesystems.split('\n').some((line) => line.split('\t').at(-1) === name)) return true;
    const release = (await readText(`${root}/proc/sys/kernel/osrelease`))?.trim() ?? '';
    const builtIn = (await readText(`${root}/lib/modules/${release}/modules.builtin`)) ?? '';
    const files = builtIn.split('\n').map((line) => line.slice(line.lastIndexOf('/') + 1).replace(/\.ko$/, ''));
    if (files.some((file) => file.replaceAll('-', '_') === name)) return true;
    const option = witness?.option ?? `CONFIG_${name.toUpperCase()}`;
    return (await readConfiguration(root, release)).split('\n').includes(`${option}=y`);
  }

  return {
    async sysctl(key) {
      return (await readText(pathOf(root, key)))?.trimEnd();
    },
    async setSysctl(key, value) {
      await writeFile(pathOf(root, key), `${value}\n`, { flag: 'r+' }).catch((cause: unknown) => {
        const isRefused = hasSystemCode(cause, 'EACCES') || hasSystemCode(cause, 'EROFS');
        throw new VentError('HOST_UNSUPPORTED', `cannot set ${key}: ${isRefused ? 'read-only here' : 'refused'}`, {
          hint: 'Set it outside, where the machine cannot set it itself.',
          cause,
        });
      });
      faults.at('set-sysctl', key);
    },
    async hasModule(name) {
      return (await isThere(`${root}/sys/module/${name}`)) || (await isBuiltIn(name));
    },
    async loadModule(name) {
      await commands.run('modprobe', ['--', name]).catch((cause: unknown) => {
        throw new VentError('HOST_UNSUPPORTED', `cannot load module ${name}: the kernel has none that modprobe finds`, {
          hint: `Use a kernel that has ${name}, or install the package with its modules.`,
          retry: 'backoff',
          cause,
        });
      });
    },
  };
}
