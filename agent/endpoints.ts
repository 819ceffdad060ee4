/**
 * Where this machine reaches its coordinator: as its document last said, and until one did, as it was told when it enrolled.
 *
 * INVARIANT: what a document says lies in a file of its own, which a change that is taken back brings back as it was; the
 * identity, which outlives every change, is never written for it.
 */
import { ENDPOINTS_FILE, type Endpoints, endpointsSchema } from '../shared/endpoints.ts';
import type { Files } from './host/host.ts';
import type { Identity } from './identity.ts';

/** What enrolment tells; whoever comes back asks at the addresses that the userdata named, too. */
export type Reached = Omit<Endpoints, 'enrol'> & Partial<Pick<Endpoints, 'enrol'>>;

export function toldAtEnrolment({ nodeAddress, artifactAddress }: Identity): Reached {
  return { node: nodeAddress, artifacts: artifactAddress };
}

/** @returns undefined where no document has said so yet, or somebody spoilt the file: the next pass writes it anew */
export async function readEndpoints(files: Pick<Files, 'read'>): Promise<Endpoints | undefined> {
  const bytes = await files.read(ENDPOINTS_FILE);
  if (bytes === undefined) return undefined;
  try {
    return endpointsSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

/** Where the coordinator is reached now. */
export async function loadReached(files: Pick<Files, 'read'>, identity: Identity): Promise<Reached> {
  return (await readEndpoints(files)) ?? toldAtEnrolment(identity);
}

/** Where to enrol is used once more at most, and is no part of the link. */
export function areSamePlace(one: Reached, other: Reached): boolean {
  return one.node === other.node && one.artifacts === other.artifacts;
}
