/** The content-addressed store that artifacts and images share: /opt/vent/store/sha256-<hex>, hashed again before it counts. */
import type { Resource } from '../../../shared/document.ts';
import { VentError } from '../../../shared/errors.ts';
import type { Attributes, Host, HostView } from '../../host/host.ts';
import { phrase, type Step, type Supply } from '../../kind.ts';
import { compareFile, planRemoval } from './files.ts';

export interface Stored {
  /** What people call it, for sentences. */
  readonly label: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

const ATTRIBUTES: Attributes = { mode: '0755', owner: 'root:root' };

export function storePathOf(sha256: string): string {
  return `/opt/vent/store/sha256-${sha256}`;
}

/** `download kubelet 1.37.2 (61 MB): missing`, or nothing. @param path where it is to lie; the store unless told */
export async function planDownload(
  view: HostView,
  supply: Supply,
  stored: Stored,
  path = storePathOf(stored.sha256),
): Promise<readonly Step[]> {
  const reason = await compareFile(view, path, stored.sha256, ATTRIBUTES);
  if (reason === undefined) return [];
  return [
    {
      ...phrase(`download ${stored.label} (${formatSize(stored.size)})`, reason),
      isPreparation: true,
      apply: (host, signal) => download(host, supply, stored, path, signal),
    },
  ];
}

function formatSize(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${Math.ceil(bytes / 1e6)} MB`;
}

async function download(host: Host, supply: Supply, stored: Stored, path: string, signal: AbortSignal): Promise<void> {
  const alreadyThere = (await host.files.stat(`${path}.part`))?.size ?? 0;
  if ((await host.files.freeBytes(path)) < stored.size - alreadyThere)
    throw new VentError('DISK_FULL', `cannot download ${stored.label}: ${formatSize(stored.size)} do not fit`, {
      hint: `Free space on the file system of ${path.slice(0, path.lastIndexOf('/'))}; the agent tries again.`,
      retry: 'backoff',
    });
  await host.files.store(
    path,
    (offset) => untilAborted(supply.artifact(stored.sha256, offset), signal),
    stored,
    ATTRIBUTES,
  );
}

async function* untilAborted(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    yield chunk;
  }
}

/** Removes the stored file and what a cut download left, unless another artifact or image has the same bytes. */
export async function planStoreRemoval(
  view: HostView,
  sha256: string,
  remaining: readonly Resource[],
): Promise<readonly Step[]> {
  const isShared = remaining.some(
    (other) => (other.kind === 'artifact' || other.kind === 'image') && other.sha256 === sha256,
  );
  if (isShared) return [];
  const path = storePathOf(sha256);
  return [...(await planRemoval(view, path)), ...(await planRemoval(view, `${path}.part`))];
}
