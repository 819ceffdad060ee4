import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { createFakeHost, type FakeHost } from '../../../agent/host/fake/host.ts';
import type { Step } from '../../../agent/kind.ts';
import { createRulesKind } from '../../../agent/kinds/rules.ts';
import type { ResourceOf } from '../../../shared/document.ts';

const CONTENT = 'chain input {\n  type filter hook input priority 0; policy accept;\n  tcp dport 22 accept\n}\n';
const SIGNAL = new AbortController().signal;

function makeRules(content = CONTENT): ResourceOf<'rules'> {
  return { kind: 'rules', name: 'vent', family: 'inet', content };
}

describe('kind rules', () => {
  const kind = createRulesKind();
  let host: FakeHost;

  beforeEach(() => {
    host = createFakeHost();
  });

  const plan = (resource = makeRules()): Promise<readonly Step[]> => kind.plan(resource, host, { inputsOf: () => [] });
  const sentences = async (resource = makeRules()): Promise<readonly string[]> =>
    (await plan(resource)).map(({ sentence }) => sentence);
  const converge = async (): Promise<void> => {
    for (const step of await plan()) await step.apply(host, SIGNAL);
    assert.deepEqual(await sentences(), []);
  };

  it('keeps the table in one file that replaces it whole', async () => {
    await converge();
    const text = new TextDecoder().decode(await host.files.read('/etc/nftables.d/vent.nft'));
    const inside = CONTENT.trimEnd().replaceAll(/^/gm, '\t');
    assert.equal(text, `add table inet vent\ndelete table inet vent\ntable inet vent {\n${inside}\n}\n`);
  });

  it('sees a flush, as nftables.service does when it is restarted', async () => {
    await converge();
    host.networking.tables.clear();
    assert.deepEqual(await sentences(), ['apply table inet vent: it is not there']);
  });

  it('sees a rule that somebody changed on the machine', async () => {
    await converge();
    await host.network.applyRules('add rule inet vent input tcp dport 23 accept\n');
    assert.deepEqual(await sentences(), ['apply table inet vent: it was changed on the machine']);
  });

  it('does not trust a table that it did not make, nor a stamp of another text', async () => {
    await converge();
    const changed = makeRules(CONTENT.replace('22', '2222'));
    assert.equal((await sentences(changed)).at(-1), 'apply table inet vent: its text changed');
    await host.files.remove('/var/lib/vent/rules/vent');
    assert.deepEqual(await sentences(), ['apply table inet vent: nothing tells what it was made from']);
  });

  it('refuses text that leaves its table', async () => {
    const escapes = [
      '}\ntable inet other {',
      'chain input {',
      'chain input {\n}\n}',
      'include "/etc/shadow"',
      'chain input {\n  log prefix "}"\n',
    ];
    for (const content of escapes)
      await assert.rejects(plan(makeRules(content)), { code: 'DOCUMENT_REFUSED' }, content);
    await plan(makeRules('chain input {\n  log prefix "}" # }\n}\n'));
  });
});
