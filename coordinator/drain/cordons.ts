/** What operators do themselves: cordon a machine, uncordon it, drain it while they look on. */
import { VentError } from '../../shared/errors.ts';
import { findNode, type NodeRow } from '../nodes/row.ts';
import type { Collection } from '../store/collection.ts';
import { type DrainOptions, describeStaying, drainNode, readLeaving, setCordon } from './node.ts';
import { type LeavingPod, RISKS, type Risk } from './pods.ts';
import type { DrainRow } from './rows.ts';

export interface Cordons {
  /** @returns the machine's name @throws VentError NOT_FOUND, CONFLICT while a roll-out drains it, UNAVAILABLE without an API server */
  cordon(machine: string, isCordoned: boolean): Promise<string>;
  /**
   * @param order `force` accepts every risk, and deletes at the deadline what budgets keep
   * @returns the machine's name, and one sentence whenever something new is to be said; it ends when no pod is left
   * @throws VentError NOT_FOUND, CONFLICT naming the risks that are not accepted; the steps: DEADLINE, CANCELLED
   */
  drain(
    machine: string,
    order: { readonly seconds: number; readonly force: boolean },
    signal: AbortSignal,
  ): Promise<{ readonly name: string; readonly steps: AsyncIterable<string> }>;
}

export interface CordonsOptions extends DrainOptions {
  readonly nodes: Collection<NodeRow>;
  readonly drains: Collection<DrainRow>;
}

const EVERY_RISK = Object.keys(RISKS) as readonly Risk[];

export function createCordons(options: CordonsOptions): Cordons {
  /** A cordon of the operator's own outlives the roll-out. */
  async function takeOver(nodeId: string): Promise<void> {
    await options.drains.update(nodeId, (row) =>
      row?.hasCordoned === true ? { ...row, hasCordoned: false } : undefined,
    );
  }

  async function checkFree({ id, name }: NodeRow): Promise<void> {
    const row = (await options.drains.get(id))?.value;
    if (row === undefined || row.phase === 'returning') return;
    throw new VentError('CONFLICT', `cannot uncordon ${name}: the roll-out of revision ${row.revision} drains it`, {
      hint: '`vent rollout abort` ends that, and the machine takes pods again.',
    });
  }

  return {
    async cordon(machine, isCordoned) {
      const row = await findNode(options.nodes, machine);
      if (isCordoned) await takeOver(row.id);
      else await checkFree(row);
      await setCordon(options.client(), row.name, isCordoned);
      return row.name;
    },
    async drain(machine, { seconds, force }, signal) {
      const { id, name } = await findNode(options.nodes, machine);
      const risky = (await readLeaving(options.client(), { name, who: 'all' })).filter(({ risks }) => risks.length > 0);
      if (!force && risky.length > 0)
        throw new VentError('CONFLICT', `cannot drain ${name}: ${describeRisks(risky)}`, {
          hint: 'Take them away yourself, or accept it with --force.',
        });
      await takeOver(id);
      await setCordon(options.client(), name, true);
      const deadline = options.clock.now() + seconds * 1000;
      const accepts = force ? EVERY_RISK : [];
      const order = { name, who: 'all', deadline, accepts, overridesBudgets: force } as const;
      return { name, steps: tellSteps(drainNode(options, order, signal), risky) };
    },
  };
}

async function* tellSteps(
  passes: ReturnType<typeof drainNode>,
  accepted: readonly LeavingPod[],
): AsyncGenerator<string> {
  for (const pod of accepted) yield `accepted: ${describeRisks([pod])}`;
  for await (const staying of passes) yield `waits for ${describeStaying(staying)}`;
}

function describeRisks(pods: readonly LeavingPod[]): string {
  return pods
    .map(({ name, namespace, risks }) => `${namespace}/${name} ${risks.map((risk) => RISKS[risk]).join(' and ')}`)
    .join(', ');
}
