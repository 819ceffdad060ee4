/** Everything the coordinator keeps, opened: one directory, one store, and what lives in it. */
import { join } from 'node:path';
import type { Clock } from '../shared/clock.ts';
import { type Catalogue, createCatalogue } from './artifacts/catalogue.ts';
import { type ArtifactStore, createArtifactStore } from './artifacts/store.ts';
import { type Audit, createAudit } from './audit.ts';
import { type Authorities, createAuthorities } from './authority/authorities.ts';
import { createCatalogueSigner } from './catalogue-signer.ts';
import { type DrainRow, drainRow } from './drain/rows.ts';
import { createDriftTimeline, type DriftTimeline } from './drift.ts';
import { createEtcdLease, type EtcdLease } from './etcd/lease.ts';
import { createNodes, type Nodes } from './nodes/row.ts';
import { createRevisions, type Revisions } from './revisions.ts';
import {
  type DocumentRow,
  documentRow,
  type IntentRow,
  intentRow,
  type PlaceRow,
  type ProgressRow,
  placeRow,
  progressRow,
} from './rows.ts';
import { type ClusterSecrets, createClusterSecrets } from './secrets.ts';
import { type Collection, createCollection } from './store/collection.ts';
import { loadSealKey } from './store/seal-key.ts';
import { createSealer } from './store/sealer.ts';
import { openSnapshotBook, type SnapshotBook } from './store/snapshots.ts';
import { createSqliteStore } from './store/sqlite.ts';
import type { Store } from './store/store.ts';
import { createTokens, type Tokens } from './tokens.ts';

export interface State {
  readonly store: Store;
  readonly authorities: Authorities;
  readonly audit: Audit;
  readonly tokens: Tokens;
  readonly secrets: ClusterSecrets;
  readonly revisions: Revisions;
  readonly nodes: Nodes;
  readonly intents: Collection<IntentRow>;
  readonly places: Collection<PlaceRow>;
  readonly documents: Collection<DocumentRow>;
  readonly progress: Collection<ProgressRow>;
  readonly drift: DriftTimeline;
  readonly drains: Collection<DrainRow>;
  readonly lease: EtcdLease;
  readonly snapshots: SnapshotBook;
  readonly artifacts: ArtifactStore;
  readonly catalogue: Catalogue;
}

/** @param directory made 0700 when missing @throws VentError STORE_FAILED, also when another coordinator has it open */
export async function openState(directory: string, clock: Clock): Promise<State> {
  const store = await createSqliteStore({ directory });
  const sealer = createSealer(await loadSealKey(directory));
  const authorities = await createAuthorities({ store, sealer, clock });
  const audit = createAudit(store, clock);
  return {
    store,
    authorities,
    audit,
    tokens: createTokens({ store, audit, clock }),
    secrets: await createClusterSecrets(store, sealer),
    revisions: await createRevisions(store, clock),
    nodes: createNodes(store),
    intents: createCollection(store, '/intents/', intentRow),
    places: createCollection(store, '/places/', placeRow),
    documents: createCollection(store, '/documents/', documentRow),
    progress: createCollection(store, '/progress/', progressRow),
    drift: createDriftTimeline(store),
    drains: createCollection(store, '/drains/', drainRow),
    lease: createEtcdLease(store, clock),
    snapshots: await openSnapshotBook({ store, sealer, directory: join(directory, 'snapshots') }),
    artifacts: createArtifactStore(join(directory, 'artifacts')),
    catalogue: createCatalogue({ store, signer: createCatalogueSigner(authorities.documentSigner) }),
  };
}
