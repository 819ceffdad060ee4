/** What a lab offers and how to reach it from the computer it runs on. */
import { access } from 'node:fs/promises';
import { sortAddresses } from './interfaces.ts';
import { findInit } from './machine.ts';
import type { Names } from './names.ts';
import { nameMachine } from './names.ts';
import { listOrders } from './orders.ts';
import { portOf, readSettings } from './settings.ts';

export interface LabMachine {
  readonly name: string;
  /** Roles of its pool joined by commas; empty while the coordinator does not know it. */
  readonly role: string;
  /** The coordinator's word for what it is doing; `booting` or `off` while the coordinator does not know it. */
  readonly state: string;
  readonly publicIPv4: string | null;
  readonly privateIPv4: string | null;
  /** Device id at the facility. */
  readonly id: string;
}

/** As programs read it: every key is always there, so null stands for what is not there yet. */
export interface LabInfo {
  readonly facility: { readonly url: string; readonly token: string; readonly project: string };
  /** `address` is the operator port's, `enrol` the one for machines of elsewhere, `http` that of web page and artifacts. */
  readonly coordinator: { readonly address: string; readonly enrol: string; readonly http: string };
  /** Path; null until there is one. */
  readonly kubeconfig: string | null;
  readonly kubectl: string | null;
  readonly machines: readonly LabMachine[];
}

/** What the coordinator says about a device. */
export interface KnownMachine {
  readonly roles: readonly string[];
  readonly state: string;
}

/**
 * @param known by device id; empty while there is no coordinator
 * @throws VentError NOT_FOUND when the lab is not up
 */
export async function describeLab(names: Names, known: ReadonlyMap<string, KnownMachine>): Promise<LabInfo> {
  const { token, project } = await readSettings(names);
  const local = async (service: Parameters<typeof portOf>[1]): Promise<string> =>
    `127.0.0.1:${await portOf(names, service)}`;
  return {
    facility: { url: `http://${await local('facility')}/metal/v1`, token, project: project.id },
    coordinator: {
      address: await local('operator'),
      enrol: await local('enrol'),
      http: `https://${await local('web')}`,
    },
    kubeconfig: await ifThere(names.kubeconfig),
    kubectl: await ifThere(names.kubectl),
    machines: await describeMachines(names, known),
  };
}

async function describeMachines(names: Names, known: ReadonlyMap<string, KnownMachine>): Promise<LabMachine[]> {
  const orders = await listOrders(names);
  return Promise.all(
    orders.map(async (order) => {
      const { public4, private4 } = sortAddresses(order.addresses);
      const power = (await findInit(nameMachine(names, order.id))) === undefined ? 'off' : 'booting';
      return {
        name: order.hostname,
        role: known.get(order.id)?.roles.join(',') ?? '',
        state: known.get(order.id)?.state ?? power,
        publicIPv4: public4?.address ?? null,
        privateIPv4: private4?.address ?? null,
        id: order.id,
      };
    }),
  );
}

async function ifThere(path: string): Promise<string | null> {
  return access(path).then(
    () => path,
    () => null,
  );
}
