import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createFakeSupply } from '../../agent/fake/supply.ts';
import type { Host } from '../../agent/host/host.ts';
import { createCommands } from '../../agent/host/linux/commands.ts';
import { createLinuxHost } from '../../agent/host/linux/host.ts';
import { createKinds } from '../../agent/kinds/index.ts';
import { enterCommand, findInit, waitFor } from '../../scripts/lab/machine.ts';
import { nameMachine } from '../../scripts/lab/names.ts';
import { systemClock } from '../../shared/clock.ts';
import { VENT0 } from '../agent/vent0.ts';
import { describeHost } from '../laws/host.ts';
import { describeKinds } from '../laws/kind.ts';
import { KIND_CASES } from '../laws/kind-cases.ts';
import { applySteps, converge, type KindMachine, planSteps, removalSteps, sentencesOf } from '../laws/kind-machine.ts';
import { labOptions, openMachines, orderOf, outputOf, useLab, waitForOutput } from './lab.ts';

const ORDER = orderOf('one', 1);
const NETWORK_KINDS = ['interface', 'balancer', 'rules'] as const;
const OTHER_KINDS = Object.values(createKinds({ supply: createFakeSupply(systemClock), clock: systemClock }))
  .map(({ name }) => name)
  .filter((name) => !NETWORK_KINDS.some((kind) => kind === name));
/** What the kinds may leave behind in, or change. */
const SEEN = `for path in /etc /run/vent /var/lib/vent; do find $path -xdev \\( -type f -o -type l \\) -exec ls -ld --time-style=+ {} +; done
ip -4 -o address; ip route; nft list ruleset; ls -d /etc/vent/* /run/vent/*`;

describe('the network of a real machine', labOptions, () => {
  const lab = useLab('network');
  let host: Host;

  /** The seam as the agent has it, with programs started inside the machine and files reached through its init. */
  async function openHost(): Promise<Host> {
    const init = await waitFor(() => findInit(nameMachine(lab.names, ORDER.id)), 'the machine to boot');
    const commands = createCommands();
    const enter: typeof commands.run = (program, argv, options) => {
      const [first = '', ...rest] = enterCommand(init.pid, [program, ...argv]);
      return commands.run(first, rest, options);
    };
    const follow: typeof commands.follow = (program, argv, onLine, signal) => {
      const [first = '', ...rest] = enterCommand(init.pid, [program, ...argv]);
      return commands.follow(first, rest, onLine, signal);
    };
    await waitForOutput(lab, 'one', ['systemctl', 'is-active', 'networking.service']);
    const inside = { run: enter, follow };
    const opened = createLinuxHost({ root: `/proc/${init.pid}/root`, clock: systemClock, commands: inside });
    // The keys below net are those of the reader's own network namespace, so they are read inside.
    const kernel: Host['kernel'] = {
      ...opened.kernel,
      sysctl: async (key) => (await enter('sysctl', ['-n', key])).stdout.trim(),
      setSysctl: async (key, value) => void (await enter('sysctl', ['-q', `${key}=${value}`])),
    };
    return { ...opened, kernel };
  }

  async function openMachine(): Promise<KindMachine> {
    const supply = createFakeSupply(systemClock);
    const machine: KindMachine = {
      host,
      supply,
      clock: systemClock,
      kinds: createKinds({ supply, clock: systemClock }),
      async snapshot() {
        const { stdout } = await lab.execute('one', ['sh', '-c', SEEN]);
        return new Map(
          stdout
            .split('\n')
            .toSorted()
            .map((line) => [line, '']),
        );
      },
      async close() {
        for (const kind of NETWORK_KINDS) {
          const resource = await KIND_CASES[kind].prepare(machine);
          await applySteps(machine, await removalSteps(machine, resource));
        }
      },
    };
    return machine;
  }

  before(async () => {
    const machines = await openMachines(lab);
    await machines.install(ORDER);
    host = await openHost();
    for (const path of ['/run/vent', '/etc/nftables.d', '/var/lib/vent'])
      await host.files.makeDirectory(path, { mode: '0755', owner: 'root:root' });
  });

  describeHost('inside a machine', async () => ({ host, owner: 'root:root', close: async () => undefined }));
  describeKinds('inside a machine', openMachine, { without: OTHER_KINDS });

  describe('that has moved its private address', () => {
    let machine: KindMachine;
    before(async () => {
      machine = await openMachine();
      await converge(machine, VENT0);
    });
    after(() => machine.close());

    it('reaches its gateway, and keeps its public address where it was', async () => {
      await outputOf(lab, 'one', ['ping', '-c', '1', '-W', '2', '-I', 'vent0', '10.80.0.2']);
      assert.match(await outputOf(lab, 'one', ['ip', 'route', 'get', '10.1.2.3']), / dev vent0 src 10\.80\.0\.3 /);
      assert.match(await outputOf(lab, 'one', ['ip', 'route', 'get', '192.0.2.1']), / dev bond0 src 198\.51\.100\.3 /);
    });

    it('sees ifup giving the address back, and takes it again', async () => {
      await outputOf(lab, 'one', ['sh', '-c', 'ifdown --force bond0:0 2>&1; ifup --force bond0:0 2>&1; true']);
      const sentences = sentencesOf(await planSteps(machine, VENT0));
      assert.match(sentences.join(), /^move 10\.80\.0\.3\/31 (and \d routes? )?from bond0 to vent0$/);
      await converge(machine, VENT0);
    });

    it('has it moved again after a reboot, by its unit and no agent', async () => {
      await lab.reset('one');
      host = await openHost();
      await waitForOutput(lab, 'one', ['systemctl', 'is-active', 'vent-interface-vent0.service']);
      machine = await openMachine();
      assert.deepEqual(sentencesOf(await planSteps(machine, VENT0)), []);
    });
  });
});
