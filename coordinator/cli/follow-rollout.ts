/** Waits for the end of a roll-out, and says on stderr what happens meanwhile. */
import { parseDuration } from '../../shared/duration.ts';
import { VentError } from '../../shared/errors.ts';
import type { RolloutView } from '../../shared/wire.ts';
import type { Operator } from './operator.ts';
import type { ProgressForm } from './progress.ts';
import type { Shell } from './shell.ts';

export interface FollowOptions {
  readonly revision: string;
  /** Such as `30m`. */
  readonly timeout: string;
  readonly progress: ProgressForm;
}

/** @throws VentError ROLLOUT_FAILED when it failed or was aborted, DEADLINE when time runs out, UNAVAILABLE when the coordinator goes */
export async function followRollout(operator: Operator, shell: Shell, options: FollowOptions): Promise<void> {
  const limit = AbortSignal.timeout(parseDuration(options.timeout));
  const signal = AbortSignal.any([limit, shell.signal]);
  const tell = createTeller(shell, options.progress);
  try {
    for await (const { rollout } of operator.stream((methods) => methods.WatchRollout, {}, signal)) {
      // The roll-out of the revision before is still the newest for a moment.
      if (rollout === undefined || rollout.revision !== options.revision) continue;
      tell(rollout);
      if (rollout.state === 'done') return;
      if (rollout.state === 'failed' || rollout.state === 'aborted') throw refuse(rollout);
    }
  } catch (thrown) {
    if (!limit.aborted) throw thrown;
    throw new VentError(
      'DEADLINE',
      `cannot wait any longer: revision ${options.revision} has not spread in ${options.timeout}`,
      {
        hint: 'vent rollout status says what it waits for; --timeout gives it longer.',
        cause: thrown,
      },
    );
  }
  throw new VentError('UNAVAILABLE', 'cannot wait any longer: the coordinator ended the connection', {
    hint: 'The roll-out goes on without you: vent rollout status.',
    retry: 'backoff',
  });
}

function refuse({ revision, state, message }: RolloutView): VentError {
  return new VentError(
    'ROLLOUT_FAILED',
    `cannot roll out revision ${revision}: it ${state === 'failed' ? 'failed' : 'was aborted'}: ${message}`,
    {
      hint: 'vent rollout status shows each machine; vent rollout undo takes back what was reached, vent rollout resume goes on.',
    },
  );
}

/** A line for each machine that moves on, and for each new thing that is waited for. */
function createTeller(shell: Shell, form: ProgressForm): (rollout: RolloutView) => void {
  const begin = shell.now();
  const told = new Map<string, string>();
  const tell = (subject: string, state: string): void => {
    if (told.get(subject) === state) return;
    told.set(subject, state);
    const elapsedMilliseconds = shell.now() - begin;
    if (form === 'json') shell.err(`${JSON.stringify({ subject, state, elapsedMilliseconds })}\n`);
    else if (form !== 'none') shell.err(`${subject}: ${state}\n`);
  };
  return ({ revision, state, message, machines }) => {
    for (const one of machines) if (one.state === 'moving' || one.state === 'settled') tell(one.machine, one.state);
    tell(`revision ${revision}`, message === '' ? state : `${state}, ${message}`);
  };
}
