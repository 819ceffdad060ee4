/** Runs test files, each in a process of its own, and reports them a line at a time. */
import { relative } from 'node:path';
import { run } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import { failureOf, isOwnFailure, type TestFailure } from './failures.ts';
import { add, NOTHING, type Tally } from './tally.ts';

export interface SuiteOptions {
  readonly root: string;
  readonly files: readonly string[];
  /** How many files run at once. */
  readonly concurrency: number;
  /** Milliseconds that one file may take. */
  readonly timeout: number;
  /** True prints what tests print as it comes, and a line now and then while a file is quiet. */
  readonly isLong: boolean;
  readonly signal: AbortSignal;
  print(text: string): void;
}

export interface SuiteResult {
  readonly tally: Tally;
  readonly failures: readonly TestFailure[];
}

/** Milliseconds of silence after which a long file is said to be still running. */
const HEARTBEAT = 30_000;
/** Characters kept of what a file wrote. */
const LONGEST_TEXT = 8000;

const ONE = {
  passed: { ...NOTHING, passed: 1 },
  failed: { ...NOTHING, failed: 1 },
  skipped: { ...NOTHING, skipped: 1 },
};

function fileLine(name: string, tally: Tally, milliseconds: number): string {
  const failed = tally.failed === 0 ? '' : `, ${tally.failed} FAILED`;
  const skipped = tally.skipped === 0 ? '' : `, ${tally.skipped} skipped`;
  const seconds = (milliseconds / 1000).toFixed(1);
  return `${tally.failed === 0 ? 'ok  ' : 'FAIL'} ${name}: ${tally.passed} passed${failed}${skipped}, ${seconds} s`;
}

/** What one event adds to the tally; undefined for one that adds nothing. */
function weigh({ type, data }: TestEvent): Tally | undefined {
  if (type === 'test:fail') return isOwnFailure(data) ? ONE.failed : undefined;
  if (type !== 'test:pass' || data.details.type === 'suite') return undefined;
  return data.skip === undefined && data.todo === undefined ? ONE.passed : ONE.skipped;
}

/** Says that a long test is alive when nothing was printed for a while; `[Symbol.dispose]` ends it. */
function createHeart(print: (text: string) => void) {
  let lastPrint = performance.now();
  let current = '';
  const timer = setInterval(() => {
    const silence = performance.now() - lastPrint;
    if (silence > HEARTBEAT) beat(`...  ${(silence / 1000).toFixed(0)} s without a word, in "${current}"`);
  }, 1000);
  const beat = (text: string): void => {
    lastPrint = performance.now();
    print(text);
  };
  return {
    print: beat,
    enter: (test: string) => {
      current = test;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** What files wrote to stderr, for those that end before their tests can say anything. */
function createEars() {
  const heard = new Map<string, string>();
  return {
    hear: (file: string, text: string) => void heard.set(file, `${heard.get(file) ?? ''}${text}`.slice(-LONGEST_TEXT)),
    recall: (file: string) => heard.get(file) ?? '',
  };
}

/** Resolves when all files have ended, or were stopped by the signal. Never rejects for a failing test. */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  let tally = NOTHING;
  let ofFile = NOTHING;
  const failures: TestFailure[] = [];
  const ears = createEars();
  using heart = createHeart(options.print);
  const { root, files, concurrency, timeout, signal } = options;
  const finish = (file: string, milliseconds: number): void => {
    heart.print(fileLine(relative(root, file), ofFile, milliseconds));
    tally = add(tally, ofFile);
    ofFile = NOTHING;
  };
  const execArgv = ['--disable-warning=ExperimentalWarning'];
  // Events come file by file, in the files' order, however many run at once; what is written comes as it is written.
  for await (const event of run({ files, concurrency, timeout, signal, execArgv, isolation: 'process' })) {
    const { type, data } = event;
    ofFile = add(ofFile, weigh(event) ?? NOTHING);
    if (type === 'test:start') heart.enter(data.name);
    if (type === 'test:stderr') ears.hear(data.file, data.message);
    if ((type === 'test:stdout' || type === 'test:stderr') && options.isLong) heart.print(data.message.trimEnd());
    if (type === 'test:summary' && data.file !== undefined) finish(data.file, data.duration_ms);
    if (type !== 'test:fail' || !isOwnFailure(data)) continue;
    // A file that could not be loaded, or whose process died, fails under its own name and has no summary.
    const isFile = data.file !== undefined && data.name === data.file;
    failures.push(failureOf(root, data, isFile ? ears.recall(data.name) : ''));
    if (isFile) finish(data.name, data.details.duration_ms);
  }
  return { tally: add(tally, ofFile), failures };
}
