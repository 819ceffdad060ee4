/** Evictions of the fake API server: a disruption budget may keep a pod (pkg/registry/core/pod/storage/eviction.go of Kubernetes). */
import { type Fields, isFields } from './patch.ts';
import { isIn, placeOf } from './query.ts';
import type { FakeStore } from './store.ts';

/** Nobody minds the loss of a pod that has not begun, or has ended. */
const COUNTED = 'Running';

/**
 * Takes one disruption from the budget that selects the pod.
 * @returns why the pod is kept; undefined when it may go
 */
export function spendBudget(store: FakeStore, namespace: string, pod: Fields): string | undefined {
  if (fieldsOf(pod, 'status').phase !== COUNTED) return undefined;
  const labels = fieldsOf(fieldsOf(pod, 'metadata'), 'labels');
  const budgets = placeOf(`/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`);
  const budget = store.list((path) => isIn(budgets, path)).find((one) => selects(one, labels));
  if (budget === undefined) return undefined;
  const status = fieldsOf(budget, 'status');
  const allowed = typeof status.disruptionsAllowed === 'number' ? status.disruptionsAllowed : 0;
  if (allowed <= 0) return "Cannot evict pod as it would violate the pod's disruption budget.";
  const { name = '' } = fieldsOf(budget, 'metadata');
  const left = { ...status, disruptionsAllowed: allowed - 1 };
  store.put(`${budgets.collection}/${name}`, { ...budget, status: left });
  return undefined;
}

/** By `matchLabels` alone, which is all that is written here. */
function selects(budget: Fields, labels: Fields): boolean {
  const wanted = Object.entries(fieldsOf(fieldsOf(fieldsOf(budget, 'spec'), 'selector'), 'matchLabels'));
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

function fieldsOf(fields: Fields, name: string): Fields {
  const value = fields[name];
  return isFields(value) ? value : {};
}
