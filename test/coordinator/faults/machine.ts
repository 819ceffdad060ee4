/** What a fake machine knows, and its way to the enrol port, on which its calls arrive from its own address. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { openEnrolTransport } from '../../../agent/link/enrol-transport.ts';
import { generateKey, signBytes, spkiOf } from '../../../shared/identity/keys.ts';
import type { FinishAnswer } from '../../../shared/identity/messages.ts';
import { makeProof, transcriptOf } from '../../../shared/identity/proof.ts';
import { parseSecret } from '../../../shared/identity/tokens.ts';
import { loadServices } from '../../../shared/wire.ts';
import type { Bench } from '../../scripts/lab/facility/bench.ts';

const services = loadServices();
const LIMIT_MILLISECONDS = 10_000;

export interface Place {
  readonly deviceId: string;
  /** The machine's address that it calls from. */
  readonly address: string;
}

export interface Credentials extends Place {
  readonly tokenId: string;
  readonly secret: string;
  /** PEM; the coordinator's own unless said otherwise. */
  readonly roots?: string;
  /** Milliseconds that the machine's clock is ahead. */
  readonly clockError?: number;
}

/** Waits until the machine of that hostname or id has read its userdata. */
async function findMachine(bench: Bench, name: string): Promise<Place & { readonly userdata: string }> {
  const limit = Date.now() + LIMIT_MILLISECONDS;
  for (;;) {
    const machines = [...bench.machines.machines.values()];
    const machine = machines.find(
      ({ order, userdata }) => [order.hostname, order.id].includes(name) && userdata !== undefined,
    );
    if (machine !== undefined) {
      const address = machine.order.addresses.find((one) => one.family === 4 && !one.public)?.address ?? '';
      return { deviceId: machine.order.id, address, userdata: machine.userdata ?? '' };
    }
    assert.ok(Date.now() < limit, `${name} never read its userdata`);
    await bench.clock.advance(0);
  }
}

export async function readPlace(bench: Bench, name: string): Promise<Place> {
  const { deviceId, address } = await findMachine(bench, name);
  return { deviceId, address };
}

export async function readCredentials(bench: Bench, hostname: string): Promise<Credentials> {
  const { userdata, ...place } = await findMachine(bench, hostname);
  const [, tokenId, secret] = /"tokenId":"([0-9a-f]{16})","secret":"([0-9a-f]{64})"/.exec(userdata) ?? [];
  assert.ok(tokenId !== undefined && secret !== undefined, `${hostname} has a userdata without a token`);
  return { ...place, tokenId, secret };
}

/** A way to `target` whose calls arrive from the machine's own address. */
async function openRelay(target: string, from: string): Promise<{ readonly address: string; close(): void }> {
  const [host = '', port = ''] = target.split(':');
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connect({ host, port: Number(port), localAddress: from });
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.pipe(other);
    }
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const bound = server.address();
  assert.ok(bound !== null && typeof bound !== 'string');
  return {
    address: `127.0.0.1:${bound.port}`,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Begin and Finish as an agent does them. @param now the machine's clock */
export async function enrolFrom(
  target: string,
  credentials: Credentials & { readonly roots: string },
  now: () => number,
): Promise<FinishAnswer> {
  const { tokenId, deviceId } = credentials;
  const relay = await openRelay(target, credentials.address);
  const transport = openEnrolTransport(services, relay.address, credentials.roots);
  try {
    const key = await generateKey();
    const about = { tokenId, deviceId, spki: spkiOf(key), clientNonce: randomBytes(32) };
    const { challengeId, serverNonce } = await transport.begin({
      ...about,
      agentVersion: '0.1.0',
      clockUnixMilliseconds: now() + (credentials.clockError ?? 0),
    });
    const transcript = transcriptOf({ ...about, serverNonce, serverSpki: transport.serverSpki() });
    const proof = makeProof(parseSecret(credentials.secret), transcript);
    return await transport.finish({ challengeId, proof, signature: await signBytes(key, transcript) });
  } finally {
    transport.close();
    relay.close();
  }
}
