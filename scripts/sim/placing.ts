/** Which machines a cluster file makes, so many in all: pools with etcd or a control plane as they are, workers for the rest. Pure. */
import { VentError } from '../../shared/errors.ts';
import type { ClusterFile, Role } from '../../shared/spec/schema.ts';

export interface Placed {
  readonly name: string;
  readonly pool: string;
  readonly roles: readonly Role[];
  /** Private, the upper half of a /31. */
  readonly address: string;
  readonly gateway: string;
}

/** Addresses of a simulation: 10.128.0.0/10 holds two million pairs. */
const FIRST_OCTETS = [10, 128] as const;

/** @throws VentError INVALID_INPUT when there are fewer than the pools that are not workers' need */
export function placeMachines(file: ClusterFile, nodes: number): readonly Placed[] {
  const { pools } = file.spec;
  const isWorker = (roles: readonly Role[]): boolean => roles.every((role) => role === 'worker');
  const fixed = pools.filter(({ roles }) => !isWorker(roles));
  const workers = pools.filter(({ roles }) => isWorker(roles));
  const needed = fixed.reduce((sum, { count }) => sum + count, 0);
  const rest = Math.max(workers.length, nodes - needed);
  if (nodes < needed)
    throw new VentError('INVALID_INPUT', `cannot simulate ${nodes} machines: etcd and control planes need ${needed}`, {
      hint: `Ask for --nodes ${needed + 1} or more.`,
    });
  const wanted = [
    ...fixed.map((pool) => ({ pool, count: pool.count })),
    ...workers.map((pool, index) => ({
      pool,
      count: Math.floor(rest / workers.length) + (index < rest % workers.length ? 1 : 0),
    })),
  ];
  const names = wanted.flatMap(({ pool, count }) =>
    Array.from({ length: count }, (_, index) => ({
      name: `${pool.name}-${index + 1}`,
      pool: pool.name,
      roles: pool.roles,
    })),
  );
  return names.map((one, index) => ({ ...one, ...addressesOf(index) }));
}

function addressesOf(index: number): Pick<Placed, 'address' | 'gateway'> {
  const low = index * 2;
  const at = (number: number): string =>
    [FIRST_OCTETS[0], FIRST_OCTETS[1] + (number >> 16), (number >> 8) & 255, number & 255].join('.');
  return { gateway: at(low), address: at(low + 1) };
}
