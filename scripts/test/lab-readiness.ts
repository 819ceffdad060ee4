/** Whether lab machines can be made here. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Programs that the lab runs; on Debian they come with the packages that the README names. */
const PROGRAMS = ['systemd-nspawn', 'debootstrap', 'ip', 'nft', 'iptables', 'nsenter', 'unshare', 'openssl'];

export interface Surroundings {
  readonly platform: string;
  /** Numeric user id; undefined where there is none. */
  readonly uid: number | undefined;
  /** True when a program of that name is on the PATH. */
  has(program: string): boolean;
}

/** @returns one sentence that says why the lab's tests cannot run, or undefined when they can */
export function whyNoLab(surroundings: Surroundings): string | undefined {
  if (surroundings.platform !== 'linux') return `lab machines need Linux, and this is ${surroundings.platform}`;
  if (surroundings.uid !== 0) return 'lab machines need root';
  const missing = PROGRAMS.filter((program) => !surroundings.has(program));
  return missing.length === 0 ? undefined : `lab machines need programs that are not here: ${missing.join(', ')}`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** This computer, as it is. @param path folders of programs, as PATH has them */
export function readSurroundings(path: string): Surroundings {
  const folders = `${path}:/usr/local/sbin:/usr/sbin:/sbin`.split(':').filter((folder) => folder !== '');
  return {
    platform: process.platform,
    uid: process.getuid?.(),
    has: (program) => folders.some((folder) => isExecutable(join(folder, program))),
  };
}
