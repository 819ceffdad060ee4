/** A snapshot of etcd on its way to the coordinator: a few parts ahead of what the coordinator has taken in, no more. */
import type { Client } from '@grpc/grpc-js';
import { VentError } from '../../shared/errors.ts';
import { open } from '../../shared/rpc.ts';
import { SNAPSHOT_PART } from '../../shared/snapshot.ts';
import type { Services } from '../../shared/wire.ts';
import type { SendSnapshot } from '../operations/snapshot.ts';

/** Bytes under way: what a connection of 20 ms and 400 Mbit/s needs. */
const AHEAD = 4 * SNAPSHOT_PART;

export function createSnapshotSender(services: Services, channel: () => Client): SendSnapshot {
  return async (id, size, parts) => {
    const duplex = open(channel(), services.node.SendSnapshot);
    const answers = duplex.received[Symbol.asyncIterator]();
    let [sent, received] = [0, 0];
    const hear = async (): Promise<boolean> => {
      const answer = await answers.next();
      if (answer.done === true)
        throw new VentError('UNAVAILABLE', 'cannot send the snapshot: the coordinator ended the stream', {
          retry: 'backoff',
        });
      received = Number(answer.value.received);
      return answer.value.kept;
    };
    try {
      duplex.send({ begin: { operation_id: id, size: String(size) } });
      for await (const part of parts) {
        duplex.send({ part: Buffer.from(part) });
        sent += part.length;
        while (sent - received > AHEAD) await hear();
      }
      duplex.send({ end: {} });
      while (!(await hear()));
    } finally {
      duplex.cancel();
    }
  };
}
