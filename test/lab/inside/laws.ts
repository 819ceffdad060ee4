/** The laws of host and kinds, for a machine that runs this itself as root: nothing stands in for anything. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFakeSupply } from '../../../agent/fake/supply.ts';
import { createCommands } from '../../../agent/host/linux/commands.ts';
import { createLinuxHost } from '../../../agent/host/linux/host.ts';
import { createKinds } from '../../../agent/kinds/index.ts';
import { systemClock } from '../../../shared/clock.ts';
import { describeHost } from '../../laws/host.ts';
import { describeKinds } from '../../laws/kind.ts';
import type { KindCase } from '../../laws/kind-cases.ts';
import { applySteps, type KindMachine, removalSteps } from '../../laws/kind-machine.ts';
import { createMachineCases } from './cases.ts';
import { takeSnapshot } from './snapshot.ts';

const commands = createCommands();
const clock = systemClock;

async function open(example: KindCase): Promise<KindMachine> {
  const supply = createFakeSupply(clock);
  const host = createLinuxHost({ root: '/', clock, commands });
  const machine: KindMachine = {
    host,
    clock,
    supply,
    kinds: createKinds({ supply, clock }),
    snapshot: () => takeSnapshot(commands),
    async close() {
      const resource = await example.prepare(machine);
      await applySteps(machine, await removalSteps(machine, resource));
    },
  };
  return machine;
}

describeHost('inside a machine', async () => ({
  host: createLinuxHost({ root: '/', clock, commands }),
  owner: 'root:root',
  close: async () => undefined,
}));
describe('laws of packages: inside a machine', () => {
  it('names the package that no mirror has', async () => {
    const { packages } = createLinuxHost({ root: '/', clock, commands });
    await assert.rejects(packages.install(['a-package-that-no-mirror-has']), {
      code: 'HOST_UNSUPPORTED',
      message: /a-package-that-no-mirror-has/,
    });
  });
});
describeKinds('inside a machine', open, { cases: createMachineCases(commands) });
