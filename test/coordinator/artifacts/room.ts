/** What tests of artifacts share: a directory that goes away, versions, and collected progress. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Progress } from '../../../coordinator/artifacts/progress.ts';
import type { ArtifactVersions } from '../../../coordinator/artifacts/recipes.ts';

export const VERSIONS: ArtifactVersions = {
  kubernetes: '1.37.2',
  etcd: '3.7.3',
  containerd: '2.3.7',
  runc: '1.5.2',
  runsc: '20260905',
  flannel: '0.28.10',
  cni: '1.9.1',
  coredns: '1.15.0',
  pause: '1.0.0',
};

/** An empty directory for one test. */
export async function makeRoom(t: TestContext): Promise<string> {
  const room = await mkdtemp(join(tmpdir(), 'vent-artifacts-'));
  t.after(() => rm(room, { recursive: true, force: true }));
  return room;
}

export interface Listener {
  readonly report: (progress: Progress) => void;
  /** `subject state`, in order. */
  readonly lines: string[];
  readonly all: Progress[];
}

export function createListener(): Listener {
  const all: Progress[] = [];
  const lines: string[] = [];
  return {
    all,
    lines,
    report(progress) {
      all.push(progress);
      lines.push(`${progress.subject} ${progress.state}`);
    },
  };
}
