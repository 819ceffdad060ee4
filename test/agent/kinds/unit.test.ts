import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compareInputs, formatDropIn, formatInputs } from '../../../agent/kinds/steps/unit-files.ts';
import { createTestMachine, makeDocument, makeFile, makeUnit } from '../machine.ts';

const RESTARTS = { restarts: ['unit:kubelet.service'] };

describe('kind unit', () => {
  it('comes back by itself after a boot, without a restart by the agent', async () => {
    const machine = createTestMachine();
    const oneshot = { ...makeUnit('vent-prepare.service', {}, 'Type=oneshot\nRemainAfterExit=yes'), oneshot: true };
    const document = makeDocument({
      a: [makeFile('/etc/vent/x', 'x', RESTARTS), makeUnit('kubelet.service'), oneshot],
    });
    await machine.pass(document);
    machine.host.systemd.boot();
    assert.deepEqual(await machine.plan(document), []);
  });

  it('is not restarted for a foreign edit of its drop-in, which is put back', async () => {
    const machine = createTestMachine();
    const document = makeDocument({ a: [makeUnit('kubelet.service')] });
    await machine.pass(document);
    machine.host.tree.putFile('/etc/systemd/system/kubelet.service.d/50-vent.conf', '');
    const plan = (await machine.plan(document)).map((line) => line.replace('unit:kubelet.service: ', ''));
    assert.deepEqual(plan, [
      'write /etc/systemd/system/kubelet.service.d/50-vent.conf (0644 root:root): content differs',
      'reload systemd: the files of kubelet.service changed',
    ]);
    assert.equal(await machine.pass(document), 'converged');
  });

  it('is converged while it is starting, and runs one-shots again whose inputs changed', async () => {
    const machine = createTestMachine();
    machine.host.systemd.behave('kubelet.service', 'hangs');
    const make = (content: string) =>
      makeDocument({
        a: [makeFile('/etc/vent/in', content, { restarts: ['unit:vent-prepare.service'] })],
        b: [
          { ...makeUnit('vent-prepare.service', {}, 'Type=oneshot\nRemainAfterExit=yes'), oneshot: true },
          makeUnit('kubelet.service'),
        ],
      });
    assert.equal(await machine.pass(make('one')), 'converged');
    const before = machine.host.actions.length;
    assert.equal(await machine.pass(make('two')), 'converged');
    const runs = machine.host.actions.slice(before).filter((action) => action.includes('start '));
    assert.deepEqual(runs, ['restart vent-prepare.service']);
  });

  it('says that it fails to start, and tries again', async () => {
    const machine = createTestMachine();
    machine.host.systemd.behave('kubelet.service', 'fails');
    const document = makeDocument({ a: [makeUnit('kubelet.service')] });
    assert.equal(await machine.pass(document), 'incomplete');
    const failure = machine.events.find((event) => event.type === 'resource-failed');
    assert.match(failure?.error.message ?? '', /start kubelet\.service: failed \(exit-code\)/);
    machine.host.systemd.behave('kubelet.service', 'works');
    assert.equal(await machine.pass(document), 'converged');
  });

  it('carries its inputs in the environment, whatever their names hold (property)', async () => {
    const name = fc.string({ minLength: 1, maxLength: 20 }).filter((value) => value.trim() !== '');
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { maxLength: 4 }), async (names) => {
        const machine = createTestMachine();
        const artifacts = names.map(
          (artifact, index) =>
            ({
              kind: 'artifact',
              name: artifact,
              version: '1',
              path: `/opt/vent/bin/${index}`,
              ...machine.supply.publish('x'),
              ...RESTARTS,
            }) as const,
        );
        const document = makeDocument({ a: [...artifacts, makeUnit('kubelet.service')] });
        assert.equal(await machine.pass(document), 'converged');
        assert.deepEqual(await machine.plan(document), []);
        const text = new TextDecoder().decode(
          await machine.host.files.read('/etc/systemd/system/kubelet.service.d/50-vent.conf'),
        );
        assert.equal(text.split('\n').length, 4, 'nothing breaks out of its line');
      }),
      { numRuns: 60 },
    );
  });

  it('names inputs that changed, came or went', () => {
    const inputs = (...entries: readonly string[]): string =>
      formatInputs(entries.map((entry) => ({ id: entry.slice(0, -1), digest: entry.slice(-1) })));
    assert.deepEqual(compareInputs(inputs('file:/a1', 'file:/b1'), inputs('file:/a1', 'file:/b2')), ['file:/b']);
    assert.deepEqual(compareInputs(inputs('file:/a1'), inputs('file:/b1')), ['file:/a', 'file:/b']);
    assert.deepEqual(compareInputs(inputs('file:/a1'), inputs('file:/a1')), []);
  });

  it('gives no environment to units without a process', () => {
    assert.equal(formatDropIn(makeUnit('vent-x.timer'), []), undefined);
  });
});
