/** `npm test` and its quick and long forms; USAGE says what each runs. The last line of a run is always the tally. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { VentError } from '../shared/errors.ts';
import { runChecks } from './check/check.ts';
import { checks } from './check/index.ts';
import { createChildren } from './lab/child.ts';
import { ensureRequirements, TEST_PACKAGES } from './lab/requirements.ts';
import { findTests } from './test/files.ts';
import { runSuite, type SuiteResult } from './test/suite.ts';
import { add, exitCodeOf, formatTally, NOTHING, type Tally } from './test/tally.ts';

const MINUTE = 60_000;
const USAGE = `npm test [-- PART...]             checks, unit tests, slow unit tests (*.slow.test.ts), lab
npm run test:quick [-- PART...]   unit tests; the slow ones only where a PART names them
npm run test:long [-- PART...]    everything, the lab with its real timers and soaks
A PART is a part of the paths of the files to run, which then run without the checks.`;
const root = join(import.meta.dirname, '..');
const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const filters = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = flags.find((flag) => !['--quick', '--long', '--help'].includes(flag));
const isQuick = flags.includes('--quick');
const isLong = flags.includes('--long');
const interruption = new AbortController();
const print = (text: string): void => console.log(text);

async function runGate(): Promise<Tally> {
  if (isQuick || filters.length > 0) return NOTHING;
  return { ...(await runChecks(checks, root, print)), skipped: 0 };
}

/** Installs what a lab and the tests need where it may; otherwise says in one sentence why there can be no lab. */
function whyNoLab(): Promise<string | undefined> {
  const computer = { platform: process.platform, userId: process.getuid?.() ?? -1 };
  return ensureRequirements(computer, TEST_PACKAGES, createChildren(root), print).then(
    () => undefined,
    (thrown: unknown) => VentError.from(thrown).message,
  );
}

async function runLab(files: readonly string[], reason: string | undefined): Promise<SuiteResult> {
  if (files.length === 0) return { tally: NOTHING, failures: [] };
  if (reason === undefined) {
    const timeout = (isLong ? 24 * 60 : 60) * MINUTE;
    return runSuite({ root, files, concurrency: 1, timeout, isLong: true, signal: interruption.signal, print });
  }
  if (process.env.CI !== 'true') {
    print(`skip test/lab: ${reason}`);
    return { tally: { ...NOTHING, skipped: files.length }, failures: [] };
  }
  const text = `    with CI=true it may not be skipped: ${reason}`;
  return { tally: { ...NOTHING, failed: files.length }, failures: [{ title: 'test/lab', text }] };
}

async function runUnits(files: readonly string[]): Promise<SuiteResult> {
  if (files.length === 0) return { tally: NOTHING, failures: [] };
  // One more than there are processors: some files wait for the disk or for a child most of their time.
  const concurrency = Math.max(2, availableParallelism()) + 1;
  return runSuite({ root, files, concurrency, timeout: MINUTE, isLong: false, signal: interruption.signal, print });
}

/** @returns the exit code */
async function runAll(): Promise<number> {
  const { unit, slow, lab: labFiles } = findTests(root, filters);
  const lab = isQuick ? [] : labFiles;
  const isSlowLeft = isQuick && filters.length === 0;
  if (isSlowLeft) print(`left to npm test: the checks, the lab, and ${slow.length} slow files of unit tests`);
  // Before the unit tests, which need some of it, too.
  const reason = lab.length === 0 ? undefined : await whyNoLab();
  let tally = await runGate();
  for (const part of [() => runUnits(isSlowLeft ? unit : [...unit, ...slow]), () => runLab(lab, reason)]) {
    if (interruption.signal.aborted) break;
    const result = await part();
    tally = add(tally, result.tally);
    for (const { title, text } of result.failures) print(`\nFAIL ${title}\n${text}\n`);
  }
  print(formatTally(tally));
  return interruption.signal.aborted ? 130 : exitCodeOf(tally);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());
if (isLong) process.env.VENT_LONG = '1';
process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules/.cache/vent-tests');
if (flags.includes('--help')) print(USAGE);
else if (unknown === undefined) process.exitCode = await runAll();
else {
  console.error(`cannot run tests: there is no option ${unknown}\n${USAGE}`);
  process.exitCode = 2;
}
