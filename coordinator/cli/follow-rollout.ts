/** Waits for the end of a roll-out, and says on stderr what happens meanwhile. */
import { setTimeout as wait } from 'node:timers/promises';
import { parseDuration } from '../../shared/duration.ts';
import { VentError } from '../../shared/errors.ts';
import type { ClusterFile } from '../../shared/spec/schema.ts';
import type { RolloutView } from '../../shared/wire.ts';
import { createGateRunner } from './gate-runner.ts';
import type { Operator } from './operator.ts';
import type { ProgressForm } from './progress.ts';
import type { Shell } from './shell.ts';

/** Until a command that failed is run again. */
const RUN_AGAIN_MILLISECONDS = 5000;

export interface FollowOptions {
  readonly revision: string;
  /** Such as `30m`. */
  readonly timeout: string;
  readonly progress: ProgressForm;
  /** Of the operator's file: their commands are run when the roll-out waits for them. */
  readonly gates: ClusterFile['spec']['rollout']['gates'];
}

/** @throws VentError ROLLOUT_FAILED when it failed or was aborted, DEADLINE when time runs out, UNAVAILABLE when the coordinator goes */
export async function followRollout(operator: Operator, shell: Shell, options: FollowOptions): Promise<void> {
  const limit = AbortSignal.timeout(parseDuration(options.timeout));
  const signal = AbortSignal.any([limit, shell.signal]);
  const say = createSayer(shell, options.progress);
  const tell = createTeller(say);
  const pause = (): Promise<void> =>
    wait(RUN_AGAIN_MILLISECONDS, undefined, { signal, ref: false }).catch(() => undefined);
  const runner = createGateRunner({ operator, shell, gates: options.gates, tell: say, pause });
  try {
    for await (const { rollout } of operator.stream((methods) => methods.WatchRollout, {}, signal)) {
      // The roll-out of the revision before is still the newest for a moment.
      if (rollout === undefined || rollout.revision !== options.revision) continue;
      tell(rollout);
      if (rollout.state === 'running') runner.observe(rollout);
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

type Say = (subject: string, state: string) => void;

/** Says each new thing of a subject once. */
function createSayer(shell: Shell, form: ProgressForm): Say {
  const begin = shell.now();
  const told = new Map<string, string>();
  return (subject, state) => {
    if (told.get(subject) === state) return;
    told.set(subject, state);
    const elapsedMilliseconds = shell.now() - begin;
    if (form === 'json') shell.err(`${JSON.stringify({ subject, state, elapsedMilliseconds })}\n`);
    else if (form !== 'none') shell.err(`${subject}: ${state}\n`);
  };
}

/** A line for each machine that moves on, and for each new thing that is waited for. */
function createTeller(tell: Say): (rollout: RolloutView) => void {
  return ({ revision, state, message, machines }) => {
    for (const one of machines) if (one.state === 'moving' || one.state === 'settled') tell(one.machine, one.state);
    tell(`revision ${revision}`, message === '' ? state : `${state}, ${message}`);
  };
}
