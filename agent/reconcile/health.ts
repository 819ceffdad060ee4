/** How the document's units are, beside whether they were started. */
import type { NodeDocument } from '../../shared/document.ts';
import type { UnhealthyUnit } from '../events.ts';
import type { HostView } from '../host/host.ts';
import { resourcesOf } from './graph.ts';

const REBOOT_REQUIRED = '/run/reboot-required';
/** Debian Policy 5.6.7, as far as it concerns a name. */
const PACKAGE_NAME = /^[a-z0-9][a-z0-9+.-]*$/;

/** Units that are not active now, in the document's order. */
export async function findUnhealthyUnits(document: NodeDocument, view: HostView): Promise<readonly UnhealthyUnit[]> {
  const names = resourcesOf(document).flatMap((resource) => (resource.kind === 'unit' ? [resource.name] : []));
  const units = await Promise.all(names.map(async (name) => ({ name, ...(await view.units.state(name)) })));
  return units
    .filter(({ active }) => active !== 'active' && active !== 'reloading')
    .map(({ name, active, sub, result }) => ({ name, active, sub, result }));
}

/**
 * Packages that want the machine to be rebooted, each once; undefined when none is wanted. The two files are those that
 * Debian's and Ubuntu's packages write; the second may be missing. /run is empty after a boot, and so is the wish.
 */
export async function findRebootPackages({ files }: HostView): Promise<readonly string[] | undefined> {
  if ((await files.stat(REBOOT_REQUIRED)) === undefined) return undefined;
  const names = await files.read(`${REBOOT_REQUIRED}.pkgs`);
  const lines = Buffer.from(names ?? [])
    .toString('utf8')
    .split('\n');
  return [...new Set(lines.filter((line) => PACKAGE_NAME.test(line)))].toSorted();
}
