import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createDriftWatch } from '../../../agent/drift/watch.ts';
import { createFakeHost } from '../../../agent/host/fake/host.ts';
import type { Resource } from '../../../shared/document.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import { makeDocument, makeFile, makeUnit } from '../machine.ts';

const SYSCTL: Resource = { kind: 'sysctl', name: 'vent', values: { 'vm.overcommit_memory': '1' } };
const LINK: Resource = {
  kind: 'interface',
  name: 'flannel0',
  parent: 'bond0',
  mac: '02:00:00:00:00:09',
  address: '10.80.0.3',
  prefix: 31,
  gateway: '10.80.0.2',
};

async function createBench(...resources: readonly Resource[]) {
  const host = createFakeHost();
  const clock = createFakeClock();
  const stop = new AbortController();
  let nudges = 0;
  host.tree.putFile('/etc/vent/x', 'wanted');
  host.sysctls.set('vm.overcommit_memory', '1');
  const watch = createDriftWatch({ host, clock, nudge: () => (nudges += 1) }, stop.signal);
  const pass = (result: 'converged' | 'incomplete', during?: () => void): void => {
    watch.observe({ type: 'pass-started', generation: 1 });
    during?.();
    watch.observe({ type: 'pass-ended', generation: 1, result });
  };
  watch.use(makeDocument({ a: resources }));
  await clock.advance(1);
  pass('converged');
  return {
    host,
    stop,
    pass,
    watch,
    /** Nudges within a second of what `change` does. */
    async nudgesAfter(change: () => void): Promise<number> {
      nudges = 0;
      change();
      await clock.advance(1000);
      return nudges;
    },
  };
}

describe('the drift watch', () => {
  it('nudges once for a burst of changes to a file of the document', async () => {
    const { host, nudgesAfter } = await createBench(makeFile('/etc/vent/x', 'wanted'));
    const burst = (): void => {
      for (const content of ['a', 'b', 'c']) host.tree.putFile('/etc/vent/x', content);
    };
    assert.equal(await nudgesAfter(burst), 1);
  });

  it('does not care for what the document does not name', async () => {
    const { host, nudgesAfter } = await createBench(makeFile('/etc/vent/x', 'wanted'));
    assert.equal(await nudgesAfter(() => host.tree.putFile('/etc/vent/y', 'foreign')), 0);
  });

  it('sees a unit that stops running, by the link systemd keeps for it', async () => {
    const { host, pass, nudgesAfter } = await createBench(makeUnit('vent-x.service'));
    host.tree.putFile('/run/systemd/units/invocation:vent-x.service', '');
    pass('converged');
    await nudgesAfter(() => undefined);
    assert.equal(await nudgesAfter(() => host.tree.nodes.delete('/run/systemd/units/invocation:vent-x.service')), 1);
  });

  it('sees a sysctl that was set to something else', async () => {
    const { host, nudgesAfter } = await createBench(SYSCTL);
    assert.equal(await nudgesAfter(() => host.sysctls.set('vm.overcommit_memory', '0')), 1);
  });

  it('sees an address given back to the parent, but no interface that is not its own', async () => {
    const { host, nudgesAfter } = await createBench(LINK);
    assert.equal(await nudgesAfter(() => host.networking.runLine('link add veth1 type veth')), 0);
    host.networking.runLine('link add bond0 type bond');
    assert.equal(await nudgesAfter(() => host.networking.runLine('address add 10.80.0.3/31 dev bond0')), 1);
  });

  it('watches a directory anew that was removed and made again', async () => {
    const { host, pass, nudgesAfter } = await createBench(makeFile('/etc/vent/x', 'wanted'));
    assert.equal(
      await nudgesAfter(() => {
        host.tree.nodes.delete('/etc/vent/x');
        host.tree.nodes.delete('/etc/vent');
      }),
      1,
    );
    pass('converged', () => host.tree.putFile('/etc/vent/x', 'wanted'));
    await nudgesAfter(() => undefined);
    assert.equal(await nudgesAfter(() => host.tree.putFile('/etc/vent/x', 'foreign')), 1);
  });

  it('looks once more after a pass that changed something, since a foreign hand may have been among it', async () => {
    const { host, pass, nudgesAfter } = await createBench(makeFile('/etc/vent/x', 'wanted'));
    assert.equal(await nudgesAfter(() => pass('converged', () => host.tree.putFile('/etc/vent/x', 'own'))), 1);
    assert.equal(await nudgesAfter(() => pass('converged')), 0);
  });

  it('leaves a machine that does not converge to the pauses of the loop', async () => {
    const { host, pass, nudgesAfter } = await createBench(makeFile('/etc/vent/x', 'wanted'));
    assert.equal(await nudgesAfter(() => pass('incomplete', () => host.tree.putFile('/etc/vent/x', 'own'))), 0);
  });

  it('ends with its signal', async () => {
    const { host, stop, nudgesAfter } = await createBench(makeFile('/etc/vent/x', 'wanted'), SYSCTL, LINK);
    stop.abort();
    assert.equal(await nudgesAfter(() => host.tree.putFile('/etc/vent/x', 'foreign')), 0);
    assert.equal(host.tree.watchers.size, 0);
  });
});
