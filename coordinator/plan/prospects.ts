/** Every machine that has a document, as it is and as a file would have it; nothing is kept of the look. */
import type { ClusterFile } from '../../shared/spec/schema.ts';
import type { Rendering } from '../documents.ts';
import type { Fleet } from '../fleet.ts';
import { compareNames, type RolloutMachine } from '../rollout/moves.ts';
import { differs, type Rollouts, type RolloutsOptions } from '../rollout/rollouts.ts';

export interface Prospect {
  readonly present: Rendering;
  readonly wished: Rendering;
  /** As a roll-out of the file would begin. */
  readonly rollout: RolloutMachine;
}

export interface ProspectsOptions extends Pick<RolloutsOptions, 'documents' | 'health'> {
  readonly rollouts: Pick<Rollouts, 'revisions'>;
}

export async function readProspects(
  { documents, health, rollouts }: ProspectsOptions,
  fleet: Fleet,
  file: ClusterFile,
): Promise<readonly Prospect[]> {
  const given = new Set((await documents.list()).rows.map((row) => row.key));
  const [revisions, seen] = [await rollouts.revisions(), await health()];
  return await Promise.all(
    fleet.rows
      .filter((row) => given.has(row.id))
      .toSorted(compareNames)
      .map(async (row): Promise<Prospect> => {
        const present = await fleet.render(row, revisions.get(row.id) ?? fleet.newest);
        const wished = fleet.foresee(row, file);
        const { isConnected, complaint } = seen.get(row.id) ?? {
          isConnected: false,
          complaint: 'nothing was heard of it',
        };
        const rollout: RolloutMachine = {
          id: row.id,
          name: row.name,
          roles: row.roles,
          isPending: differs(present, wished),
          movedAt: undefined,
          isSettled: false,
          complaint,
          wellSince: complaint === undefined ? 0 : undefined,
          isHeld: row.held === true,
          isDraining: false,
          isConnected,
        };
        return { present, wished, rollout };
      }),
  );
}
