import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSettled } from '../../../agent/drift/settled.ts';
import { createLedger } from '../../../agent/ledger.ts';
import { answerPlan } from '../../../agent/reconcile/answer.ts';
import type { Resource } from '../../../shared/document.ts';
import { silentLog } from '../../../shared/fake-log.ts';
import { createTestMachine, makeDocument, makeFile, makeUnit, type TestMachine } from '../machine.ts';

const PATH = '/etc/vent/x';
const unit = makeUnit('vent-x.service');
const wish = (content: string): readonly Resource[] => [
  makeFile(PATH, content, { restarts: ['unit:vent-x.service'] }),
  unit,
];

async function ask({ host, kinds }: TestMachine, components: unknown): Promise<readonly string[]> {
  const { components: _, ...around } = makeDocument({});
  const ledger = createLedger({ files: host.files, log: silentLog });
  const options = { ledger, settled: createSettled(host.files), kinds, host };
  const planned = await answerPlan(Buffer.from(JSON.stringify(components)), around, options);
  return planned.flatMap(({ id, sentences, error }) =>
    [...sentences, ...(error === '' ? [] : [error])].map((text) => `${id}: ${text}`),
  );
}

describe('a machine that is asked what it would do', () => {
  it('says which file changes, which unit restarts and what makes it, and changes nothing', async () => {
    const machine = createTestMachine();
    await machine.pass(makeDocument({ a: wish('one') }));
    const before = machine.host.snapshot();
    assert.deepEqual(await ask(machine, [{ name: 'a', resources: wish('two') }]), [
      `file:${PATH}: write ${PATH} (0644 root:root): content differs`,
      'unit:vent-x.service: write /etc/systemd/system/vent-x.service.d/50-vent.conf (0644 root:root): content differs',
      'unit:vent-x.service: reload systemd: the files of vent-x.service changed',
      `unit:vent-x.service: restart vent-x.service: file:${PATH} changed`,
    ]);
    assert.deepEqual(machine.host.snapshot(), before);
  });

  it('has nothing to say of what it has already, and names what would go', async () => {
    const machine = createTestMachine();
    await machine.pass(makeDocument({ a: wish('one') }));
    assert.deepEqual(await ask(machine, [{ name: 'a', resources: wish('one') }]), []);
    assert.ok((await ask(machine, [])).includes(`file:${PATH}: remove ${PATH}`));
  });

  it('refuses what is no part of a document, and reads no place outside the table', async () => {
    const machine = createTestMachine();
    await assert.rejects(ask(machine, [{ name: 'a', resources: [{ kind: 'exec', name: 'x' }] }]), {
      code: 'DOCUMENT_REFUSED',
    });
    const [answer] = await ask(machine, [{ name: 'a', resources: [makeFile('/etc/shadow', 'x')] }]);
    assert.match(answer ?? '', /cannot write \/etc\/shadow: it is not in the table/);
  });
});
