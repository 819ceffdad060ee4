/**
 * Kind `unit`: a unit file of systemd, loaded, enabled and started with its present inputs.
 *
 * INVARIANTS
 * - Whether a unit must be restarted is read off what its process was started with, so a crash between writing an input
 *   and the restart loses nothing.
 * - Start jobs are queued; whether a unit becomes ready is for a probe to wait for.
 */
import type { Clock } from '../../shared/clock.ts';
import type { ResourceOf } from '../../shared/document.ts';
import { checkPath } from '../../shared/paths.ts';
import type { HostView, UnitState } from '../host/host.ts';
import { type Kind, type PlanContext, phrase, type Step } from '../kind.ts';
import { PLAIN, planDirectoryRemoval, planRemoval, planText } from './steps/files.ts';
import { compareInputs, formatDropIn, formatInputs, hasProcess, unitPathsOf } from './steps/unit-files.ts';
import { waitUntil } from './steps/wait.ts';

/** Seconds until systemd must have begun a queued start job; it begins when the units it is ordered after are up. */
const QUEUE_SECONDS = 60;

export function createUnitKind({ clock }: { readonly clock: Clock }): Kind<'unit'> {
  return {
    name: 'unit',
    async plan(resource, view, context) {
      const { name } = resource;
      const [files, state] = await Promise.all([planFiles(resource, view, context), view.units.state(name)]);
      const mustReload = files.length > 0 || state.needsReload || !state.loaded;
      return [
        ...files,
        ...(mustReload ? [reload(`the files of ${name} changed`)] : []),
        ...(state.enabled ? [] : [enable(name)]),
        ...planRun(
          name,
          state,
          hasProcess(name) ? formatInputs(context.inputsOf(name)) : undefined,
          !mustReload,
          clock,
        ),
      ];
    },
    remove: (resource, view) => planUnitRemoval(resource.name, view),
  };
}

async function planFiles(resource: ResourceOf<'unit'>, view: HostView, context: PlanContext): Promise<readonly Step[]> {
  const paths = unitPathsOf(resource.name);
  checkPath(paths.unit, 'content');
  const dropIn = formatDropIn(resource, context.inputsOf(resource.name));
  return [
    ...(await planText(view, paths.unit, resource.content, PLAIN)),
    ...(dropIn === undefined ? [] : await planText(view, paths.dropIn, dropIn, PLAIN)),
  ];
}

function reload(reason: string): Step {
  return { ...phrase('reload systemd', reason), weight: 'free', apply: (host) => host.units.reload() };
}

function enable(name: string): Step {
  return { ...phrase(`enable ${name}`, 'not enabled'), apply: (host) => host.units.enable(name) };
}

type Verb = 'start' | 'restart';

/** What must be done so that the unit runs with these inputs, and why. @param isLoaded systemd has read the wanted files */
function decideRun(
  state: UnitState,
  inputs: string | undefined,
  isLoaded: boolean,
): { readonly verb: Verb; readonly reason: string } | undefined {
  if (state.active === 'failed') return { verb: 'start', reason: `failed (${state.result})` };
  if (state.active === 'inactive' || state.active === 'deactivating') return { verb: 'start', reason: state.active };
  if (inputs === undefined || state.inputs === inputs) return undefined;
  // No process yet: the one to come reads what is loaded.
  if (state.active === 'activating' && state.mainPid === 0 && isLoaded) return undefined;
  if (state.inputs === undefined) return { verb: 'restart', reason: 'it was not started by Vent' };
  return { verb: 'restart', reason: `${compareInputs(state.inputs, inputs).join(', ')} changed` };
}

function planRun(
  name: string,
  state: UnitState,
  inputs: string | undefined,
  isLoaded: boolean,
  clock: Clock,
): readonly Step[] {
  const run = decideRun(state, inputs, isLoaded);
  if (run === undefined) return [];
  return [
    {
      sentence: `${run.verb} ${name}: ${run.reason}`,
      change: `run ${name}`,
      // Nothing was decided anew where it only brings back what has stopped.
      weight: run.verb === 'start' ? 'free' : 'may',
      async apply(host, signal) {
        // Stopping clears a failed state and with it a start limit that was hit.
        if (state.active === 'failed') await host.units.stop(name);
        await host.units[run.verb](name);
        await waitUntil({
          clock,
          signal,
          deadlineSeconds: QUEUE_SECONDS,
          sentence: `systemd begins to ${run.verb} ${name}`,
          observe: () => observeRun(host, name, inputs),
        });
      },
    },
  ];
}

/** A unit that failed at once has begun, too: planning again says so. */
async function observeRun(view: HostView, name: string, inputs: string | undefined): Promise<string | undefined> {
  const state = await view.units.state(name);
  if (state.active === 'failed') return undefined;
  return decideRun(state, inputs, true) === undefined ? undefined : `it is ${state.active} (${state.sub})`;
}

async function planUnitRemoval(name: string, view: HostView): Promise<readonly Step[]> {
  const paths = unitPathsOf(name);
  checkPath(paths.unit, 'content');
  const state = await view.units.state(name);
  const files = [
    ...(await planRemoval(view, paths.unit)),
    ...(await planRemoval(view, paths.dropIn)),
    ...(await planDirectoryRemoval(view, paths.directory, [paths.dropInName])),
  ];
  const stop: Step = { ...phrase(`stop ${name}`), weight: 'may', apply: (host) => host.units.stop(name) };
  const disable: Step = { ...phrase(`disable ${name}`), apply: (host) => host.units.disable(name) };
  return [
    ...(state.active === 'inactive' ? [] : [stop]),
    ...(state.enabled ? [disable] : []),
    ...files,
    ...(files.length > 0 || state.needsReload ? [reload(`the files of ${name} are gone`)] : []),
    ...(await planRemoval(view, paths.stamp)),
  ];
}
