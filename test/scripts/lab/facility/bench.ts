/** A facility on the loopback interface for tests: fake machines, a clock moved by hand, addresses of 127/8. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Facility } from '../../../../scripts/lab/facility/facility.ts';
import { createFacility } from '../../../../scripts/lab/facility/facility.ts';
import type { FakeMachines } from '../../../../scripts/lab/facility/fake-machines.ts';
import { callFrom, createFakeMachines } from '../../../../scripts/lab/facility/fake-machines.ts';
import type { Listen } from '../../../../scripts/lab/facility/listener.ts';
import type { FakeClock } from '../../../../shared/fake-clock.ts';
import { createFakeClock } from '../../../../shared/fake-clock.ts';
import type { Logger } from '../../../../shared/log.ts';

export const PROJECT = { id: '7d3f8a51-0d1b-4c9a-9f0e-2f4bb0f3c001', name: 'vent' };
export const TOKEN = 'a-token-for-tests';
/** Every block lies in 127/8, so a test can really send from a machine's address. */
export const BLOCKS = {
  public4: '127.77.0.0/24',
  private4: '127.78.0.0/25',
  public6: '2001:db8:77:100::/56',
  elastic4: '127.79.0.0/29',
};

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown;
}

export interface Bench {
  readonly clock: FakeClock;
  readonly machines: FakeMachines;
  readonly url: string;
  /** Path of what callers over HTTPS trust. */
  readonly certificate: string;
  readonly metadata: Listen;
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** A call to the metadata service from this source address. */
  from(address: string, method: string, path: string, body?: string, type?: string): ReturnType<typeof callFrom>;
  /** Creates a device and returns its id. */
  order(columns?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Waits until the device is in this state; `gone` is a 404. */
  reach(id: string, state: string): Promise<void>;
  /** Ends the facility and starts another on the same directory, as after a kill. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/** @param phonesHome whether machines, once started, act as cloud-init does */
export async function openBench(phonesHome = true): Promise<Bench> {
  const directory = await mkdtemp(join(tmpdir(), 'vent-facility-'));
  const clock = createFakeClock();
  const machines = createFakeMachines();
  let facility: Facility;
  let api: Listen = { host: '127.0.0.1', port: 0 };
  let metadata: Listen = { host: '127.0.0.1', port: 0 };

  async function start(): Promise<void> {
    facility = createFacility({
      ...{ machines, clock, log: silent, blocks: BLOCKS, token: TOKEN, project: PROJECT, directory },
      ...{ api: [api], metadata: [metadata], timing: { step: 0 } },
    });
    const bound = await facility.start();
    api = bound.api[0] ?? api;
    metadata = bound.metadata[0] ?? metadata;
    if (phonesHome) machines.connect(metadata);
  }

  await start();
  const url = `http://127.0.0.1:${api.port}`;
  const bench: Bench = {
    ...{ clock, machines, url, metadata, certificate: join(directory, 'certificate.pem') },
    call: (method, path, body, headers) => callApi(`${url}${path}`, method, body, headers),
    from: (address, method, path, body, type) =>
      callFrom(address, `http://127.0.0.1:${metadata.port}${path}`, method, body, type),
    async order(columns = {}) {
      const answer = await bench.call('POST', `/projects/${PROJECT.id}/devices`, { ...ORDER, ...columns });
      assert.equal(answer.status, 201, answer.text);
      return textAt(answer.body, 'id');
    },
    async reach(id, state) {
      await until(clock, `${id} is ${state}`, async () => {
        const answer = await bench.call('GET', `/devices/${id}`);
        return (answer.status === 404 ? 'gone' : at(answer.body, 'state')) === state;
      });
    },
    async restart() {
      await facility.stop();
      await start();
    },
    async stop() {
      await facility.stop();
      await rm(directory, { recursive: true });
    },
  };
  return bench;
}

export const ORDER = {
  hostname: 'n1',
  plan: 'c2.medium.x86',
  operating_system: 'debian_12',
  facility: 'ewr1',
  userdata: '#!/bin/sh\necho hello\n',
};

/** Lets everything that is due happen until the condition holds; a real limit of five seconds. */
export async function until(clock: FakeClock, what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const limit = Date.now() + 5000;
  while (!(await holds())) {
    assert.ok(Date.now() < limit, `not within 5 s: ${what}`);
    await clock.advance(0);
    await setTimeout(2);
  }
}

/** What lies at a path of keys and indexes in parsed JSON. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inside, key) => (typeof inside === 'object' && inside !== null ? Reflect.get(inside, key) : undefined),
    value,
  );
}

export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  assert.equal(typeof found, 'string', `no text at ${path.join('.')}`);
  return String(found);
}

export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...path);
  assert.ok(Array.isArray(found), `no list at ${path.join('.')}`);
  return found;
}

/** @param body sent as it is when it is text, else as JSON */
function callApi(
  url: string,
  method: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = { 'X-Auth-Token': TOKEN },
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const length = String(Buffer.byteLength(text));
  const sent = request(url, {
    method,
    agent: false,
    headers: { 'Content-Type': 'application/json', 'Content-Length': length, ...headers },
  });
  sent.on('error', reject);
  sent.on('response', (response) => {
    const parts: Buffer[] = [];
    response.on('data', (part: Buffer) => parts.push(part));
    response.on('error', reject);
    response.on('end', () => {
      const received = Buffer.concat(parts).toString('utf8');
      const parsed: unknown = received === '' ? undefined : JSON.parse(received);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text: received, body: parsed });
    });
  });
  sent.end(text);
  return promise;
}
