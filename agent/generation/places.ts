/** Where the way back lies: outside the agent's own directories, since it must work without the agent. */

export const JOURNAL = '/var/lib/vent/journal';
/** What the generation under way has changed so far. */
export const DONE = '/var/lib/vent/done';
/** Names the generation that began since the machine booted. */
export const RUNNING = '/run/vent/generation';
export const ROLLBACK_DIRECTORY = '/opt/vent/rollback';
/** The script that takes this change back; there while a change is not committed. */
export const UNDO = `${ROLLBACK_DIRECTORY}/undo`;
/** What `undo` became once it ran to its end. */
export const UNDONE = `${ROLLBACK_DIRECTORY}/undone`;
/** There once going back has begun. */
export const GOING_BACK = `${ROLLBACK_DIRECTORY}/going-back`;
/** One line per boot since the change began. */
export const BOOTS = `${ROLLBACK_DIRECTORY}/boots`;
/** Kept contents by number. */
export const COPIES = `${ROLLBACK_DIRECTORY}/copies`;
/** What Vent owned before the change. */
export const LEDGER_BEFORE = `${ROLLBACK_DIRECTORY}/ledger.json`;
export const SCRIPT = `${ROLLBACK_DIRECTORY}/rollback`;

export const TIMER = 'vent-rollback.timer';
export const SERVICE = 'vent-rollback.service';
export const BOOT_SERVICE = 'vent-rollback-boot.service';

export function copyPathOf(copy: number): string {
  return `${COPIES}/${copy}`;
}
