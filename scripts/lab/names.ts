/**
 * What everything of one lab is called. Instance names have no dot, so `vent.<instance>.` is the prefix of no other
 * lab's names: whatever carries it can be found, and removed, without asking any memory.
 */
import { join } from 'node:path';
import { VentError } from '../../shared/errors.ts';

/** Directories of all labs of this computer. */
export const LABS = '/var/lib/vent-lab';

export interface Names {
  readonly instance: string;
  readonly directory: string;
  /** Begins the names of this lab's network namespaces, control groups and machines. */
  readonly prefix: string;
  /** Network namespaces. */
  readonly router: string;
  readonly coordinator: string;
  /** Unix socket of the relay's end in the router's namespace. */
  readonly socket: string;
  /** Names and addresses that the resolver knows, in the format of hosts(5). */
  readonly hosts: string;
  readonly forwards: string;
  readonly settings: string;
  readonly machines: string;
  readonly logs: string;
  /** Of the first administrator, with the address on 127.0.0.1; there once the cluster answers. */
  readonly kubeconfig: string;
  /** A link to the program that was built with the other artifacts. */
  readonly kubectl: string;
  /** Configuration of `vent` for the lab's coordinator. */
  readonly context: string;
}

/** @throws VentError INVALID_INPUT for a name that could not be part of a file, namespace and machine name */
export function nameInstance(instance: string, labs: string = LABS): Names {
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(instance))
    throw new VentError(
      'INVALID_INPUT',
      `cannot name a lab ${JSON.stringify(instance)}: it is not a short, plain word`,
      {
        hint: 'Use up to 20 small letters, digits and hyphens, a letter first.',
      },
    );
  const directory = join(labs, instance);
  const prefix = `vent.${instance}.`;
  return {
    instance,
    directory,
    prefix,
    router: `${prefix}router`,
    coordinator: `${prefix}coordinator`,
    socket: join(directory, 'relay.sock'),
    hosts: join(directory, 'hosts'),
    forwards: join(directory, 'forwards.json'),
    settings: join(directory, 'lab.json'),
    machines: join(directory, 'machines'),
    logs: join(directory, 'logs'),
    kubeconfig: join(directory, 'kubeconfig'),
    kubectl: join(directory, 'kubectl'),
    context: join(directory, 'context.yaml'),
  };
}

/** Where one machine lives, and what its namespace, control groups and link at the router are called. */
export interface MachineNames {
  readonly name: string;
  readonly directory: string;
  readonly tree: string;
  readonly order: string;
  readonly wiring: string;
  readonly console: string;
  /** At most 15 bytes, as the kernel wants it; unique within the router's namespace. */
  readonly routerLink: string;
}

/** @param id a device's uuid, whose first eight digits Packet calls its short id */
export function nameMachine(names: Names, id: string): MachineNames {
  if (!/^[0-9a-f]{8}(-[0-9a-f]+)*$/.test(id))
    throw new VentError('INVALID_INPUT', `cannot name a machine ${JSON.stringify(id)}: it is not a device's uuid`);
  const short = id.slice(0, 8);
  const directory = join(names.machines, id);
  return {
    name: `${names.prefix}${short}`,
    directory,
    tree: join(directory, 'tree'),
    order: join(directory, 'order.json'),
    wiring: join(directory, 'wiring'),
    console: join(directory, 'console.log'),
    routerLink: `m-${short}`,
  };
}
