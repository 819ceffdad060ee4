/** One control plane and two workers: from the create call to a pod in gVisor, through a reboot and a killed coordinator. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { provisionAll, specOf, startVent, waitFor as waitForMachines } from '../../scripts/lab/cluster.ts';
import { stopDaemon } from '../../scripts/lab/daemon.ts';
import { waitFor } from '../../scripts/lab/machine.ts';
import { findOrder, listOrders } from '../../scripts/lab/orders.ts';
import type { MachineView } from '../../shared/wire.ts';
import { seconds, useCluster, waitForBoot } from './cluster.ts';
import { callFacility, labOptions, outputOf } from './lab.ts';
import { countRestarts, listConditions, takePicture } from './picture.ts';
import { fetchFrom, runPods, shellIn } from './pods.ts';
import {
  ALL_PORTS,
  KNOWN_PORTS,
  listeningPorts,
  namespaceOf,
  scanDatagrams,
  scanPorts,
  sendTunnelled,
} from './scan.ts';

const MACHINES = ['control-1', 'workers-1', 'workers-2'] as const;
const MINUTE = 60_000;
const SLEEP = 'while :; do sleep 3600; done';
const SERVE = 'hostname > /www/index.html; exec httpd -f -p 8080 -h /www';

/** The states of a machine that joins, from the first that the coordinator may be killed in. */
const COMING = ['enrolling', 'waiting', 'converging', 'ready'];

const quiet = (): undefined => undefined;

describe('a cluster of one control plane and two workers', labOptions, () => {
  const cluster = useCluster('cluster', { controlPlanes: 1, workers: 2 });
  const { lab } = cluster;

  before(
    async () => {
      await Promise.all(MACHINES.map((machine) => cluster.importBusybox(machine)));
      await runPods(cluster, [
        { name: 'web', machine: 'workers-1', command: SERVE },
        { name: 'plain', machine: 'workers-2', command: SLEEP },
        ...MACHINES.map((machine) => ({
          name: `sandboxed-${machine}`,
          machine,
          command: `dmesg; ${SLEEP}`,
          runtimeClass: 'gvisor' as const,
        })),
      ]);
      await cluster.kubectl(['expose', 'pod', 'web', '--port=80', '--target-port=8080']);
    },
    { timeout: 2 * MINUTE },
  );

  it('has its machines Ready, with private addresses and containerd 2', { timeout: MINUTE }, async () => {
    const lines = (await cluster.kubectl(['get', 'nodes', '-o', 'wide', '--no-headers'])).trim().split('\n');
    const nodes = lines.map((line) => line.split(/\s+/));
    assert.deepEqual(
      nodes.map((words) => [words[0], words[1], words[5]]),
      [
        ['control-1', 'Ready', '10.80.0.3'],
        ['workers-1', 'Ready', '10.80.0.5'],
        ['workers-2', 'Ready', '10.80.0.7'],
      ],
    );
    for (const line of lines) assert.match(line, / v1\.37\.2 .* containerd:\/\/2\./);
  });

  it('has nothing left to do on any machine', { timeout: MINUTE }, async () => {
    for (const machine of MACHINES) assert.equal(await outputOf(lab, machine, ['vent-agent', 'plan']), 'nothing to do');
  });

  it('keeps flannel on a macvlan with the private address, and the way out on bond0', { timeout: MINUTE }, async () => {
    const link = await outputOf(lab, 'workers-1', ['ip', '-d', 'link', 'show', 'dev', 'vent0']);
    assert.match(link, /vent0@bond0: .*\n.*\n +macvlan mode bridge /);
    const addresses = await outputOf(lab, 'workers-1', ['ip', '-4', '-o', 'address', 'show']);
    assert.match(addresses, / vent0 +inet 10\.80\.0\.5\/31 /);
    assert.match(addresses, / bond0 +inet 198\.51\.100\.5\/31 /);
    assert.doesNotMatch(addresses, / bond0 +inet 10\./);
    assert.match(await outputOf(lab, 'workers-1', ['ip', 'route']), /^default via 198\.51\.100\.4 dev bond0/m);
    const tunnel = await outputOf(lab, 'workers-1', ['ip', '-d', 'link', 'show', 'dev', 'flannel.1']);
    assert.match(tunnel, /vxlan id 1 local 10\.80\.0\.5 dev vent0 .*dstport 8472/);
  });

  for (const machine of MACHINES)
    it(`runs a pod in gVisor on ${machine}, as its kernel and the machine's runsc say`, {
      timeout: MINUTE,
    }, async () => {
      assert.match(await cluster.kubectl(['logs', `sandboxed-${machine}`]), /Starting gVisor\.\.\./);
      const state = ['-o', 'jsonpath={.status.containerStatuses[0].containerID}'];
      const container = (await cluster.kubectl(['get', 'pod', `sandboxed-${machine}`, ...state])).split('//')[1] ?? '';
      const list = await outputOf(lab, machine, ['runsc', '--root', '/run/containerd/runsc/k8s.io', 'list']);
      assert.match(list, new RegExp(`^${container} +\\d+ +running `, 'm'));
    });

  it('reaches a service on another machine by address, from runc and from gVisor', { timeout: MINUTE }, async () => {
    const address = await cluster.kubectl(['get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}']);
    for (const pod of ['plain', 'sandboxed-workers-2', 'sandboxed-control-1', 'sandboxed-workers-1'])
      assert.equal(await fetchFrom(cluster, pod, address, 80), 'web', pod);
  });

  it('reaches it by name, from runc and from gVisor', { timeout: MINUTE }, async () => {
    const address = await cluster.kubectl(['get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}']);
    for (const pod of ['plain', 'sandboxed-workers-2', 'sandboxed-control-1']) {
      const answer = await shellIn(cluster, pod, 'nslookup web.default.svc.cluster.local');
      assert.match(answer, new RegExp(`Address.*: ${address.replaceAll('.', '\\.')}$`, 'm'));
    }
  });

  /** Every address of every machine, and the ports that are known or listened on; in the long run all. */
  async function targetsOf(flag: '-t' | '-u'): Promise<readonly [readonly string[], readonly number[]]> {
    const addresses = (await listOrders(lab.names)).flatMap((order) => order.addresses.map(({ address }) => address));
    const listening = await Promise.all(MACHINES.map((machine) => listeningPorts(lab, machine, flag)));
    const known = [...new Set([...KNOWN_PORTS, ...listening.flat()])];
    return [addresses, process.env.VENT_LONG === undefined ? known : ALL_PORTS];
  }

  it('shows from outside the API and SSH, and nothing else', { timeout: 16 * MINUTE }, async () => {
    const open = await scanPorts(lab, lab.names.router, ...(await targetsOf('-t')));
    assert.deepEqual(
      open.filter((target) => !target.endsWith(':22')),
      ['10.80.0.3:6443', '198.51.100.3:6443', '2001:db8:0:100::3:6443'],
    );
  });

  it('answers no datagram from outside, and does not even refuse one', { timeout: 16 * MINUTE }, async () => {
    assert.deepEqual(await scanDatagrams(lab, lab.names.router, ...(await targetsOf('-u'))), []);
    // A machine of the cluster is refused what nobody listens on, so the scan sees what there is to see.
    const inside = await scanDatagrams(lab, await namespaceOf(lab, 'workers-1'), ['10.80.0.7'], [179]);
    assert.deepEqual(inside, ['10.80.0.7:179']);
    // The one socket that would take a datagram in silence; who is believed on it is tested further below.
    for (const machine of MACHINES) assert.deepEqual(await listeningPorts(lab, machine, '-u'), [8472]);
  });

  it('shows a worker the API and kubelets, and of etcd nothing', { timeout: MINUTE }, async () => {
    const from = await namespaceOf(lab, 'workers-1');
    const open = await scanPorts(lab, from, ['10.80.0.3', '10.80.0.7', '198.51.100.3', '198.51.100.7'], KNOWN_PORTS);
    const expected = ['10.80.0.3:10250', '10.80.0.3:6443', '10.80.0.7:10250', '198.51.100.3:6443'];
    assert.deepEqual(
      open.filter((target) => !target.endsWith(':22')),
      expected,
    );
  });

  it('takes tunnelled packets from its machines only', { timeout: MINUTE }, async () => {
    const plain = await cluster.kubectl(['get', 'pod', 'plain', '-o', 'jsonpath={.status.podIP}']);
    const source = await cluster.kubectl(['get', 'pod', 'web', '-o', 'jsonpath={.status.podIP}']);
    const link = await outputOf(lab, 'workers-2', ['ip', 'link', 'show', 'dev', 'flannel.1']);
    const mac = /link\/ether (\S+)/.exec(link)?.[1] ?? '';
    const send = (namespace: string, address: string, port: number): Promise<void> =>
      sendTunnelled(lab, namespace, address, { mac, source, destination: plain, port });
    await send(lab.names.router, '10.80.0.7', 9001);
    await send(lab.names.router, '198.51.100.7', 9002);
    // What is sent last and arrives shows that the others had the time to.
    await send(await namespaceOf(lab, 'workers-1'), '10.80.0.7', 9003);
    const arrived = async (): Promise<string | undefined> => {
      const flows = await outputOf(lab, 'workers-2', ['conntrack', '-L', '-p', 'udp', '-s', source, '-d', plain]);
      return flows.includes('dport=9003') ? flows : undefined;
    };
    assert.doesNotMatch(await waitFor(arrived, 'the packet of a machine of the cluster'), /dport=900[12]/);
  });

  it('is the same after a worker was reset', { timeout: 4 * MINUTE }, async () => {
    const isOn = (machine: string | undefined): boolean => machine === 'workers-1';
    const isElsewhere = (machine: string | undefined): boolean => !isOn(machine);
    const earlier = await takePicture(cluster, 'workers-1');
    const restarts = { on: await countRestarts(cluster, isOn), elsewhere: await countRestarts(cluster, isElsewhere) };
    const started = Date.now();
    await cluster.vent(['lab', 'reboot', '--instance', lab.names.instance, 'workers-1']);
    await waitForBoot(cluster, 'workers-1');
    console.log(`Ready ${seconds(started)} s after the reset`);
    const onceMore = Object.fromEntries(Object.entries(restarts.on).map(([pod, count]) => [pod, count + 1]));
    const isRestarted = async (): Promise<true | undefined> =>
      isDeepStrictEqual(await countRestarts(cluster, isOn), onceMore) ? true : undefined;
    await waitFor(isRestarted, `containers to be restarted: ${JSON.stringify(onceMore)}`, MINUTE);
    await cluster.kubectl(['wait', '--for=condition=Ready', '--timeout=60s', 'pod/web', 'pod/sandboxed-workers-1']);
    console.log(`its pods Ready ${seconds(started)} s after the reset`);
    const hasConditions = async (): Promise<true | undefined> =>
      isDeepStrictEqual(await listConditions(cluster, 'workers-1'), earlier.conditions) ? true : undefined;
    await waitFor(hasConditions, `conditions to be ${earlier.conditions.join(', ')}`);
    assert.deepEqual(await takePicture(cluster, 'workers-1'), earlier);
    assert.deepEqual(await countRestarts(cluster, isElsewhere), restarts.elsewhere);
    assert.equal(await outputOf(lab, 'workers-1', ['vent-agent', 'plan']), 'nothing to do');
    assert.equal(await fetchFrom(cluster, 'sandboxed-workers-2', 'web.default.svc.cluster.local', 80), 'web');
  });

  it('takes in one new worker once, although the coordinator is killed meanwhile', {
    timeout: 5 * MINUTE,
  }, async () => {
    const content = await specOf(lab, { controlPlanes: 1, workers: 3 });
    const request = { content, file_name: 'lab.yaml', message: 'one more worker', dry_run: false };
    await cluster.withOperator(async (operator) => {
      await operator.call((methods) => methods.Apply, request);
      await provisionAll(operator, quiet);
    });
    for (const state of ['enrolling', 'converging']) {
      const isAsFar = (machine: MachineView): boolean =>
        machine.name !== 'workers-3' || COMING.indexOf(machine.state) >= COMING.indexOf(state);
      await cluster.withOperator((operator) => waitForMachines(operator, 4, MINUTE, quiet, isAsFar));
      await stopDaemon('coordinator', lab.names);
      await startVent(lab);
    }
    await cluster.withOperator((operator) => waitForMachines(operator, 4, 2 * MINUTE, quiet));
    const machines = await cluster.machines();
    assert.deepEqual(
      machines.map(({ name }) => name),
      [...MACHINES, 'workers-3'],
    );
    assert.equal(new Set(machines.map(({ id }) => id)).size, 4);
    const nodes = (await cluster.kubectl(['get', 'nodes', '--no-headers'])).trim().split('\n');
    assert.deepEqual(
      nodes.map((line) => line.split(/\s+/).slice(0, 2).join(' ')),
      [...MACHINES, 'workers-3'].map((name) => `${name} Ready`),
    );
  });

  it('gives a worker back: to the facility, to Kubernetes and to nobody else', { timeout: 2 * MINUTE }, async () => {
    const { id } = await findOrder(lab.names, 'workers-3');
    await cluster.vent(['deprovision', 'workers-3', '--yes']);
    const isGone = async (): Promise<true | undefined> =>
      callFacility(lab, 'GET', `/devices/${id}`).then(
        () => undefined,
        (thrown: Error) => (/: 404 /.test(thrown.message) ? true : undefined),
      );
    await waitFor(isGone, 'the facility to have taken the machine away');
    await assert.rejects(lab.execute('workers-3', ['true']), { code: 'NOT_FOUND' });
    await cluster.kubectl(['wait', '--for=delete', 'node/workers-3', '--timeout=30s']);
    assert.deepEqual(
      (await cluster.machines()).map(({ name }) => name),
      MACHINES,
    );
    assert.doesNotMatch(await cluster.vent(['certificates']), / workers-3 /);
    await cluster.kubectl(['wait', '--for=condition=Ready', '--timeout=1s', ...MACHINES.map((one) => `node/${one}`)]);
    await assert.rejects(cluster.vent(['deprovision', 'control-1', '--yes']), /the only member of etcd is not removed/);
  });
});
