/** The operator port's part that looks at roll-outs and steers them. */
import type { Changes } from '../../shared/changes.ts';
import { VentError } from '../../shared/errors.ts';
import { answer, answerMany } from '../../shared/rpc.ts';
import type { Handlers, RolloutView } from '../../shared/wire.ts';
import type { Rollouts } from '../rollout/rollouts.ts';
import type { RolloutStatus } from '../rollout/status.ts';
import { type CallersOptions, changer, reader } from './callers.ts';
import type { OnBug } from './revisions.ts';

export interface RolloutMethodsOptions extends CallersOptions {
  readonly rollouts: Rollouts;
  readonly changes: Changes;
  /** @returns the machine's name @throws VentError NOT_FOUND */
  hold(machine: string, isHeld: boolean): Promise<string>;
  /** Appends to the audit trail. */
  audit(actor: string, action: string, subject: string): Promise<void>;
}

type RolloutMethods = Pick<
  Handlers['operator'],
  'GetRollout' | 'WatchRollout' | 'ControlRollout' | 'ReportGate' | 'HoldMachine'
>;

const ACTIONS = ['pause', 'resume', 'abort'] as const;

export function rolloutMethods(options: RolloutMethodsOptions, onBug: OnBug): RolloutMethods {
  return {
    GetRollout: answer(async (_, caller) => {
      await reader(options, caller);
      const status = options.rollouts.status();
      if (status !== undefined) return viewRollout(status);
      throw new VentError('NOT_FOUND', 'cannot show a roll-out: there has been none', {
        hint: 'Run vent apply -f cluster.yaml.',
      });
    }, onBug),
    WatchRollout: answerMany(async function* (_, caller) {
      await reader(options, caller);
      let told: RolloutStatus | undefined;
      for await (const _turn of options.changes.turns(caller.signal)) {
        const status = options.rollouts.status();
        if (status !== undefined && status !== told) yield { rollout: viewRollout(status) };
        told = status;
      }
    }, onBug),
    ControlRollout: answer(async (request, caller) => {
      const actor = await changer(options, caller);
      const action = ACTIONS.find((known) => known === request.action);
      if (action === undefined)
        throw new VentError('INVALID_INPUT', `cannot steer a roll-out by ${JSON.stringify(request.action)}`, {
          hint: `There are ${ACTIONS.join(', ')}.`,
        });
      const { revision, state } = await options.rollouts.control(action, actor);
      await options.audit(actor, `rollout.${action}`, `revision ${revision}`);
      return { revision: String(revision), state };
    }, onBug),
    ReportGate: answer(async ({ name, step, passed, message }, caller) => {
      const by = await changer(options, caller);
      options.rollouts.reportGate({ name, step }, { passed, message, by });
      await options.audit(by, passed ? 'rollout.gate.pass' : 'rollout.gate.fail', `gate ${name}`);
      return {};
    }, onBug),
    HoldMachine: answer(async (request, caller) => {
      const actor = await changer(options, caller);
      const machine = await options.hold(request.machine, request.hold);
      await options.audit(actor, request.hold ? 'node.hold' : 'node.release', `machine:${machine}`);
      return { machine };
    }, onBug),
  };
}

function viewRollout({ rollout, message, machines, previous, gates }: RolloutStatus): RolloutView {
  return {
    revision: String(rollout.revision),
    state: rollout.state,
    message,
    previous_revision: String(previous ?? 0),
    started_at: rollout.startedAt,
    ended_at: rollout.endedAt ?? '',
    gates,
    machines: machines.map(({ name, state, revision, movedAt, differences }) => ({
      machine: name,
      state,
      revision: String(revision),
      moved_at: movedAt ?? '',
      differences,
    })),
  };
}
