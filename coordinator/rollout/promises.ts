/** The plan that an operator read and applied by its hash: machine by machine what it may do, and nothing else. */
import type { PlanView } from '../../shared/wire.ts';
import { comparePlans, type Foreseen, foreseenOf } from '../plan/compare.ts';
import { createCollection } from '../store/collection.ts';
import type { Store } from '../store/store.ts';
import { type PromiseRow, promiseRow } from './rows.ts';

export interface Promises {
  /** All others are forgotten. @param inUse hash of a plan that is kept, too */
  keep(plan: PlanView, inUse: string | undefined): Promise<void>;
  /**
   * @param hash of the plan @param isMeant whether a component is taken up now
   * @returns how what a machine would do now differs, one sentence each; none where it could not be asked then
   */
  compare(
    hash: string,
    machine: string,
    now: Foreseen,
    isMeant: (component: string) => boolean,
  ): Promise<readonly string[]>;
}

export function createPromises(store: Store): Promises {
  const rows = createCollection(store, '/promises/', promiseRow);
  return {
    async keep({ hash, machines }, inUse) {
      const { rows: listed } = await rows.list();
      const before = listed.filter(({ key }) => !key.startsWith(`${inUse}/`)).map(({ key }) => rows.keyOf(key));
      const put = machines.map((machine) => rows.writing(`${hash}/${machine.machine}`, toRow(machine)));
      const kept = new Set(put.map(({ key }) => key));
      await store.transact({ compare: [], put, remove: before.filter((key) => !kept.has(key)) });
    },
    async compare(hash, machine, now, isMeant) {
      const read = (await rows.get(`${hash}/${machine}`))?.value;
      // One that was not to change may do nothing.
      return comparePlans(read ?? { form: now.form, wasWell: true, changes: [], unknown: [] }, now, isMeant) ?? [];
    },
  };
}

/** Nothing was promised for a machine that could not be asked. */
function toRow(plan: PlanView['machines'][number]): PromiseRow {
  const { changes, unknown, ...rest } = foreseenOf(plan, true);
  const form = plan.error === '' ? rest.form : 0;
  return { machine: plan.machine, ...rest, form, changes: [...changes], unknown: [...unknown] };
}
