/** A plan as text: what each machine would do, and in which order machines would be reached. */
import type { MachinePlanView, PlanView } from '../../shared/wire.ts';
import { renderDiff } from './spec-diff.ts';

/** Files as they lie on machines. */
function pathOf(id: string): string {
  return id.replace(/^(file|rules):/, '').replace(/^unit:/, '/etc/systemd/system/');
}

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
  return `${plan.machine}\n${error}${steps.join('')}${drain}${quorum}${diffs.join('')}`;
}

/** @param withDiffs show what changes in each file */
export async function renderPlan(plan: PlanView, withDiffs: boolean): Promise<string> {
  if (plan.machines.length === 0) return 'no machine changes\n';
  const machines = await Promise.all(plan.machines.map((machine) => renderMachine(machine, withDiffs)));
  const waves = plan.waves.map((names, index) => {
    const stage = plan.stages[index];
    return `  ${index + 1}. ${stage === undefined ? '' : `${stage}: `}${names.replaceAll(' ', ', ')}\n`;
  });
  const irreversible = plan.irreversible.map((sentence) => `! ${sentence}\n`);
  return `${machines.join('')}${irreversible.join('')}Waves:\n${waves.join('')}Plan ${plan.hash} over revision ${plan.revision}\n`;
}
