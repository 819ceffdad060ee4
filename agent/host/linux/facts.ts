/** What the machine is, read once when the agent starts. */
import { readFile } from 'node:fs/promises';
import { arch } from 'node:os';
import { VentError } from '../../../shared/errors.ts';
import type { Facts } from '../../../shared/facts.ts';
import { factLinks, parseCgroup, parseMissingCapabilities } from '../../facts.ts';
import type { NetworkView } from '../host.ts';

/** @throws VentError HOST_UNSUPPORTED on a processor that no artifact is made for */
export async function readFacts(options: {
  readonly network: NetworkView;
  readonly agentVersion: string;
}): Promise<Facts> {
  const architecture = arch();
  if (architecture !== 'x64' && architecture !== 'arm64')
    throw new VentError('HOST_UNSUPPORTED', `cannot use this machine: its processor is ${architecture}`, {
      hint: 'Use a machine with an x64 or arm64 processor.',
    });
  // Imported late: it is large, and needed once.
  const { cpu, mem, osInfo } = await import('systeminformation');
  const [os, processor, memory, links, status, mounts, release] = await Promise.all([
    osInfo(),
    cpu(),
    mem(),
    options.network.links(),
    readFile('/proc/self/status', 'utf8'),
    readFile('/proc/mounts', 'utf8'),
    readFile('/etc/os-release', 'utf8').catch(() => ''),
  ]);
  return {
    hostname: os.hostname,
    architecture,
    os: { id: /^ID="?([^"\n]*)"?$/m.exec(release)?.[1] ?? os.distro, version: os.release, name: os.distro },
    kernel: os.kernel,
    cpus: processor.cores,
    memoryBytes: memory.total,
    cgroup: parseCgroup(mounts),
    missingCapabilities: parseMissingCapabilities(status),
    links: factLinks(links),
    agentVersion: options.agentVersion,
  };
}
