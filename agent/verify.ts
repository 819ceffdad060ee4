/**
 * Whether a document is taken. A node never trusts a document it cannot verify, wherever the bytes come from.
 *
 * INVARIANTS
 * - No document empties a machine, data included: that is a reset's alone.
 * - The signature is checked over the bytes as they came, before anything of them is read.
 * - From the wire, (epoch, generation) never falls; what lies on the machine's own disk was checked when it came, so
 *   neither its age nor the age of its signer keeps a machine from starting without its coordinator.
 */
import { createHash, verify } from 'node:crypto';
import { decodeDocument, idOf, type NodeDocument, type Resource, type SignedDocument } from '../shared/document.ts';
import { VentError } from '../shared/errors.ts';
import { checkPath } from '../shared/paths.ts';
import { orderDocument, resourcesOf } from './reconcile/graph.ts';
import { findSigner, type Trusted } from './signer.ts';

/** The highest (epoch, generation) that was ever verified from the wire. */
export interface Floor {
  readonly epoch: number;
  readonly generation: number;
}

export interface Acceptance extends Trusted {
  readonly nodeId: string;
  /** Undefined before the first document. */
  readonly floor: Floor | undefined;
}

export interface AcceptedDocument {
  readonly document: NodeDocument;
  /** Hex SHA-256 of the payload. */
  readonly digest: string;
  /** The bytes that it was read from. */
  readonly signed: SignedDocument;
}

/** @throws VentError DOCUMENT_REFUSED saying why, without any of the document's values but numbers, ids and paths */
export function acceptDocument(signed: SignedDocument, acceptance: Acceptance): AcceptedDocument {
  const key = findSigner(signed.keyId, acceptance, refuse);
  if (!verify(null, signed.payload, key, signed.signature)) refuse('its signature is wrong');
  const document = decodeDocument(signed.payload);
  if (document.node.id !== acceptance.nodeId) refuse(`it is for node ${document.node.id}`);
  if (acceptance.isFromWire) checkAge(document, acceptance);
  if (document.components.length === 0) refuse('it is empty, and only a reset empties a machine');
  for (const resource of resourcesOf(document)) checkPlaces(resource);
  orderDocument(document);
  return { document, signed, digest: createHash('sha256').update(signed.payload).digest('hex') };
}

/** Compares (epoch, generation); negative when `left` is older. */
export function compareFloors(left: Floor, right: Floor): number {
  return left.epoch - right.epoch || left.generation - right.generation;
}

function refuse(cause: string, error?: unknown): never {
  throw new VentError('DOCUMENT_REFUSED', `cannot accept the document: ${cause}`, {
    hint: 'The machine keeps its last good document; look at the coordinator, or who speaks in its place.',
    ...(error === undefined ? {} : { cause: error }),
  });
}

/** What was accepted once may be sent again at every connect; expiry limits the first acceptance only. */
function checkAge(document: NodeDocument, { floor, now }: Acceptance): void {
  const order = floor === undefined ? 1 : compareFloors(document, floor);
  const name = `(${document.epoch}, ${document.generation})`;
  if (order < 0) refuse(`${name} is older than (${floor?.epoch}, ${floor?.generation}), which this machine has seen`);
  if (order > 0 && now >= Date.parse(document.expiresAt)) refuse(`${name} expired at ${document.expiresAt}`);
}

function checkPlaces(resource: Resource): void {
  const place = placeOf(resource);
  if (place === undefined) return;
  try {
    checkPath(place.path, place.use);
  } catch (cause) {
    refuse(`${idOf(resource)} would change ${place.path}, which no document may`, cause);
  }
}

function placeOf(resource: Resource): { readonly path: string; readonly use: 'content' | 'directory' } | undefined {
  switch (resource.kind) {
    case 'file':
    case 'trust':
    case 'secret':
      return { path: resource.name, use: 'content' };
    case 'artifact':
    case 'certificate':
      return { path: resource.path, use: 'content' };
    case 'unit':
      return { path: `/etc/systemd/system/${resource.name}`, use: 'content' };
    case 'directory':
      return { path: resource.name, use: 'directory' };
    case 'user':
      return { path: resource.home, use: 'directory' };
    default:
      return undefined;
  }
}
