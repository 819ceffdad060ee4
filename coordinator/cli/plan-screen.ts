/** A plan as text: what each machine would do, and in which order machines would be reached. */
import { parseRisks, RISK_MEANINGS } from '../../shared/risk.ts';
import type { MachinePlanView, PlanView } from '../../shared/wire.ts';
import { renderDiff } from './spec-diff.ts';

/** Files as they lie on machines. */
function pathOf(id: string): string {
  return id.replace(/^(file|rules):/, '').replace(/^unit:/, '/etc/systemd/system/');
}

/** Of so many the names are shown; the waves name everybody. */
const NAMES_SHOWN = 8;

/** @returns everything but the name */
async function renderMachine(plan: MachinePlanView, withDiffs: boolean): Promise<string> {
  const steps = plan.resources.flatMap(({ id, sentences, left, error, is_removal: isRemoval }) => [
    ...sentences.map((sentence) => `  ${isRemoval ? '-' : '~'} ${id}: ${sentence}\n`),
    ...left.map((sentence) => `  = ${id}: left by its drift policy: ${sentence}\n`),
    ...(error === '' ? [] : [`  ? ${id}: cannot be planned now: ${error}\n`]),
  ]);
  const error = plan.error === '' ? '' : `  ? ${plan.error}\n`;
  const quorum = plan.quorum === '' ? '' : `  ! ${plan.quorum}\n`;
  const drain = plan.drain === '' ? '' : `  ! ${plan.drain}\n`;
  const diffs = withDiffs
    ? await Promise.all(
        plan.files.map(({ path, before, after }) =>
          renderDiff({ name: pathOf(path), text: before }, { name: pathOf(path), text: after }),
        ),
      )
    : [];
  return `${error}${steps.join('')}${drain}${quorum}${diffs.join('')}`;
}

/** Machines that would do the same are one paragraph, where the first of them stands: a hundred workers are read once. */
async function renderMachines(plans: readonly MachinePlanView[], withDiffs: boolean): Promise<string> {
  const bodies = await Promise.all(plans.map(async (plan) => [await renderMachine(plan, withDiffs), plan] as const));
  const groups = Map.groupBy(bodies, ([body]) => body);
  return [...groups].map(([body, alike]) => `${nameAll(alike.map(([, { machine }]) => machine))}\n${body}`).join('');
}

function nameAll(names: readonly string[]): string {
  if (names.length <= NAMES_SHOWN) return names.join(', ');
  return `${names.slice(0, NAMES_SHOWN - 1).join(', ')} and ${names.length - NAMES_SHOWN + 1} more`;
}

/** @param withDiffs show what changes in each file */
export async function renderPlan(plan: PlanView, withDiffs: boolean): Promise<string> {
  if (plan.machines.length === 0) return 'no machine changes\n';
  const waves = plan.waves.map((names, index) => {
    const stage = plan.stages[index];
    return `  ${index + 1}. ${stage === undefined ? '' : `${stage}: `}${names.replaceAll(' ', ', ')}\n`;
  });
  const irreversible = plan.irreversible.map((sentence) => `! ${sentence}\n`);
  const risks = parseRisks(plan.risks).map(
    (risk) => `! applying it needs --accept-risk=${risk}: ${RISK_MEANINGS[risk]}\n`,
  );
  return `${await renderMachines(plan.machines, withDiffs)}${irreversible.join('')}${risks.join('')}Waves:\n${waves.join('')}Plan ${plan.hash} over revision ${plan.revision}\n`;
}
