/**
 * A snapshot of etcd as a file: the database, then its SHA-256, as etcd streams it
 * (server/etcdserver/api/v3rpc/maintenance.go, Snapshot) and as `etcdutl snapshot restore` checks it
 * (etcdutl/snapshot/v3_snapshot.go: a length of 32 over a multiple of 512 tells that the digest is there).
 */
import { createHash } from 'node:crypto';
import { VentError } from './errors.ts';

/** Bytes of a part on its way. */
export const SNAPSHOT_PART = 256 << 10;
/** Bytes; a little more than the 8 GiB that etcd is allowed. */
export const SNAPSHOT_LIMIT = 9 * 2 ** 30;

const DIGEST = 32;
const BLOCK = 512;

export interface SnapshotFile {
  /** Bytes. */
  readonly size: number;
  /** Hex SHA-256 of the whole file, as sha256sum prints it. */
  readonly sha256: string;
}

export interface SnapshotCheck {
  /** The next bytes. @throws VentError SNAPSHOT_CORRUPT when there are too many */
  update(bytes: Uint8Array): void;
  /** @throws VentError SNAPSHOT_CORRUPT unless the file ends with the digest of what is before it */
  end(): SnapshotFile;
}

/** Holds none of the bytes but the last few. @param limit bytes */
export function createSnapshotCheck(limit = SNAPSHOT_LIMIT): SnapshotCheck {
  const [database, whole] = [createHash('sha256'), createHash('sha256')];
  let tail = Buffer.alloc(0);
  let size = 0;
  return {
    update(bytes) {
      size += bytes.length;
      if (size > limit) refuse(`it is larger than ${limit} bytes`);
      whole.update(bytes);
      const known = Buffer.concat([tail, bytes]);
      const end = Math.max(0, known.length - DIGEST);
      database.update(known.subarray(0, end));
      tail = known.subarray(end);
    },
    end() {
      if (size % BLOCK !== DIGEST) refuse(`it ends after ${size} bytes, where no snapshot ends`);
      if (!database.digest().equals(tail)) refuse('its SHA-256 is not the one that etcd stated');
      return { size, sha256: whole.digest('hex') };
    },
  };
}

function refuse(cause: string): never {
  throw new VentError('SNAPSHOT_CORRUPT', `cannot use the snapshot of etcd: ${cause}`, {
    hint: 'Take another one with `vent etcd snapshot`.',
    retry: 'backoff',
  });
}

/** Bytes for people: `34.0 MiB`. */
export function describeSize(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
