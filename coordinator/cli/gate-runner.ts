/**
 * Runs the commands of gates that a roll-out waits for, and tells the coordinator how they ended.
 *
 * INVARIANT: only commands of the operator's own file are run, never what the coordinator says: whoever has the coordinator
 * must not have its operators' computers.
 */
import { parseDuration } from '../../shared/duration.ts';
import { VentError } from '../../shared/errors.ts';
import type { ClusterFile } from '../../shared/spec/schema.ts';
import type { RolloutView } from '../../shared/wire.ts';
import type { Operator } from './operator.ts';
import type { Shell } from './shell.ts';

type Gate = ClusterFile['spec']['rollout']['gates'][number];
type Waiting = RolloutView['gates'][number];

export interface GateRunnerOptions {
  readonly operator: Operator;
  readonly shell: Pick<Shell, 'run' | 'signal'>;
  /** Of the operator's file. */
  readonly gates: readonly Gate[];
  tell(subject: string, state: string): void;
  /** Resolves when a command that failed may be run again. */
  pause(): Promise<void>;
}

export interface GateRunner {
  /** Begins what the roll-out waits for and is not under way. */
  observe(rollout: Pick<RolloutView, 'gates'>): void;
}

export function createGateRunner({ operator, shell, gates, tell, pause }: GateRunnerOptions): GateRunner {
  /** Under way, or passed. */
  const taken = new Set<string>();
  let newest: readonly Waiting[] = [];
  const keyOf = ({ name, step }: Waiting): string => `${step}\n${name}`;

  function findOwn({ name, command }: Waiting): (Gate & { readonly command: string[] }) | undefined {
    const own = gates.find((gate) => gate.name === name);
    if (own?.command === undefined || JSON.stringify(own.command) !== JSON.stringify(command)) return undefined;
    return { ...own, command: own.command };
  }

  /** @returns whether it has to be run again as long as it is waited for */
  async function run(waiting: Waiting): Promise<boolean> {
    const { name, step } = waiting;
    const own = findOwn(waiting);
    if (own === undefined) {
      tell(`gate ${name}`, 'is not in this file as the roll-out has it, and is not run');
      return false;
    }
    tell(`gate ${name}`, `runs ${own.command.join(' ')}`);
    const { isDone, ending, lastLine } = await shell.run(own.command, parseDuration(own.timeout));
    if (shell.signal.aborted) return false;
    const message = lastLine === '' ? ending : `${ending}: ${lastLine}`;
    tell(`gate ${name}`, isDone ? 'passed' : message);
    await operator.call((methods) => methods.ReportGate, { name, step, passed: isDone, message });
    return !isDone;
  }

  async function runInTurn(waiting: Waiting): Promise<void> {
    const key = keyOf(waiting);
    taken.add(key);
    const isAgain = await run(waiting).catch((thrown: unknown) => {
      tell(`gate ${waiting.name}`, VentError.from(thrown).message);
      return true;
    });
    if (!isAgain) return;
    await pause();
    taken.delete(key);
    begin();
  }

  function begin(): void {
    if (shell.signal.aborted) return;
    for (const waiting of newest) if (!taken.has(keyOf(waiting))) void runInTurn(waiting);
  }

  return {
    observe({ gates: waiting }) {
      // What has passed is forgotten once it is not waited for: a coordinator that was started anew asks again.
      const known = new Set([...newest, ...waiting].map(keyOf));
      const present = new Set(waiting.map(keyOf));
      for (const key of taken) if (known.has(key) && !present.has(key)) taken.delete(key);
      newest = waiting;
      begin();
    },
  };
}
