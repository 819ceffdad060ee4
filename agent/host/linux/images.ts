/** Images of containerd's k8s.io namespace through the ctr that Vent installs. */
import { stat } from 'node:fs/promises';
import type { Images } from '../host.ts';
import type { Commands } from './commands.ts';
import { share } from './share.ts';

const CTR = '/opt/vent/bin/ctr';
const SOCKET = '/run/containerd/containerd.sock';
const LABEL = 'vent.sha256';
const IMPORT_MILLISECONDS = 5 * 60_000;

/** @param text the table of `ctr images ls`: the reference is the first column, comma-separated labels are the last */
export function parseImages(text: string): ReadonlyMap<string, string | undefined> {
  const rows = text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
  return new Map(
    rows
      .filter((columns) => columns.length > 1)
      .map((columns) => {
        const labels = columns.at(-1)?.split(',') ?? [];
        const label = labels.find((candidate) => candidate.startsWith(`${LABEL}=`));
        return [columns[0] ?? '', label?.slice(LABEL.length + 1)];
      }),
  );
}

export function createImages(root: string, commands: Commands): Images {
  const run = (argv: readonly string[], milliseconds: number): Promise<{ readonly stdout: string }> =>
    commands.run(CTR, ['-n', 'k8s.io', 'images', ...argv], { milliseconds });
  return {
    list: share(async () => {
      // Asking a containerd that is not there would cost ctr's own patience.
      const isThere = await stat(root + SOCKET).catch(() => undefined);
      if (isThere === undefined) return undefined;
      const listed = await run(['ls'], 10_000).catch(() => undefined);
      return listed && parseImages(listed.stdout);
    }),
    async import(path, reference, sha256) {
      await run(['import', '--local', path], IMPORT_MILLISECONDS);
      await run(['label', reference, `${LABEL}=${sha256}`], 10_000);
    },
    async remove(reference) {
      await run(['rm', '--sync', reference], IMPORT_MILLISECONDS);
    },
  };
}
