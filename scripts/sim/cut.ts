/** A wire between a machine and its coordinator that can be cut: what is open is dropped, what comes new is not answered. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Wire {
  /** `host:port` that the machine speaks to. */
  readonly address: string;
  cut(isCut: boolean): void;
  close(): Promise<void>;
}

/** @param target host and port of the coordinator */
export async function openWire(host: string, target: { readonly host: string; readonly port: number }): Promise<Wire> {
  const pairs = new Set<Socket>();
  let isCut = false;
  const server: Server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(target.port, target.host);
    for (const socket of [near, far]) {
      pairs.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(0, host, resolve);
  await promise;
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return {
    address: `${host}:${port}`,
    cut(next) {
      isCut = next;
      if (next) for (const socket of pairs) socket.destroy();
    },
    async close() {
      for (const socket of pairs) socket.destroy();
      await new Promise<void>((done) => void server.close(() => done()));
    },
  };
}
