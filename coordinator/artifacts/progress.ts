/** How long work on artifacts tells where it is: a stream of values, shown by whoever asked for the work. */
export interface Progress {
  /** 1-based; work that is already there counts as a step too. */
  readonly step: number;
  readonly steps: number;
  /** `kubelet 1.37.2 x64` */
  readonly subject: string;
  /**
   * `waiting` for another build, `started`, `running` (at most one a second), `cached` (nothing to do), `done`, or
   * `notice`: something the operator should know, such as a package that is installed or a changed source.
   */
  readonly state: 'waiting' | 'started' | 'running' | 'cached' | 'done' | 'notice';
  /** Since the whole work began. */
  readonly elapsedMilliseconds: number;
  readonly detail?: string;
}

export type ReportProgress = (progress: Progress) => void;

/** The reporter of one subject: state and detail in, a whole `Progress` out. */
export type ReportStep = (state: Progress['state'], detail?: string) => void;

/** Numbers the steps of one piece of work and measures it from its beginning. @param now milliseconds */
export function createSteps(steps: number, now: () => number, report: ReportProgress): (subject: string) => ReportStep {
  const begin = now();
  let step = 0;
  return (subject) => {
    step += 1;
    const own = step;
    return (state, detail) =>
      report({
        step: own,
        steps,
        subject,
        state,
        elapsedMilliseconds: now() - begin,
        ...(detail === undefined ? {} : { detail }),
      });
  };
}
