/**
 * Whether a change can still be taken back. etcd does not start below the version of its cluster, and that rises to another
 * minor version by itself within seconds after the last member has it
 * (https://etcd.io/docs/v3.6/downgrades/downgrading-etcd/): from then on the way back would lose the member. Pure.
 */
import { idOf, type NodeDocument } from '../../shared/document.ts';
import { minorOf } from '../../shared/version.ts';
import { resourcesOf } from '../reconcile/graph.ts';

const PROGRAM = 'etcd';
/** Once it passes with the newer version, the member takes part, and the version of the cluster may rise. */
const PROBE = 'probe:etcd';

/**
 * @param before the document that the way back leads to
 * @param hasConverged whether a resource was looked at in this change and is as wanted
 * @returns why not, one sentence; undefined when it can be taken back
 */
export function findNoReturn(
  before: NodeDocument,
  after: NodeDocument,
  hasConverged: (id: string) => boolean,
): string | undefined {
  const [old, next] = [versionIn(before), versionIn(after)];
  if (old === undefined || next === undefined || minorOf(old) === minorOf(next)) return undefined;
  const isProbed = resourcesOf(after).some((resource) => idOf(resource) === PROBE);
  if (!isProbed || !hasConverged(PROBE)) return undefined;
  return `etcd went from ${old} to ${next} and takes part: a minor version is never taken back`;
}

function versionIn(document: NodeDocument): string | undefined {
  const found = resourcesOf(document).find((resource) => resource.kind === 'artifact' && resource.name === PROGRAM);
  return found?.kind === 'artifact' ? found.version : undefined;
}
