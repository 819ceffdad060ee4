/** Ports of the facility. A port of the API speaks plain HTTP and HTTPS: a caller's first byte tells them apart. */
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Server, Socket } from 'node:net';
import { createServer as createSocketServer } from 'node:net';
import type { TlsIdentity } from './identity.ts';

export interface Listen {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

export interface Listener {
  /** The address with its real port. */
  readonly bound: Listen;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** The first byte of a TLS connection: a record of the type handshake (RFC 8446, 5.1). */
const HANDSHAKE = 22;

/** @param identity with it the port speaks HTTPS as well */
export async function openListener(answer: RequestListener, place: Listen, identity?: TlsIdentity): Promise<Listener> {
  const plain = createServer(answer);
  const server = identity === undefined ? plain : createFront(plain, createSecureServer(identity, answer));
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return {
    bound: await bind(server, place),
    close() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
      return promise;
    },
  };
}

/** Passes each connection on, whole, to the server whose protocol it begins with. */
function createFront(plain: Server, secure: Server): Server {
  return createSocketServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => {
      const first: unknown = socket.read(1);
      if (!Buffer.isBuffer(first)) return;
      socket.unshift(first);
      (first[0] === HANDSHAKE ? secure : plain).emit('connection', socket);
    });
  });
}

function bind(server: Server, place: Listen): Promise<Listen> {
  const { promise, resolve, reject } = Promise.withResolvers<Listen>();
  server.once('error', reject);
  server.listen(place.port, place.host, () => {
    const bound = server.address();
    resolve({ host: place.host, port: typeof bound === 'object' && bound !== null ? bound.port : place.port });
  });
  return promise;
}
