/** Every machine that has a document, as it is and as a file would have it; nothing is kept of the look. */
import type { ClusterFile } from '../../shared/spec/schema.ts';
import type { Rendering } from '../documents.ts';
import type { Fleet } from '../fleet.ts';
import type { NodeRow } from '../nodes/row.ts';
import { compareNames, type RolloutMachine } from '../rollout/moves.ts';
import type { Rollouts, RolloutsOptions } from '../rollout/rollouts.ts';
import { compose, differs, type Part, type Parts, stagesOf, wholeAt } from '../rollout/stages.ts';

export interface Prospect {
  readonly present: Rendering;
  readonly wished: Rendering;
  /** As a roll-out of the file would begin. */
  readonly rollout: RolloutMachine;
}

export interface Outlook {
  readonly machines: readonly Prospect[];
  /** That the roll-out would have. */
  readonly stages: readonly Part[];
}

export interface ProspectsOptions extends Pick<RolloutsOptions, 'documents' | 'health'> {
  readonly rollouts: Pick<Rollouts, 'parts'>;
}

export async function readProspects(
  { documents, health, rollouts }: ProspectsOptions,
  fleet: Fleet,
  file: ClusterFile,
): Promise<Outlook> {
  const given = new Set((await documents.list()).rows.map((row) => row.key));
  const [parts, seen] = [await rollouts.parts(), await health()];
  const numbers = new Set([fleet.newest, ...[...parts.values()].flatMap((one) => Object.values(one))]);
  const running = await Promise.all([...numbers].map(async (number) => (await fleet.versions(number)).kubernetes));
  const machines = await Promise.all(
    fleet.rows
      .filter((row) => given.has(row.id))
      .toSorted(compareNames)
      .map(async (row): Promise<Prospect> => {
        const present = await renderPresent(fleet, row, parts.get(row.id) ?? wholeAt(fleet.newest));
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
          hasFailed: false,
          isHeld: row.held === true,
          isDraining: false,
          isConnected,
        };
        return { present, wished, rollout };
      }),
  );
  return { machines, stages: stagesOf(running, file.spec.kubernetes.version) };
}

async function renderPresent(fleet: Fleet, row: NodeRow, parts: Parts): Promise<Rendering> {
  const renders = new Map<number, Rendering>();
  for (const number of new Set(Object.values(parts))) renders.set(number, await fleet.render(row, number));
  return compose(parts, (number) => {
    const found = renders.get(number);
    if (found === undefined) throw new RangeError(`revision ${number} was not rendered`);
    return found;
  });
}
