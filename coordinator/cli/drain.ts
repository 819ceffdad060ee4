/** Has the pods of a machine leave, and tells what it waits for. */
import { parseDuration } from '../../shared/duration.ts';
import type { Operator } from './operator.ts';
import type { Shell } from './shell.ts';

export interface DrainWish {
  /** In which pods must have left. */
  readonly deadline: string;
  /** Accepts every risk. */
  readonly force: boolean;
}

/** @throws VentError CONFLICT naming the risks that are not accepted, DEADLINE, UNAVAILABLE without a Kubernetes API */
export async function drain(
  operator: Operator,
  shell: Shell,
  machine: string,
  { deadline, force }: DrainWish,
): Promise<void> {
  const request = { machine, deadline_seconds: Math.ceil(parseDuration(deadline) / 1000), force };
  for await (const step of operator.stream((methods) => methods.DrainMachine, request, shell.signal))
    shell.err(`node/${step.machine}: ${step.message}\n`);
}
