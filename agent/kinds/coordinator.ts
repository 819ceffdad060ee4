/**
 * Kind `coordinator`: where this machine reaches its coordinator. The agent goes there as soon as the file says so, and
 * the change is committed only once the coordinator has answered there.
 */
import { ENDPOINTS_FILE, type Endpoints } from '../../shared/endpoints.ts';
import { areSamePlace, type Reached, readEndpoints, toldAtEnrolment } from '../endpoints.ts';
import type { HostView } from '../host/host.ts';
import { readIdentity } from '../identity.ts';
import { type Kind, phrase, type Step } from '../kind.ts';
import { isResetting } from '../reset-mark.ts';
import { PRIVATE, planRemoval, planText } from './steps/files.ts';

export function createCoordinatorKind(): Kind<'coordinator'> {
  return {
    name: 'coordinator',
    async plan({ node, artifacts, enrol }, view) {
      const wanted: Endpoints = { node, artifacts, enrol };
      const before = await reachedNow(view);
      const isThere = before !== undefined && areSamePlace(before, wanted);
      // A machine that was told so when it enrolled needs no file that says it again.
      if (isThere && (await view.files.stat(ENDPOINTS_FILE)) === undefined) return [];
      const steps = await planText(view, ENDPOINTS_FILE, `${JSON.stringify(wanted, null, 2)}\n`, PRIVATE);
      return isThere ? steps : steps.map((step) => moving(step, wanted, before));
    },
    async remove(_resource, view) {
      // A reset tells the coordinator when all else is gone; then the file goes with the identity.
      if (await isResetting(view.files)) return [];
      const [said, identity] = [await readEndpoints(view.files), await readIdentity(view.files)];
      const stays = said === undefined || identity === undefined || areSamePlace(said, toldAtEnrolment(identity));
      const steps = await planRemoval(view, ENDPOINTS_FILE);
      return stays ? steps : steps.map((step) => ({ ...step, touchesLink: true }));
    },
  };
}

function moving(step: Step, { node }: Endpoints, before: Reached | undefined): Step {
  const reason = before === undefined ? 'nobody has said where it is' : `it was reached at ${before.node}`;
  return { ...step, ...phrase(`reach the coordinator at ${node}`, reason), touchesLink: true };
}

async function reachedNow(view: HostView): Promise<Reached | undefined> {
  const said = await readEndpoints(view.files);
  if (said !== undefined) return said;
  const identity = await readIdentity(view.files);
  return identity === undefined ? undefined : toldAtEnrolment(identity);
}
