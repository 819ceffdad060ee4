/** Kind `image`: a docker-archive by hash in the store, imported into containerd under its reference. */
import type { Clock } from '../../shared/clock.ts';
import type { HostView } from '../host/host.ts';
import { type Kind, phrase, type Step, type Supply } from '../kind.ts';
import { planDownload, planStoreRemoval, storePathOf } from './steps/store.ts';
import { waitUntil } from './steps/wait.ts';

/** Seconds that containerd may need until it answers after its unit was started. */
const CONTAINERD_SECONDS = 60;

export interface ImageKindOptions {
  readonly supply: Supply;
  readonly clock: Clock;
}

export function createImageKind({ supply, clock }: ImageKindOptions): Kind<'image'> {
  return {
    name: 'image',
    isRemovedAfterCommit: true,
    async plan({ name, sha256, size }, view) {
      const [reason, download] = await Promise.all([
        compareImage(view, name, sha256),
        planDownload(view, supply, { label: `image ${name}`, sha256, size }),
      ]);
      if (reason === undefined) return download;
      return [
        ...download,
        { ...phrase(`import image ${name}`, reason), weight: 'free', apply: importImage(clock, name, sha256) },
      ];
    },
    async remove({ name, sha256 }, view, remaining) {
      const isTaken = remaining.some((other) => other.kind === 'image' && other.name === name);
      const isThere = (await view.images.list())?.has(name) === true;
      const steps: readonly Step[] =
        isThere && !isTaken ? [{ ...phrase(`remove image ${name}`), apply: (host) => host.images.remove(name) }] : [];
      return [...steps, ...(await planStoreRemoval(view, sha256, remaining))];
    },
  };
}

async function compareImage(view: HostView, name: string, sha256: string): Promise<string | undefined> {
  const images = await view.images.list();
  if (images === undefined) return 'containerd does not answer';
  if (!images.has(name)) return 'missing';
  return images.get(name) === sha256 ? undefined : 'its archive differs';
}

function importImage(clock: Clock, name: string, sha256: string): Step['apply'] {
  return async (host, signal) => {
    await waitUntil({
      clock,
      signal,
      deadlineSeconds: CONTAINERD_SECONDS,
      sentence: 'containerd answers',
      observe: async () => ((await host.images.list()) === undefined ? 'it does not answer' : undefined),
    });
    await host.images.import(storePathOf(sha256), name, sha256);
  };
}
