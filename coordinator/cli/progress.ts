/** How long work shows where it is: on stderr, one line redrawn on a terminal, whole lines elsewhere, or JSON. */
import { Option } from 'commander';
import type { Shell } from './shell.ts';

export interface Progress {
  /** 1-based. */
  readonly step: number;
  readonly steps: number;
  readonly subject: string;
  /** `running` comes again and again and replaces itself; the others are each worth a line. */
  readonly state: string;
  /** Since the whole work began. */
  readonly elapsedMilliseconds: number;
  readonly detail?: string;
}

export interface ProgressDisplay {
  show(progress: Progress): void;
  /** Takes away a line that would be redrawn, so that what follows begins at the left. */
  clear(): void;
}

export type ProgressForm = 'auto' | 'plain' | 'json' | 'none';

/** `--progress`, as every command with long work has it. */
export function progressOption(): Option {
  return new Option('--progress <form>', 'auto, plain lines, json (one object a line) or none; on stderr')
    .choices(['auto', 'plain', 'json', 'none'])
    .default('auto');
}

/** @param form `auto` redraws a line where stderr is a terminal and is `plain` elsewhere */
export function createProgressDisplay(shell: Shell, form: ProgressForm): ProgressDisplay {
  if (form === 'none') return { show: () => undefined, clear: () => undefined };
  if (form === 'json')
    return { show: (progress) => shell.err(`${JSON.stringify(progress)}\n`), clear: () => undefined };
  const redraws = form === 'auto' && shell.isErrorTerminal;
  let isDrawn = false;
  const clear = (): void => {
    if (isDrawn) shell.err('\r\x1b[K');
    isDrawn = false;
  };
  return {
    clear,
    show(progress) {
      const line = renderProgress(progress);
      if (progress.state !== 'running') {
        clear();
        shell.err(`${line}\n`);
      } else if (redraws) {
        shell.err(`\r\x1b[K${line.slice(0, shell.columns - 1)}`);
        isDrawn = true;
      }
    },
  };
}

/** `[ 3/26]  1m12s  kubelet 1.37.2 x64: started` */
function renderProgress({ step, steps, subject, state, elapsedMilliseconds, detail }: Progress): string {
  const total = String(steps);
  const rest = detail === undefined ? '' : ` (${detail})`;
  return `[${String(step).padStart(total.length)}/${total}] ${renderElapsed(elapsedMilliseconds).padStart(7)}  ${subject}: ${state}${rest}`;
}

/** `0.4s`, `12s`, `1m12s`, `1h02m`. */
export function renderElapsed(milliseconds: number): string {
  if (milliseconds < 9950) return `${(milliseconds / 1000).toFixed(1)}s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${String(seconds % 60).padStart(2, '0')}s`;
  return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, '0')}m`;
}
