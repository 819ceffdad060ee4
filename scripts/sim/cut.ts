/** A wire between a machine and its coordinator that can be cut: what is open is dropped, what comes new is not answered. */
import { connect, createServer, type Socket } from 'node:net';
import { join, listen } from '../lab/relay.ts';

export interface Wire {
  /** `host:port` that the machine speaks to. */
  readonly address: string;
  cut(isCut: boolean): void;
  close(): Promise<void>;
}

/** @param target host and port of the coordinator */
export async function openWire(host: string, target: { readonly host: string; readonly port: number }): Promise<Wire> {
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (isCut) return void near.destroy();
    const far = connect({ ...target, allowHalfOpen: true });
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
    }
    join(near, far);
  });
  await listen(server, () => server.listen(0, host));
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return {
    address: `${host}:${port}`,
    cut(next) {
      isCut = next;
      if (next) for (const socket of open) socket.destroy();
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((done) => void server.close(() => done()));
    },
  };
}
