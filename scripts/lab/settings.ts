/** What a lab is told once and keeps: the facility's token and project, and the ports of 127.0.0.1 that lead into it. */
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import * as z from 'zod';
import { hasSystemCode, VentError } from '../../shared/errors.ts';
import type { Names } from './names.ts';
import { COORDINATOR, METADATA } from './network.ts';
import type { Forwards } from './relay.ts';
import { readForwards } from './relay.ts';

const settingsSchema = z.object({
  /** X-Auth-Token of the facility. */
  token: z.string(),
  project: z.object({ id: z.string(), name: z.string() }),
});
export type Settings = z.infer<typeof settingsSchema>;

/** Where services listen inside; `kubernetes` is pointed somewhere when there is an API server. */
export const SERVICES = {
  facility: `${METADATA}:8080`,
  enrol: `${COORDINATOR.address}:7443`,
  operator: `${COORDINATOR.address}:7445`,
  web: `${COORDINATOR.address}:7446`,
  kubernetes: undefined,
} as const satisfies Readonly<Record<string, string | undefined>>;

export type Service = keyof typeof SERVICES;

/** Draws a token, a project and free ports. The settings come last: a lab that has them has everything before them. */
export async function writeSettings(names: Names): Promise<void> {
  const ports = await findFreePorts(Object.keys(SERVICES).length);
  const forwards: Forwards = Object.fromEntries(
    Object.entries(SERVICES).map(([name, target], index) => [
      name,
      { port: ports[index] ?? 0, ...(target === undefined ? {} : { target }) },
    ]),
  );
  await writeWhole(names.forwards, forwards);
  const settings: Settings = {
    token: randomBytes(24).toString('base64url'),
    project: { id: randomUUID(), name: names.instance },
  };
  await writeWhole(names.settings, settings);
}

/** @throws VentError NOT_FOUND when there is no such lab */
export async function readSettings(names: Names): Promise<Settings> {
  const text = await readFile(names.settings, 'utf8').catch((thrown: unknown) => {
    if (!hasSystemCode(thrown, 'ENOENT')) throw thrown;
    throw new VentError('NOT_FOUND', `cannot find lab ${names.instance}: it is not up`, {
      hint: `Start it with \`vent lab up --instance ${names.instance}\`.`,
    });
  });
  return settingsSchema.parse(JSON.parse(text));
}

/** The port of 127.0.0.1 that leads to a service. */
export async function portOf(names: Names, service: Service): Promise<number> {
  const port = (await readForwards(names.forwards))[service]?.port;
  if (port === undefined) throw new VentError('NOT_FOUND', `cannot find a port of ${service}: the lab has none`);
  return port;
}

/** Leads a service's port to another `host:port` inside, from the next connection on. */
export async function pointService(names: Names, service: Service, target: string): Promise<void> {
  const forwards = await readForwards(names.forwards);
  await writeWhole(names.forwards, { ...forwards, [service]: { port: await portOf(names, service), target } });
}

async function writeWhole(path: string, value: object): Promise<void> {
  await writeFile(`${path}.part`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.part`, path);
}

/** All are held before the first is let go, so that they differ. */
async function findFreePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => server.address()).map((at) => (typeof at === 'object' ? (at?.port ?? 0) : 0));
  await Promise.all(servers.map(async (server) => once(server.close(), 'close')));
  return ports;
}
