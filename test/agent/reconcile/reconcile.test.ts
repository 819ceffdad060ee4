import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AgentEvent } from '../../../agent/events.ts';
import { VentError } from '../../../shared/errors.ts';
import { createTestMachine, makeDocument, makeFile, makeUnit, type TestMachine } from '../machine.ts';
import { CONFIGURATION, makeSampleDocument } from '../sample-document.ts';

function idsOf(events: readonly AgentEvent[], type: AgentEvent['type']): readonly string[] {
  return events.flatMap((event) => (event.type === type && 'id' in event ? [event.id] : []));
}

/** Nothing may be written through a link that Vent did not make. */
function refuseWritesTo(machine: TestMachine, directory: string): void {
  machine.host.tree.nodes.set(directory, {
    type: 'symlink',
    attributes: { mode: '0777', owner: 'root:root' },
    content: new Uint8Array(),
    target: '/root',
  });
}

describe('reconcile', () => {
  it('converges a whole document, after which there is nothing to do', async () => {
    const machine = createTestMachine();
    const document = makeSampleDocument(machine);
    assert.equal(await machine.pass(document), 'converged');
    assert.deepEqual(await machine.plan(document), []);
    const writes = machine.host.writes();
    assert.equal(await machine.pass(document), 'converged');
    assert.equal(machine.host.writes(), writes, 'a second pass writes nothing');
  });

  it('restarts exactly the unit whose input changed, and names the input', async () => {
    const machine = createTestMachine();
    await machine.pass(makeSampleDocument(machine));
    const next = makeSampleDocument(machine, '2.3.8', 2);
    const restarts = (await machine.plan(next)).filter((line) => line.includes(': restart '));
    assert.deepEqual(restarts, [
      `unit:containerd.service: restart containerd.service: artifact:containerd, file:${CONFIGURATION} changed`,
    ]);
    const before = machine.host.actions.length;
    assert.equal(await machine.pass(next), 'converged');
    const actions = machine.host.actions.slice(before);
    assert.deepEqual(
      actions.filter((action) => /^(re)?start /.test(action)),
      ['restart containerd.service'],
    );
    assert.ok(actions.indexOf('link /opt/vent/bin/containerd') < actions.indexOf('restart containerd.service'));
  });

  it('sees in every pass whether the system wants a reboot, and by which packages', async () => {
    const machine = createTestMachine();
    const attributes = { mode: '0644', owner: 'root:root' };
    const observed = async (): Promise<unknown> => {
      await machine.pass(makeDocument({}));
      return machine.events.findLast((event) => event.type === 'reboot-observed')?.packages;
    };
    assert.equal(await observed(), undefined);
    await machine.host.files.write(
      '/run/reboot-required',
      Buffer.from('*** System restart required ***\n'),
      attributes,
    );
    assert.deepEqual(await observed(), []);
    const names = Buffer.from('linux-base\nlibc6\n\nlibc6\n\u001b[2J rubbish\n');
    await machine.host.files.write('/run/reboot-required.pkgs', names, attributes);
    assert.deepEqual(await observed(), ['libc6', 'linux-base']);
    await machine.host.files.remove('/run/reboot-required');
    assert.equal(await observed(), undefined, 'the list alone says nothing');
  });

  it('keeps list order inside a component and runs components at once', async () => {
    const machine = createTestMachine();
    const a = ['/etc/vent/a1', '/etc/vent/a2'].map((name) => makeFile(name, 'x'));
    const b = [makeFile('/etc/vent/b1', 'x', { after: ['file:/etc/vent/a2'] })];
    await machine.pass(makeDocument({ b, a }));
    assert.deepEqual(idsOf(machine.events, 'resource-converged'), [
      'file:/etc/vent/a1',
      'file:/etc/vent/a2',
      'file:/etc/vent/b1',
    ]);
  });

  it('starts a unit only once every resource that restarts it is converged, wherever that stands', async () => {
    const machine = createTestMachine();
    const document = makeDocument({
      first: [makeUnit('kubelet.service')],
      second: [makeFile('/etc/vent/slow', 'x'), makeFile('/etc/vent/in', 'x', { restarts: ['unit:kubelet.service'] })],
    });
    assert.equal(await machine.pass(document), 'converged');
    const { actions } = machine.host;
    assert.ok(actions.indexOf('write /etc/vent/in') < actions.indexOf('start kubelet.service'));
  });

  it('stops at a failure its own component and what comes after it, nothing else', async () => {
    const machine = createTestMachine();
    refuseWritesTo(machine, '/etc/vent');
    const document = makeDocument({
      broken: [makeFile('/etc/vent/x', 'x'), makeFile('/etc/cni/net.d/a', 'x')],
      follower: [makeFile('/etc/cni/net.d/b', 'x', { after: ['file:/etc/cni/net.d/a'] })],
      other: [makeFile('/etc/cni/net.d/c', 'x')],
    });
    const [broken, next, follower, other] = [
      'file:/etc/vent/x',
      'file:/etc/cni/net.d/a',
      'file:/etc/cni/net.d/b',
      'file:/etc/cni/net.d/c',
    ];
    assert.equal(await machine.pass(document), 'incomplete');
    assert.deepEqual(idsOf(machine.events, 'resource-failed'), [broken]);
    assert.deepEqual(idsOf(machine.events, 'resource-blocked'), [next, follower]);
    assert.deepEqual(idsOf(machine.events, 'resource-converged'), [other]);
    const blockers = machine.events.flatMap((event) => (event.type === 'resource-blocked' ? [event.by] : []));
    assert.deepEqual(blockers, [broken, broken], 'a blocked resource names what failed, not what was blocked itself');
  });

  it('waits no longer than for what still does something, once something failed', async () => {
    const machine = createTestMachine();
    const check = { type: 'file', path: '/run/never' } as const;
    const probe = { kind: 'probe', name: 'never', sentence: 'it is there', deadlineSeconds: 3600, check } as const;
    const document = makeDocument({
      broken: [makeFile('/etc/vent/a', 'x')],
      busy: [makeFile('/etc/cni/net.d/b', 'x'), makeFile('/etc/cni/net.d/c', 'x')],
      patient: [probe, makeFile('/etc/cni/net.d/d', 'x')],
    });
    refuseWritesTo(machine, '/etc/vent');
    const began = machine.clock.now();
    assert.equal(await machine.pass(document), 'incomplete');
    assert.ok(machine.clock.now() - began < 60_000, 'the deadline of the probe was not waited for');
    assert.deepEqual(idsOf(machine.events, 'resource-failed'), ['file:/etc/vent/a']);
    assert.deepEqual(idsOf(machine.events, 'resource-converged'), ['file:/etc/cni/net.d/b', 'file:/etc/cni/net.d/c']);
    assert.deepEqual(idsOf(machine.events, 'resource-blocked'), ['file:/etc/cni/net.d/d']);
  });

  it('says NOT_CONVERGED when something changes it back at once', async () => {
    const machine = createTestMachine();
    const unit = { ...makeUnit('kubelet.service'), content: '[Service]\nExecStart=/bin/true\n' };
    assert.equal(await machine.pass(makeDocument({ kubelet: [unit] })), 'incomplete');
    const failure = machine.events.find((event) => event.type === 'resource-failed');
    assert.equal(failure?.error.code, 'NOT_CONVERGED');
    assert.match(failure.error.message, /enable kubelet\.service/, 'without [Install] it cannot be enabled');
  });

  it('goes on after a deferrable step failed', async () => {
    const machine = createTestMachine();
    const document = makeSampleDocument(machine);
    await machine.pass(document);
    await machine.clock.wait(5 * 86_400_000);
    machine.supply.isReachable = false;
    assert.equal(await machine.pass(document), 'converged');
    const deferred = machine.events.find((event) => event.type === 'step-deferred');
    assert.equal(deferred?.error.code, 'UNAVAILABLE');
  });

  it('ends waits when it is aborted, and calls that no failure', async () => {
    const machine = createTestMachine();
    const abort = new AbortController();
    const check = { type: 'tcp', host: '10.0.0.1', port: 6443 } as const;
    const probe = { kind: 'probe', name: 'api', sentence: 'the API answers', deadlineSeconds: 1e9, check } as const;
    const pass = machine.pass(makeDocument({ a: [probe, makeFile('/etc/vent/x', 'x')] }), abort.signal);
    abort.abort(new VentError('CANCELLED', 'cannot finish the pass: a newer document came'));
    assert.equal(await pass, 'cancelled');
    assert.deepEqual(idsOf(machine.events, 'resource-failed'), []);
    assert.equal(machine.host.writes(), 0);
  });
});
