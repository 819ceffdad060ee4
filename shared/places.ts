/** Where a resource lies on a machine, as an operator would name it: what drift is watched at and what a drift policy's path is compared with. */
import type { Resource } from './document.ts';
import { ENDPOINTS_FILE } from './endpoints.ts';

const UNITS = '/etc/systemd/system';

/** Absolute paths of the files that a resource is made of; none for what has no file of its own (packages, users, images, probes). */
export function placesOf(resource: Resource): readonly string[] {
  const { name } = resource;
  switch (resource.kind) {
    case 'file':
    case 'directory':
    case 'secret':
    case 'trust':
      return [name];
    case 'artifact':
    case 'certificate':
      return [resource.path];
    case 'unit':
      return [`${UNITS}/${name}`, `${UNITS}/${name}.d/50-vent.conf`];
    case 'sysctl':
      return ['/etc/sysctl.d/50-vent.conf'];
    case 'module':
      return ['/etc/modules-load.d/vent.conf'];
    case 'rules':
      return ['/etc/nftables.d/vent.nft', `${UNITS}/vent-rules.service`];
    case 'interface':
      return [`/etc/vent/interfaces/${name}.sh`, `${UNITS}/vent-interface-${name}.service`];
    case 'balancer':
      return [`/etc/vent/balancer/${name}.nft`, `${UNITS}/vent-balancer-${name}.service`];
    case 'coordinator':
      return [ENDPOINTS_FILE];
    case 'agent':
    case 'image':
    case 'package':
    case 'user':
    case 'residue':
    case 'probe':
      return [];
  }
}

/** Units of systemd that run for a resource. */
export function unitsOf(resource: Resource): readonly string[] {
  if (resource.kind === 'unit') return [resource.name];
  return placesOf(resource).flatMap((place) => {
    const name = place.slice(UNITS.length + 1);
    return place.startsWith(`${UNITS}/vent-`) && !name.includes('/') ? [name] : [];
  });
}

/** Whether a pattern names a path: `*` stands for anything in one name, `**` for anything at all. */
export function matchesPlace(pattern: string, place: string): boolean {
  const expression = pattern
    .split(/(\*\*|\*)/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
  return new RegExp(`^${expression}$`).test(place);
}
