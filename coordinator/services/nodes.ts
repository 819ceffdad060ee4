/** The operator port's part that keeps pods from machines. */
import { VentError } from '../../shared/errors.ts';
import { answer, answerMany } from '../../shared/rpc.ts';
import type { Handlers } from '../../shared/wire.ts';
import type { Cordons } from '../drain/cordons.ts';
import { type CallersOptions, changer } from './callers.ts';
import type { OnBug } from './revisions.ts';

export interface NodeMethodsOptions extends CallersOptions {
  readonly cordons: Cordons;
  /** Appends to the audit trail. */
  audit(actor: string, action: string, subject: string): Promise<void>;
}

type NodeMethods = Pick<Handlers['operator'], 'CordonMachine' | 'DrainMachine'>;

const LONGEST_SECONDS = 24 * 3600;

export function nodeMethods(options: NodeMethodsOptions, onBug: OnBug): NodeMethods {
  return {
    CordonMachine: answer(async ({ machine: word, cordon }, caller) => {
      const actor = await changer(options, caller);
      const machine = await options.cordons.cordon(word, cordon);
      await options.audit(actor, cordon ? 'node.cordon' : 'node.uncordon', `machine:${machine}`);
      return { machine };
    }, onBug),
    DrainMachine: answerMany(async function* ({ machine: word, deadline_seconds: text, force }, caller) {
      const actor = await changer(options, caller);
      const seconds = Number(text);
      if (!(seconds > 0 && seconds <= LONGEST_SECONDS))
        throw new VentError('INVALID_INPUT', `cannot drain ${word} within ${text} s: a day is the longest`);
      const { name, steps } = await options.cordons.drain(word, { seconds, force }, caller.signal);
      await options.audit(actor, force ? 'node.drain by force' : 'node.drain', `machine:${name}`);
      for await (const message of steps) yield { machine: name, message };
    }, onBug),
  };
}
