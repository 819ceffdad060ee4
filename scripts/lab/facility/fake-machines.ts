/**
 * Machines without machines, for tests: each is a line of a table. Given the metadata service, a started machine acts
 * as cloud-init does: from its own address it reads its metadata and userdata, then phones home.
 */
import { request } from 'node:http';
import type { MachineOrder, Machines } from './machines.ts';

export interface FakeMachine {
  readonly order: MachineOrder;
  readonly power: 'on' | 'off';
  /** How often it was started since it was installed. */
  readonly boots: number;
  /** What it found as its userdata; undefined if it never asked. */
  readonly userdata: string | undefined;
}

export interface FakeMachines extends Machines {
  readonly machines: ReadonlyMap<string, FakeMachine>;
  /** Where machines find the metadata service; until this is called they start and say nothing. */
  connect(metadata: Service): void;
  /** The next `install` fails with this message. */
  breakNext(message: string): void;
}

export function createFakeMachines(): FakeMachines {
  const machines = new Map<string, FakeMachine>();
  let service: Service | undefined;
  let broken: string | undefined;
  const update = (id: string, columns: Partial<FakeMachine>): void => {
    const machine = machines.get(id);
    if (machine === undefined) throw new Error(`no machine ${id}`);
    machines.set(id, { ...machine, ...columns });
  };
  return {
    machines,
    connect(metadata) {
      service = metadata;
    },
    breakNext(message) {
      broken = message;
    },
    async install(order) {
      const reason = broken;
      broken = undefined;
      if (reason !== undefined) throw new Error(reason);
      machines.set(order.id, { order, power: 'on', boots: 1, userdata: undefined });
      if (service === undefined) return;
      await bootFirst(order, service, (userdata) => update(order.id, { userdata }));
    },
    async powerOn(id) {
      update(id, { power: 'on', boots: (machines.get(id)?.boots ?? 0) + 1 });
    },
    async powerOff(id) {
      update(id, { power: 'off' });
    },
    async reboot(id) {
      update(id, { boots: (machines.get(id)?.boots ?? 0) + 1 });
    },
    async remove(id) {
      machines.delete(id);
    },
  };
}

interface Service {
  readonly host: string;
  readonly port: number;
}

const FORM = 'application/x-www-form-urlencoded';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** cloud-init's order: metadata, userdata, phone-home. */
async function bootFirst(order: MachineOrder, service: Service, keep: (userdata: string) => void): Promise<void> {
  const localAddress = order.addresses.find((address) => address.family === 4)?.address ?? '';
  const call = (method: string, path: string, body = ''): Promise<Answer> =>
    callFrom(localAddress, `http://${service.host}:${service.port}${path}`, method, body, FORM);
  const id = await call('GET', '/2009-04-04/meta-data/instance-id');
  keep((await call('GET', '/2009-04-04/user-data')).text);
  await call('POST', '/phone-home', `instance_id=${id.text}`);
}

/** An HTTP call whose packets carry this source address: that is all the metadata service goes by. */
export function callFrom(
  localAddress: string,
  url: string,
  method: string,
  body = '',
  type = 'application/json',
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = request(
    url,
    { method, localAddress, agent: false, headers: { 'Content-Type': type, ...headers } },
    (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          text: Buffer.concat(parts).toString('utf8'),
        }),
      );
    },
  );
  sent.on('error', reject);
  sent.end(body);
  return promise;
}
