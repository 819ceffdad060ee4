/** What a machine does with a change by itself: it commits it, or takes it back, with its agent killed at any point, and without it. */
import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { parse, stringify } from 'yaml';
import { buildAgent } from '../../scripts/build/agent.ts';
import { type Addresses, specOf, startVent } from '../../scripts/lab/cluster.ts';
import { stopDaemon } from '../../scripts/lab/daemon.ts';
import { waitFor } from '../../scripts/lab/machine.ts';
import { nameMachine } from '../../scripts/lab/names.ts';
import { COORDINATOR } from '../../scripts/lab/network.ts';
import { findOrder } from '../../scripts/lab/orders.ts';
import { ENDPOINTS_FILE } from '../../shared/endpoints.ts';
import type { Patch } from '../../shared/spec/schema.ts';
import { seconds, useCluster } from './cluster.ts';
import { labOptions, outputOf } from './lab.ts';

const MINUTE = 60_000;
const SHAPE = { controlPlanes: 1, workers: 1, attach: 'macvlan' } as const;
const MACHINE = 'workers-1';
/** Whoever is first to have what changes without a revision. */
const FIRST = 'control-1';
const CONFIRM_SECONDS = 20;
const PACE = { maxUnavailable: 1, canary: 0, soak: '1s', deadline: '60s', confirm: `${CONFIRM_SECONDS}s` };
const DROP_IN = '/run/systemd/system/vent-agent.service.d/fault.conf';
/** An agent of a test build; one that is started from elsewhere is left alone by kind `agent`. */
const FAULTY = '/root/vent-agent';
/** Where nobody answers (RFC 5737), and a second address of the coordinator’s. */
const NOWHERE = '192.0.2.9';
const ELSEWHERE = '192.0.2.1';
const JOURNAL = '/var/lib/vent/journal';
/** Every new outgoing connection needs a port of these; each network namespace has the list for itself. */
const CUT_OFF = { 'net.ipv4.ip_local_reserved_ports': '1024-65535' };
/** After so many fault points of a change the agent is killed; the design's 40 x 100 run in memory (test/agent/generation). */
const POINTS = [1, 3, 6, 10, 14, 18, 22, 27, 32, 38];

describe('a change of a machine', labOptions, () => {
  const cluster = useCluster('apply', SHAPE);
  const { lab } = cluster;
  const shell = (line: string, machine = MACHINE): Promise<string> => outputOf(lab, machine, ['sh', '-c', line]);

  async function apply(patch: Omit<Patch, 'machine'>, message: string): Promise<void> {
    const file = parse(await specOf(lab, SHAPE));
    const patches = [{ machine: MACHINE, ...patch }];
    const content = stringify({ ...file, spec: { ...file.spec, rollout: PACE, patches } });
    const request = { content, file_name: 'lab.yaml', message, dry_run: false, plan_hash: '' };
    await cluster.withOperator((operator) => operator.call((methods) => methods.Apply, request));
  }

  async function follow(): Promise<{ readonly state: string; readonly message: string }> {
    return await waitFor(
      async () => {
        const view = await cluster.withOperator((operator) => operator.call((methods) => methods.GetRollout, {}));
        return view.state === 'running' ? undefined : view;
      },
      'the roll-out to end',
      2 * MINUTE,
    );
  }

  const shows = (line: string, words: RegExp, limit = MINUTE, machine = MACHINE): Promise<string> =>
    waitFor(
      async () => {
        const said = await shell(`${line} 2>&1 || true`, machine);
        return words.test(said) ? said : undefined;
      },
      `${line} to say ${words}`,
      limit,
    );

  const isReady = (): Promise<unknown> =>
    waitFor(
      async () => ((await cluster.machines()).every(({ state }) => state === 'ready') ? true : undefined),
      'every machine to be ready',
      2 * MINUTE,
    );

  /** The agent that starts now is killed there; nothing starts it again. */
  async function orderFault(order: string, machine = MACHINE): Promise<void> {
    const text = `[Service]\\nExecStart=\\nExecStart=${FAULTY} run\\nEnvironment="VENT_FAULT=${order}"\\nRestartSec=3600\\n`;
    const place = DROP_IN.replace(/\/[^/]*$/, '');
    await shell(`rm -f /run/vent-fault; mkdir -p ${place}; printf '${text}' >${DROP_IN}`, machine);
    await shell('systemctl daemon-reload; systemctl restart vent-agent', machine);
    await isReady();
  }

  const happened = (machine = MACHINE): Promise<string> => shows('cat /run/vent-fault', /^\d+ /, MINUTE, machine);

  async function startAgent(machine = MACHINE): Promise<void> {
    await shell(`rm -f ${DROP_IN}; systemctl daemon-reload; systemctl restart vent-agent`, machine);
  }

  /** The agent cannot be started by anybody until it is unmasked. */
  const maskAgent = (machine = MACHINE): Promise<string> =>
    shell('mv /etc/systemd/system/vent-agent.service /root/; systemctl mask vent-agent', machine);

  async function unmaskAgent(machine = MACHINE): Promise<void> {
    await shell('systemctl unmask vent-agent; mv /root/vent-agent.service /etc/systemd/system/', machine);
    await startAgent(machine);
  }

  const reboot = (machine = MACHINE): Promise<string> =>
    cluster.vent(['lab', 'reboot', '--instance', lab.names.instance, machine]);

  /** Ends the coordinator and starts it at other addresses. */
  async function moveCoordinator(addresses: Addresses): Promise<void> {
    await stopDaemon('coordinator', lab.names);
    await startVent(lab, addresses);
  }

  before(
    async () => {
      const out = await mkdtemp(join(tmpdir(), 'vent-faulty-'));
      await buildAgent({ entry: join(import.meta.dirname, '../../agent/main.ts'), out, hasFaults: true });
      for (const machine of [MACHINE, FIRST]) {
        const { id } = await findOrder(lab.names, machine);
        const place = join(nameMachine(lab.names, id).tree, FAULTY);
        await copyFile(join(out, `vent-agent-linux-${process.arch}`), place);
      }
      await rm(out, { recursive: true });
    },
    { timeout: 5 * MINUTE },
  );

  it('that restarts kubelet is committed with the coordinator away', { timeout: 4 * MINUTE }, async () => {
    await orderFault('SWITCH');
    await apply({ kubelet: { maxPods: 90 } }, 'fewer pods');
    await happened();
    await stopDaemon('coordinator', lab.names);
    await startAgent();
    await shows(`cat ${JOURNAL}`, /"type":"COMMIT",.*"by":"health"/);
    assert.match(await shell('cat /etc/kubernetes/kubelet/config.yaml'), /maxPods: 90/);
    await startVent(lab);
    assert.equal((await follow()).state, 'done');
  });

  it('that touches the network is taken back with the coordinator away', { timeout: 4 * MINUTE }, async () => {
    await orderFault('SWITCH');
    await apply({ sysctls: { 'net.ipv4.tcp_keepalive_time': '601' } }, 'keep alive');
    await happened();
    await stopDaemon('coordinator', lab.names);
    await startAgent();
    await shows('sysctl -n net.ipv4.tcp_keepalive_time', /^601$/m);
    await shows('cat /var/lib/vent/quarantine.json', /did not confirm/);
    assert.match(await shell('sysctl -n net.ipv4.tcp_keepalive_time'), /^7200$/m);
    assert.doesNotMatch(await shell('cat /etc/sysctl.d/50-vent.conf'), /601/);
    await startVent(lab);
    const { state, message } = await follow();
    assert.equal(state, 'failed');
    assert.match(message, /workers-1: .*did not confirm/);
    await isReady();
  });

  it('that cuts it off is taken back by itself within the timer', { timeout: 4 * MINUTE }, async () => {
    const since = Date.now();
    await apply({ sysctls: CUT_OFF }, 'no ports left');
    const { state, message } = await follow();
    console.log(`a machine that cut itself off was back after ${seconds(since)} s, its timer ${CONFIRM_SECONDS} s`);
    assert.equal(state, 'failed');
    assert.match(message, /workers-1: took document \d+ back/);
    assert.equal((await shell('sysctl -n net.ipv4.ip_local_reserved_ports')).trim(), '');
    await isReady();
  });

  for (const isRebooted of [false, true]) {
    const how = isRebooted ? 'and a reboot in between' : '';
    it(`that cuts it off is taken back without the agent, killed and masked, ${how}`, {
      timeout: 5 * MINUTE,
    }, async () => {
      await orderFault('set-sysctl');
      await apply({ sysctls: CUT_OFF }, 'no ports left');
      await happened();
      await maskAgent();
      assert.match(await shell('sysctl -n net.ipv4.ip_local_reserved_ports'), /1024-65535/);
      const since = Date.now();
      if (isRebooted) await reboot();
      await shows('ls /opt/vent/rollback', /undone/, 2 * MINUTE);
      console.log(`taken back without an agent after ${seconds(since)} s ${how}`);
      assert.equal((await shell('sysctl -n net.ipv4.ip_local_reserved_ports')).trim(), '');
      assert.doesNotMatch(await shell('cat /etc/sysctl.d/50-vent.conf'), /reserved_ports/);
      await unmaskAgent();
      assert.match((await follow()).message, /workers-1/);
      await isReady();
    });
  }

  it('of the coordinator’s address to one where nobody is is taken back by the first machine, and no other has it', {
    timeout: 5 * MINUTE,
  }, async () => {
    const since = Date.now();
    await moveCoordinator({ advertise: NOWHERE });
    await shows(`cat ${ENDPOINTS_FILE}`, new RegExp(NOWHERE), MINUTE, FIRST);
    await shows('cat /var/lib/vent/quarantine.json', /did not confirm|not committed/, 2 * MINUTE, FIRST);
    await shows(`ls ${ENDPOINTS_FILE}`, /No such file/, MINUTE, FIRST);
    console.log(`a machine sent to a wrong address was back after ${seconds(since)} s, its timer ${CONFIRM_SECONDS} s`);
    await waitFor(
      async () =>
        (await cluster.machines()).some(({ name, state }) => name === FIRST && state === 'failed') || undefined,
      'the machine to tell of it at the old address',
    );
    assert.match(await shell(`ls ${ENDPOINTS_FILE} 2>&1 || true`), /No such file/, 'the other machine was left alone');
    await moveCoordinator({});
    await isReady();
  });

  for (const isRebooted of [false, true]) {
    const how = isRebooted ? 'and a reboot in between' : '';
    it(`of the coordinator’s address is taken back without the agent, killed and masked, ${how}`, {
      timeout: 5 * MINUTE,
    }, async () => {
      await orderFault(`renamed ${ENDPOINTS_FILE}`, FIRST);
      await moveCoordinator({ advertise: NOWHERE });
      await happened(FIRST);
      await maskAgent(FIRST);
      assert.match(await shell(`cat ${ENDPOINTS_FILE}`, FIRST), new RegExp(NOWHERE));
      const since = Date.now();
      if (isRebooted) await reboot(FIRST);
      await shows('ls /opt/vent/rollback', /undone/, 2 * MINUTE, FIRST);
      console.log(`taken back without an agent after ${seconds(since)} s ${how}`);
      assert.match(await shell(`ls ${ENDPOINTS_FILE} 2>&1 || true`, FIRST), /No such file/);
      await unmaskAgent(FIRST);
      await moveCoordinator({});
      await isReady();
    });
  }

  it('of the coordinator’s address is committed over the new one, and machines stay there', {
    timeout: 5 * MINUTE,
  }, async () => {
    const { router, coordinator } = lab.names;
    await lab.children.need(['ip', '-n', coordinator, 'address', 'add', `${ELSEWHERE}/32`, 'dev', 'lo']);
    await lab.children.need(['ip', '-n', router, 'route', 'add', `${ELSEWHERE}/32`, 'via', COORDINATOR.address]);
    await moveCoordinator({ listen: '0.0.0.0', advertise: ELSEWHERE });
    for (const machine of [FIRST, MACHINE]) {
      await shows(`cat ${JOURNAL}`, /"type":"COMMIT",.*"by":"coordinator"/, MINUTE, machine);
      await shows(`cat ${ENDPOINTS_FILE}`, new RegExp(ELSEWHERE), MINUTE, machine);
      await shows('ss -Htn state established', new RegExp(`${ELSEWHERE}:7444`), MINUTE, machine);
    }
    await isReady();
    await shell('systemctl restart vent-agent');
    await shows('ss -Htn state established', new RegExp(`${ELSEWHERE}:7444`));
    assert.match(await shell('/opt/vent/agent/current/vent-agent status'), new RegExp(`coordinator ${ELSEWHERE}:7444`));
    await moveCoordinator({ listen: '0.0.0.0' });
    for (const machine of [FIRST, MACHINE])
      await shows(`cat ${ENDPOINTS_FILE}`, new RegExp(COORDINATOR.address), MINUTE, machine);
    await moveCoordinator({});
    await isReady();
  });

  it('is finished by the next agent, wherever the one before was killed, and nothing is left to do', {
    timeout: 8 * MINUTE,
  }, async () => {
    for (const [index, point] of POINTS.entries()) {
      await orderFault(String(point));
      await apply({ kubelet: { maxPods: 91 + index } }, `point ${point}`);
      const fault = await happened();
      await startAgent();
      const { state, message } = await follow();
      assert.equal(state, 'done', `killed at ${fault}: ${message}`);
      assert.match(await shell('/opt/vent/agent/current/vent-agent plan'), /nothing to do/, fault);
      assert.deepEqual((await shell('ls /opt/vent/rollback')).trim(), 'rollback', fault);
    }
  });
});
