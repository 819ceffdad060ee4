import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { orderDocument } from '../../../agent/reconcile/graph.ts';
import type { Resource } from '../../../shared/document.ts';
import { createTestMachine, makeDocument, makeFile, makeUnit } from '../machine.ts';

function refuses(components: Readonly<Record<string, readonly Resource[]>>, message: RegExp): void {
  assert.throws(() => orderDocument(makeDocument(components)), { code: 'DOCUMENT_REFUSED', message });
}

describe('orderDocument', () => {
  it('refuses ids that are not in the document', () => {
    refuses({ a: [makeFile('/etc/vent/x', 'x', { after: ['probe:none'] })] }, /names probe:none/);
    refuses({ a: [makeFile('/etc/vent/x', 'x', { restarts: ['unit:none.service'] })] }, /names unit:none/);
  });

  it('refuses to restart what is not a unit', () => {
    const y = makeFile('/etc/vent/y', 'y', { restarts: ['file:/etc/vent/x'] });
    refuses({ a: [makeFile('/etc/vent/x', 'x'), y] }, /not a unit/);
  });

  it('refuses cycles, those through list order and restarts included', () => {
    const x = makeFile('/etc/vent/x', 'x', { after: ['file:/etc/vent/y'] });
    refuses({ a: [x, makeFile('/etc/vent/y', 'y')] }, /wait for each other/);
    refuses({ a: [makeFile('/etc/vent/x', 'x', { after: ['file:/etc/vent/x'] })] }, /wait for each other/);
    const late = makeFile('/etc/vent/x', 'x', { restarts: ['unit:kubelet.service'] });
    refuses({ a: [makeUnit('kubelet.service'), late] }, /wait for each other/);
  });

  it('changes nothing on the machine before it refuses', async () => {
    const machine = createTestMachine();
    const bad = makeDocument({ a: [makeFile('/etc/vent/x', 'x', { after: ['probe:none'] })] });
    await assert.rejects(machine.pass(bad), { code: 'DOCUMENT_REFUSED' });
    assert.equal(machine.host.writes(), 0);
    assert.deepEqual(machine.events, []);
  });

  it('lets every resource that only looks back come to its turn (property)', async () => {
    const edge = fc.tuple(fc.nat(11), fc.nat(11));
    await fc.assert(
      fc.asyncProperty(
        fc.array(edge, { maxLength: 20 }),
        fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }),
        async (edges, places) => {
          const components: Record<string, Resource[]> = {};
          places.forEach((place, index) => {
            const after = edges
              .filter(([from, to]) => from === index && to < index)
              .map(([, to]) => `file:/etc/vent/${to}`);
            components[`c${place}`] = [
              ...(components[`c${place}`] ?? []),
              makeFile(`/etc/vent/${index}`, 'x', { after }),
            ];
          });
          const machine = createTestMachine();
          assert.equal(await machine.pass(makeDocument(components)), 'converged');
          const order = machine.events.flatMap((event) => (event.type === 'resource-converged' ? [event.id] : []));
          for (const [from, to] of edges)
            if (to < from) assert.ok(order.indexOf(`file:/etc/vent/${to}`) < order.indexOf(`file:/etc/vent/${from}`));
        },
      ),
      { numRuns: 30 },
    );
  });
});
