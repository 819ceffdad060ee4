import { VentError } from '../../shared/errors.ts';
import type { Pool } from '../../shared/spec/schema.ts';
import type { Operator } from './operator.ts';

/** Pools of the newest revision; none before the first. */
export async function listPools(operator: Operator): Promise<readonly Pool[]> {
  const { content } = await operator.call((methods) => methods.GetCluster, {});
  if (content === '') return [];
  const { loadSpec } = await import('../../shared/spec/load.ts');
  return loadSpec(content, 'the newest revision').spec.pools;
}

/** @throws VentError NOT_FOUND naming those there are */
export async function findPool(operator: Operator, name: string): Promise<Pool> {
  const pools = await listPools(operator);
  const found = pools.find((pool) => pool.name === name);
  if (found !== undefined) return found;
  const known = pools.map((pool) => pool.name).join(', ') || 'none yet';
  throw new VentError('NOT_FOUND', `cannot find pool ${name}: the cluster has ${known}`);
}
