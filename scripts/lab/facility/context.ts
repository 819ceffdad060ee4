/** What every part of the facility's API is given. */
import type { Clock } from '../../../shared/clock.ts';
import type { Logger } from '../../../shared/log.ts';
import type { AddressBlocks } from './blocks.ts';
import type { Faults } from './faults.ts';
import type { ApiRequest, Reply } from './http.ts';
import type { Journal } from './journal.ts';
import type { Life } from './life.ts';
import type { Timing } from './life-step.ts';
import type { FacilityStore } from './store.ts';
import type { Project } from './views.ts';

export interface Context {
  readonly store: FacilityStore;
  readonly life: Life;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly project: Project;
  readonly blocks: AddressBlocks;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timing: Timing;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/devices/:id/actions` */
  readonly path: string;
  answer(request: ApiRequest): Reply | Promise<Reply>;
}
