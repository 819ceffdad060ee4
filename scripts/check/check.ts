/**
 * What the gate is made of. To add a check: one file here that exports `name` and `run`, one line in index.ts.
 */
export interface Check {
  /** Printed at the start of its line. */
  readonly name: string;
  /** @param root absolute path of the repository @returns problems, each one line that names the place and the way on; empty when all is well */
  run(root: string): Promise<readonly string[]>;
}

export interface CheckResult {
  readonly passed: number;
  readonly failed: number;
}

function problem(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}

/**
 * Runs every check, one after the other so that the times are their own, and prints a line for each.
 * @param print takes one line, or several joined by newlines
 */
export async function runChecks(
  checks: readonly Check[],
  root: string,
  print: (text: string) => void,
): Promise<CheckResult> {
  let failed = 0;
  for (const check of checks) {
    const start = performance.now();
    const problems = await check.run(root).catch((thrown: unknown) => [problem(thrown)]);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    print(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${check.name.padEnd(16)} ${seconds.padStart(5)} s`);
    for (const line of problems) print(`       ${line}`);
    if (problems.length > 0) failed += 1;
  }
  return { passed: checks.length - failed, failed };
}
