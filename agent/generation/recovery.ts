/** What an agent that starts finds of a change that another agent began, and how it ends. */
import { decodeDocument } from '../../shared/document.ts';
import type { DocumentStore } from '../store.ts';
import type { Floor } from '../verify.ts';
import { type ChangeParts, isOpen } from './change.ts';
import type { ChangeState } from './journal.ts';
import { GOING_BACK, LEDGER_BEFORE, UNDO, UNDONE } from './places.ts';
import { loadQuarantine, type Quarantine, saveQuarantine } from './quarantine.ts';
import { disarmTimer } from './rollback-units.ts';

export interface RecoveryParts extends ChangeParts {
  readonly store: DocumentStore;
}

export interface Outcome {
  readonly committed: Floor | undefined;
  readonly quarantine: Quarantine | undefined;
  /** The way back was begun and must be finished. */
  readonly isGoingBack: boolean;
}

export async function recoverChange(parts: RecoveryParts): Promise<Outcome> {
  const { journal, host, store } = parts;
  const state = await journal.state();
  const isUndone = (await host.files.stat(UNDONE)) !== undefined;
  const hasUndo = (await host.files.stat(UNDO)) !== undefined;
  const wasBegun = (await host.files.stat(GOING_BACK)) !== undefined || state.rollback !== undefined;
  if (state.commit !== undefined) await finishCommit(parts, state, hasUndo || isUndone);
  else if (isUndone) await finishRollback(parts, state);
  else if (isOpen(state) && state.switched === undefined) {
    await journal.clear();
    await disarmTimer(host);
  }
  return {
    committed: floorOf(await store.load('committed')),
    quarantine: await loadQuarantine(host.files),
    isGoingBack: state.commit === undefined && !isUndone && hasUndo && wasBegun,
  };
}

function floorOf(signed: Awaited<ReturnType<DocumentStore['load']>>): Floor | undefined {
  if (signed === undefined) return undefined;
  const { epoch, generation } = decodeDocument(signed.payload);
  return { epoch, generation };
}

/** The commit is durable; what follows it may have been cut off. */
async function finishCommit({ store, host }: RecoveryParts, { begin }: ChangeState, hasLeft: boolean): Promise<void> {
  const staged = await store.load('staged');
  const isThis = floorOf(staged)?.generation === begin?.generation;
  if (begin?.part === 'whole' && staged !== undefined && isThis) await store.keep('committed', staged);
  if (hasLeft) await disarmTimer(host);
}

/** The machine is as it was before; what Vent owned is owned again, and the generation is not tried another time. */
async function finishRollback(parts: RecoveryParts, { begin, rollback, staged }: ChangeState): Promise<void> {
  const { host, ledger, journal, clock } = parts;
  const before = await host.files.read(LEDGER_BEFORE);
  if (before !== undefined) await ledger.restore(before);
  const reason = rollback?.reason ?? `it was not committed within ${staged?.seconds ?? 0} s`;
  if (begin !== undefined) await saveQuarantine(host.files, begin, reason);
  if (rollback === undefined)
    await journal.append({ type: 'ROLLBACK', at: new Date(clock.now()).toISOString(), reason });
  await disarmTimer(host);
}
