/** Which test files there are, and in which order the lab's run. */
import { globSync } from 'node:fs';
import { join } from 'node:path';

/** Lab tests that go first, because what they prove is what the others stand on; the rest follow by name. */
export const LAB_ORDER: readonly string[] = ['kubernetes.test.ts', 'cluster.test.ts'];

/** Ends the names of unit tests that build, run real programs or a whole coordinator, or try every case, for seconds. */
const SLOW = '.slow.test.ts';

export interface TestFiles {
  /** Absolute paths, sorted; without the slow ones. */
  readonly unit: readonly string[];
  /** Absolute paths, sorted. */
  readonly slow: readonly string[];
  /** Absolute paths, in the order they are to run. */
  readonly lab: readonly string[];
}

function rankOf(path: string): string {
  const rank = LAB_ORDER.findIndex((name) => path.endsWith(`/lab/${name}`));
  return `${rank === -1 ? LAB_ORDER.length : rank}`.padStart(3, '0') + path;
}

/** @param filters parts of paths; a file is taken when it contains one of them, or when there are none */
export function findTests(root: string, filters: readonly string[]): TestFiles {
  const paths = globSync('test/**/*.test.ts', { cwd: root })
    .filter((path) => filters.length === 0 || filters.some((filter) => path.includes(filter)))
    .toSorted();
  const isLab = (path: string): boolean => path.startsWith('test/lab/');
  const absolute = (path: string): string => join(root, path);
  const units = paths.filter((path) => !isLab(path) && !path.startsWith('test/bench/')).map(absolute);
  return {
    unit: units.filter((path) => !path.endsWith(SLOW)),
    slow: units.filter((path) => path.endsWith(SLOW)),
    lab: paths
      .filter(isLab)
      .toSorted((a, b) => rankOf(a).localeCompare(rankOf(b)))
      .map(absolute),
  };
}
