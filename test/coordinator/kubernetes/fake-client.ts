/** A client on a fake API server. */
import { createKubernetesClient, type KubernetesClient } from '../../../coordinator/kubernetes/client.ts';
import { createFakeApiServer, type FakeApiServer } from '../../../coordinator/kubernetes/fake/server.ts';
import type { Clock } from '../../../shared/clock.ts';
import { createEagerClock } from '../../../shared/fake-clock.ts';
import { createFakeLog, type FakeLog } from '../../../shared/fake-log.ts';

export interface FakeCluster {
  readonly server: FakeApiServer;
  readonly client: KubernetesClient;
  readonly log: FakeLog;
}

export function createFakeCluster(clock: Clock = createEagerClock()): FakeCluster {
  const server = createFakeApiServer();
  const log = createFakeLog();
  const client = createKubernetesClient({ transport: server.transport, clock, random: () => 0.5, log });
  return { server, client, log };
}
