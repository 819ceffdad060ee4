/**
 * Whether a member of etcd may be restarted: only while every other one answers. That a machine was well when it last
 * reported proves nothing (a machine without power is missed after a minute), so each is asked now: its agent looks at
 * everything etcd is made of, and etcd's own health page answers through a quorum
 * (https://etcd.io/docs/v3.6/op-guide/monitoring/).
 */
import type { Clock } from '../../shared/clock.ts';
import type { DocumentComponent } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import type { Connections } from '../connections.ts';
import { within } from '../within.ts';

export interface Member {
  readonly nodeId: string;
  readonly name: string;
  /** Of its present document. */
  readonly components: readonly DocumentComponent[];
}

/** What every other member must answer within. */
const ANSWER_MILLISECONDS = 5000;

/** @returns why a member may not be restarted now, naming the rule; undefined when all of the others answer */
export async function findQuorumRisk(
  { connections, clock }: { readonly connections: Pick<Connections, 'ask'>; readonly clock: Clock },
  others: readonly Member[],
): Promise<string | undefined> {
  const complaints = await Promise.all(
    others.map(async ({ nodeId, name, components }) => {
      try {
        const asked = ask(connections, nodeId, components);
        const { resources, error } = await within(clock, ANSWER_MILLISECONDS, asked);
        const open = resources.find((resource) => resource.component === 'etcd' && !resource.is_removal);
        const cause = error !== '' ? error : open === undefined ? undefined : (open.sentences[0] ?? open.error);
        return cause === undefined ? undefined : `${name}: ${cause}`;
      } catch (thrown) {
        return `${name}: ${VentError.from(thrown).message}`;
      }
    }),
  );
  const sick = complaints.find((complaint) => complaint !== undefined);
  return sick && `every other member of etcd must answer before one is restarted [etcd-quorum]: ${sick}`;
}

async function ask(connections: Pick<Connections, 'ask'>, nodeId: string, components: readonly DocumentComponent[]) {
  return await connections.ask(nodeId, Buffer.from(JSON.stringify(components)));
}
