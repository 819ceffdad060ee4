/**
 * Lets ports of 127.0.0.1 reach what is inside a lab, although no link leads there: unix sockets do not care about
 * network namespaces. The outer end listens on the host and says in the first line where to go; the inner end, in the
 * router's namespace, connects there. Where a port leads is read anew for each connection.
 */
import { readFile } from 'node:fs/promises';
import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import * as z from 'zod';
import type { Logger } from '../../shared/log.ts';

/** Port of 127.0.0.1 and `host:port` inside, by name of the service; no target: not there yet. */
const forwardsSchema = z.record(z.string(), z.object({ port: z.int(), target: z.string().optional() }));
export type Forwards = z.infer<typeof forwardsSchema>;

export async function readForwards(path: string): Promise<Forwards> {
  return forwardsSchema.parse(JSON.parse(await readFile(path, 'utf8')));
}

/** Reads `host:port`, host an IPv4 address; undefined when it is not that. */
export function parseTarget(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(\d{1,3}(?:\.\d{1,3}){3}):(\d{1,5})$/.exec(text);
  return match === null ? undefined : { host: match[1] ?? '', port: Number(match[2]) };
}

/** The inner end: a unix socket whose connections begin with a line `host:port`. Resolves when it listens. */
export async function startInnerRelay(path: string): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    readLine(connection, (line) => {
      const target = line === undefined ? undefined : parseTarget(line);
      if (target === undefined) connection.destroy();
      else join(connection, connect({ ...target, allowHalfOpen: true }));
    });
  });
  await listen(server, () => server.listen(path));
  return server;
}

/** The outer end: listens on every port of the file at `forwards`. Resolves when all do. */
export async function startOuterRelay(socketPath: string, forwards: string, log: Logger): Promise<readonly Server[]> {
  const services = Object.entries(await readForwards(forwards));
  return Promise.all(
    services.map(async ([name, { port }]) => {
      const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, async (connection) => {
        connection.on('error', () => connection.destroy());
        const target = (await readForwards(forwards).catch(() => undefined))?.[name]?.target;
        if (target === undefined) {
          connection.destroy();
          return;
        }
        const inner = connect({ path: socketPath, allowHalfOpen: true });
        inner.write(`${target}\n`);
        join(connection, inner);
        connection.resume();
      });
      await listen(server, () => server.listen(port, '127.0.0.1'));
      log.info('relaying', { service: name, port });
      return server;
    }),
  );
}

/** Gives the first line without its end, or undefined when there is none in the first 64 bytes; the rest stays to be read. */
function readLine(connection: Socket, give: (line: string | undefined) => void): void {
  let seen: Buffer = Buffer.alloc(0);
  connection.on('error', () => connection.destroy());
  const onData = (chunk: Buffer): void => {
    seen = Buffer.concat([seen, chunk]);
    const end = seen.indexOf(10);
    if (end === -1 && seen.length <= 64) return;
    connection.off('data', onData);
    connection.pause();
    connection.unshift(seen.subarray(end + 1));
    give(end === -1 ? undefined : seen.toString('latin1', 0, end));
  };
  connection.on('data', onData);
}

/** Either side's end of sending is passed on; when one breaks off, the other is closed too. */
export function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to);
    from.on('error', () => from.destroy());
    from.on('close', () => {
      if (!from.readableEnded || !from.writableFinished) to.destroy();
    });
  }
}

/** Begins, and resolves when it listens. */
export function listen(server: Server, begin: () => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.once('listening', resolve);
  begin();
  return promise;
}
