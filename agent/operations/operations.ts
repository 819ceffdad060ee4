/**
 * Operations on this machine: verified, done once, remembered.
 *
 * INVARIANTS
 * - The signature is checked over the bytes as they came, before anything of them is read.
 * - One at a time; looking waits for nobody.
 * - What was done is durable before it is answered; the same id gives the same answer again, also after its end.
 */
import { verify } from 'node:crypto';
import * as z from 'zod';
import type { SignedDocument } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import { decodeOperation, type Operation } from '../../shared/operation.ts';
import type { Host } from '../host/host.ts';
import { PRIVATE } from '../kinds/steps/files.ts';
import { findSigner, type Trusted } from '../signer.ts';
import { type EtcdAction, runEtcd } from './etcd.ts';
import { type SendSnapshot, takeSnapshot } from './snapshot.ts';

export interface OperationsOptions {
  readonly host: Pick<Host, 'files' | 'connections'>;
  readonly clusterId: string;
  readonly nodeId: string;
  trusted(): Trusted;
  readonly sendSnapshot: SendSnapshot;
}

export interface Operations {
  /** @returns what it gave @throws VentError DOCUMENT_REFUSED for what is not to be done here, else why it failed */
  run(signed: SignedDocument): Promise<unknown>;
}

const DIRECTORY = '/var/lib/vent/operations';
/** How long after its end an operation is remembered, milliseconds: nobody asks for it again by then. */
const REMEMBERED = 24 * 3_600_000;

const recordSchema = z.object({ id: z.uuid(), type: z.string(), expiresAt: z.iso.datetime() });

export function createOperations(options: OperationsOptions): Operations {
  const { files, connections } = options.host;
  let last: Promise<unknown> = Promise.resolve();

  async function wasDone(id: string): Promise<boolean> {
    return (await files.read(`${DIRECTORY}/${id}.json`)) !== undefined;
  }

  async function forgetOld(now: number): Promise<void> {
    for (const name of await files.list(DIRECTORY)) {
      const path = `${DIRECTORY}/${name}`;
      const record = recordSchema.safeParse(readJson(await files.read(path)));
      if (!record.success || Date.parse(record.data.expiresAt) + REMEMBERED < now) await files.remove(path);
    }
  }

  /** Failures are not remembered: whoever asks again has it tried again. */
  async function runOnce({ id, expiresAt }: Operation, action: EtcdAction): Promise<undefined> {
    if (await wasDone(id)) return undefined;
    const now = refuseEnded(expiresAt);
    await runEtcd(action, connections);
    await files.makeDirectory(DIRECTORY, { mode: '0700', owner: 'root:root' });
    await forgetOld(now);
    const record = `${JSON.stringify({ id, type: action.type, expiresAt })}\n`;
    await files.write(`${DIRECTORY}/${id}.json`, new TextEncoder().encode(record), PRIVATE);
    return undefined;
  }

  /** @returns the time, milliseconds since the epoch */
  function refuseEnded(expiresAt: string): number {
    const { now } = options.trusted();
    if (now >= Date.parse(expiresAt)) refuse(`it ended at ${expiresAt}`);
    return now;
  }

  return {
    async run(signed) {
      const operation = accept(signed, options);
      const { id, action, expiresAt } = operation;
      if (action.type === 'etcd-status' || action.type === 'etcd-snapshot') refuseEnded(expiresAt);
      if (action.type === 'etcd-status') return await runEtcd(action, connections);
      if (action.type === 'etcd-snapshot') return await takeSnapshot(id, connections, options.sendSnapshot);
      const turn = last.then(() => runOnce(operation, action));
      last = turn.catch(() => undefined);
      return await turn;
    },
  };
}

function accept(signed: SignedDocument, { trusted, nodeId, clusterId }: OperationsOptions): Operation {
  const key = findSigner(signed.keyId, trusted(), refuse);
  if (!verify(null, signed.payload, key, signed.signature)) refuse('its signature is wrong');
  const operation = decodeOperation(signed.payload);
  if (operation.cluster !== clusterId) refuse(`it is for cluster ${operation.cluster}`);
  if (operation.node !== nodeId) refuse(`it is for node ${operation.node}`);
  return operation;
}

function refuse(cause: string): never {
  throw new VentError('DOCUMENT_REFUSED', `cannot accept the operation: ${cause}`, {
    hint: 'Nothing was done; look at the coordinator, or who speaks in its place.',
  });
}

function readJson(bytes: Uint8Array | undefined): unknown {
  try {
    return bytes === undefined ? undefined : JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
