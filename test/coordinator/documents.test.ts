import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { createConnections } from '../../coordinator/connections.ts';
import { createDocuments } from '../../coordinator/documents.ts';
import { documentRow } from '../../coordinator/rows.ts';
import { createCollection } from '../../coordinator/store/collection.ts';
import { createMemoryStore } from '../../coordinator/store/memory.ts';
import type { DocumentComponent } from '../../shared/document.ts';
import { createFakeClock } from '../../shared/fake-clock.ts';
import { silentLog } from '../../shared/fake-log.ts';
import type { NodeReport, ResourceReport } from '../../shared/report.ts';
import { makeFile } from '../agent/machine.ts';

function component(name: string, text: string): DocumentComponent {
  return { name, resources: [makeFile(`/etc/vent/${name}`, text)] };
}

/** A machine whose document has the components `rules` and `kubelet`, and that reports what is open. */
async function createBench() {
  const nodeId = randomUUID();
  const clock = createFakeClock();
  const rows = createCollection(createMemoryStore(), '/documents/', documentRow);
  const connections = createConnections(clock);
  const nothing = () => undefined;
  const connection = { sendDocument: nothing, sendQuestion: nothing, sendReset: nothing, sendOperation: nothing };
  const seat = connections.enter(nodeId, '1', { ...connection, end: nothing });
  const texts = { rules: 'one', kubelet: 'one' };
  const documents = createDocuments({
    renderFleet: async () => ({
      cluster: { id: randomUUID(), name: 'demo' },
      epoch: 1,
      patience: { confirmSeconds: 90, healthSeconds: 90 },
      nodes: [
        {
          ...{ nodeId, name: 'w1', roles: ['worker'], revision: 1, waitsFor: undefined },
          components: [component('rules', texts.rules), component('kubelet', texts.kubelet)],
        },
      ],
    }),
    ...{ rows, connections, clock, log: silentLog },
    sign: async () => ({ signature: new Uint8Array([1]), keyId: 'k' }),
  });
  const pass = async (): Promise<void> => {
    documents.refresh();
    await documents.settled();
  };
  /** @param open names of components that are not as the newest document has them */
  async function report(...open: readonly string[]): Promise<void> {
    const { digest = '', generation = 0 } = (await rows.get(nodeId))?.value ?? {};
    const resources = open.map(
      (name): ResourceReport => ({
        ...{ id: `file:${name}`, component: name, state: 'applying', message: '', since: '' },
      }),
    );
    const told = { generation, documentDigest: digest, converged: open.length === 0, resources };
    seat.report(told as unknown as NodeReport);
    await pass();
  }
  await pass();
  return { texts, pass, report, hasRules: () => documents.hasInForce(nodeId, 'rules') };
}

describe('a component is in force on a machine', () => {
  it('once the machine says so, whatever else it still does', async () => {
    const { report, hasRules } = await createBench();
    assert.equal(hasRules(), false);
    await report('rules', 'kubelet');
    assert.equal(hasRules(), false);
    await report('kubelet');
    assert.equal(hasRules(), true);
  });

  it('no more when it is rendered anew, until that is taken up', async () => {
    const { texts, pass, report, hasRules } = await createBench();
    await report();
    texts.rules = 'two';
    await pass();
    assert.equal(hasRules(), false);
    await report('rules');
    assert.equal(hasRules(), false);
    await report();
    assert.equal(hasRules(), true);
  });

  it('of an older document, too, if the newer one would not change it', async () => {
    const { texts, pass, report, hasRules } = await createBench();
    await report('kubelet');
    texts.kubelet = 'two';
    await pass();
    assert.equal(hasRules(), true);
  });
});
