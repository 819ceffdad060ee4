/** The last call of a machine: it was reset. */
import type { Clock } from '../../shared/clock.ts';
import { call } from '../../shared/rpc.ts';
import type { Services, TrustBundle } from '../../shared/wire.ts';
import type { Reached } from '../endpoints.ts';
import type { Identity } from '../identity.ts';
import { createConnection } from './connection.ts';

const CALL_MILLISECONDS = 5000;
/** Nobody waits for it but the end of the reset. */
const TRIES = 3;

/** @param place where the coordinator is reached @throws VentError of the last try */
export async function leaveCluster(
  services: Services,
  identity: Identity,
  trust: TrustBundle,
  place: Reached,
  clock: Clock,
): Promise<void> {
  const connection = createConnection({ identity, place, trust: () => trust });
  try {
    for (let left = TRIES; ; left -= 1) {
      try {
        await call(connection.channel(), services.node.Leave, {}, { milliseconds: CALL_MILLISECONDS });
        return;
      } catch (thrown) {
        if (left <= 1) throw thrown;
        await clock.wait(1000);
      }
    }
  } finally {
    connection.close();
  }
}
