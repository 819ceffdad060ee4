import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { createFakeSupply } from '../../../agent/fake/supply.ts';
import { createFakeHost } from '../../../agent/host/fake/host.ts';
import { createProbeKind } from '../../../agent/kinds/probe.ts';
import { createPlanContext } from '../../../agent/reconcile/inputs.ts';
import type { Resource, ResourceOf } from '../../../shared/document.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import { createTestMachine, makeDocument, makeUnit } from '../machine.ts';

type Probe = ResourceOf<'probe'>;
const CONTEXT = createPlanContext(makeDocument({}));

function makeProbe(check: Probe['check'], deadlineSeconds = 30): Probe {
  return { kind: 'probe', name: 'api', sentence: 'the API answers', deadlineSeconds, check };
}

describe('kind probe', () => {
  it('looks again, ever more slowly, until its check passes', async () => {
    const host = createFakeHost();
    const clock = createFakeClock();
    const probe = makeProbe({ type: 'tcp', host: '10.0.0.1', port: 6443 });
    const [step] = await createProbeKind({ clock }).plan(probe, host, CONTEXT);
    assert.equal(step?.sentence, 'wait until the API answers');
    let isDone = false;
    const applied = step.apply(host, new AbortController().signal).then(() => {
      isDone = true;
    });
    await clock.advance(20_000);
    assert.equal(isDone, false);
    host.listeners.add('10.0.0.1:6443');
    await clock.advance(1000);
    await applied;
  });

  it('gives up at its deadline, naming what it waited for and what it saw last', async () => {
    const seen: readonly (readonly [Probe['check'], string])[] = [
      [{ type: 'tcp', host: '10.0.0.1', port: 6443 }, '10.0.0.1:6443 does not answer'],
      [{ type: 'http', url: 'https://10.0.0.1:6443/readyz' }, 'https://10.0.0.1:6443/readyz answers 500'],
      [{ type: 'http', url: 'http://10.0.0.1/x' }, 'http://10.0.0.1/x does not answer'],
      [{ type: 'unit', unit: 'etcd.service' }, 'etcd.service is inactive (inactive)'],
      [{ type: 'file', path: '/run/x' }, '/run/x is not there'],
      [{ type: 'interface', interface: 'flannel.1' }, 'there is no interface flannel.1'],
    ];
    for (const [check, observation] of seen) {
      const machine = createTestMachine();
      machine.host.pages.set('https://10.0.0.1:6443/readyz', 500);
      assert.equal(await machine.pass(makeDocument({ a: [makeProbe(check)] })), 'incomplete');
      const failure = machine.events.find((event) => event.type === 'resource-failed');
      assert.equal(failure?.error.code, 'DEADLINE');
      assert.equal(failure.error.message, `cannot wait until the API answers: ${observation} after 30 s`);
    }
  });

  it('does not wait for a file while what would miss it is not there', async () => {
    const host = createFakeHost();
    const probe = makeProbe({ type: 'file', path: '/var/lib/etcd/member', unless: '/etc/etcd/joined' });
    const plan = async (): Promise<number> =>
      (await createProbeKind({ clock: createFakeClock() }).plan(probe, host, CONTEXT)).length;
    assert.equal(await plan(), 0);
    host.tree.putFile('/etc/etcd/joined', '');
    assert.equal(await plan(), 1);
    host.tree.putFile('/var/lib/etcd/member', '');
    assert.equal(await plan(), 0);
  });
});

describe('kind image', () => {
  it('waits for a containerd that is still starting', async () => {
    const machine = createTestMachine();
    const image: Resource = { kind: 'image', name: 'vent/pause:1', ...machine.supply.publish('pause') };
    const document = makeDocument({ a: [image], b: [makeUnit('containerd.service')] });
    assert.equal(await machine.pass(document), 'converged');
    assert.equal(machine.host.importedImages.get('vent/pause:1'), image.sha256);
  });
});

describe('kind artifact', () => {
  const artifact = (machine: ReturnType<typeof createTestMachine>, content: string): Resource => {
    const published = machine.supply.publish(content);
    return { kind: 'artifact', name: 'runc', version: '1', path: '/opt/vent/bin/runc', ...published };
  };

  it('asks for space before it downloads', async () => {
    const machine = createTestMachine();
    const document = makeDocument({ a: [artifact(machine, 'x'.repeat(10_000))] });
    // The ledger is written first and must fit.
    machine.host.tree.freeBytes = 5000;
    assert.equal(await machine.pass(document), 'incomplete');
    const failure = machine.events.find((event) => event.type === 'resource-failed');
    assert.equal(failure?.error.code, 'DISK_FULL');
    assert.deepEqual(await machine.host.files.list('/opt/vent/store'), []);
  });

  it('downloads again when a bit of the stored file flipped', async () => {
    const machine = createTestMachine();
    const resource = artifact(machine, 'the real bytes');
    const document = makeDocument({ a: [resource] });
    await machine.pass(document);
    const path = (await machine.host.files.stat('/opt/vent/bin/runc'))?.target ?? '';
    machine.host.tree.putFile(path, 'the rEal bytes', { mode: '0755', owner: 'root:root' });
    assert.deepEqual(await machine.plan(document), ['artifact:runc: download runc 1 (1 kB): content differs']);
    assert.equal(await machine.pass(document), 'converged');
  });

  it('ends a download when it is aborted, and goes on from there later', async () => {
    const machine = createTestMachine();
    const document = makeDocument({ a: [artifact(machine, 'many bytes in several chunks')] });
    const abort = new AbortController();
    const { artifact: whole } = machine.supply;
    const offsets: number[] = [];
    Object.assign(machine.supply, {
      async *artifact(sha256: string, offset: number) {
        offsets.push(offset);
        for await (const chunk of whole(sha256, offset)) {
          yield chunk;
          abort.abort(new Error('a newer document came'));
        }
      },
    } satisfies Partial<ReturnType<typeof createFakeSupply>>);
    assert.equal(await machine.pass(document, abort.signal), 'cancelled');
    assert.equal(await machine.pass(document), 'converged');
    assert.deepEqual(offsets, [0, 8]);
  });
});
