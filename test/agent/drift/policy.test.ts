import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AgentEvent } from '../../../agent/events.ts';
import { createTestMachine, makeDocument, makeFile, type TestMachine } from '../machine.ts';

const PATH = '/etc/vent/x';

function wish(content: string, drift?: 'report' | 'adopt') {
  return makeDocument({ a: [{ ...makeFile(PATH, content), ...(drift === undefined ? {} : { drift }) }] });
}

async function textOf({ host }: TestMachine): Promise<string> {
  return new TextDecoder().decode(await host.files.read(PATH));
}

function leftOf(events: readonly AgentEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.type === 'drift-left' ? [`${event.policy}: ${event.sentences.join('; ')}`] : [],
  );
}

describe('a foreign change', () => {
  it('is put right unless its policy says otherwise', async () => {
    const machine = createTestMachine();
    await machine.pass(wish('wanted'));
    machine.host.tree.putFile(PATH, 'foreign');
    assert.equal(await machine.pass(wish('wanted')), 'converged');
    assert.equal(await textOf(machine), 'wanted');
    assert.deepEqual(leftOf(machine.events), []);
  });

  for (const policy of ['report', 'adopt'] as const)
    it(`is named and left with the policy ${policy}, also by an agent that was started anew`, async () => {
      const machine = createTestMachine();
      assert.equal(await machine.pass(wish('wanted', policy)), 'converged');
      machine.host.tree.putFile(PATH, 'foreign');
      const writes = machine.host.writes();
      assert.equal(await machine.pass(wish('wanted', policy)), 'converged');
      assert.equal(machine.host.writes(), writes);
      assert.equal(await textOf(machine), 'foreign');
      assert.deepEqual(leftOf(machine.events), [`${policy}: write ${PATH} (0644 root:root): content differs`]);
    });

  it('gives way to a document that wishes something else there', async () => {
    const machine = createTestMachine();
    await machine.pass(wish('wanted', 'report'));
    machine.host.tree.putFile(PATH, 'foreign');
    await machine.pass(wish('newer', 'report'));
    assert.equal(await textOf(machine), 'newer');
  });

  it('is put right once the policy is taken away', async () => {
    const machine = createTestMachine();
    await machine.pass(wish('wanted', 'report'));
    machine.host.tree.putFile(PATH, 'foreign');
    await machine.pass(wish('wanted'));
    assert.equal(await textOf(machine), 'wanted');
  });

  it('is nothing yet where the machine never was as wished', async () => {
    const machine = createTestMachine();
    machine.host.tree.putFile(PATH, 'here before Vent');
    await machine.pass(wish('wanted', 'report'));
    assert.equal(await textOf(machine), 'wanted');
  });

  it('is left without a restart of the unit that the file belongs to', async () => {
    const machine = createTestMachine();
    const unit = {
      kind: 'unit' as const,
      name: 'vent-x.service',
      content: '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n',
    };
    const document = makeDocument({
      a: [{ ...makeFile(PATH, 'wanted', { restarts: ['unit:vent-x.service'] }), drift: 'report' as const }, unit],
    });
    await machine.pass(document);
    machine.host.tree.putFile(PATH, 'foreign');
    const before = machine.host.actions.length;
    assert.equal(await machine.pass(document), 'converged');
    assert.deepEqual(machine.host.actions.slice(before), []);
  });
});
