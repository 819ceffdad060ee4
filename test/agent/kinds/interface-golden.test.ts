/** The texts that restore a machine's network at boot, in test/golden/network; VENT_GOLDEN=write writes them anew. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createFakeHost } from '../../../agent/host/fake/host.ts';
import { createBalancerKind } from '../../../agent/kinds/balancer.ts';
import { createInterfaceKind } from '../../../agent/kinds/interface.ts';

const FOLDER = fileURLToPath(new URL('../../golden/network', import.meta.url));
const isWriting = process.env.VENT_GOLDEN === 'write';
const CONTEXT = { inputsOf: () => [] };
const SIGNAL = new AbortController().signal;

/** Every file that the two kinds write, by path. */
async function renderFiles(): Promise<ReadonlyMap<string, string>> {
  const host = createFakeHost();
  for (const line of ['link add bond0 type bond', 'address add 10.80.0.3/31 dev bond0 label bond0:0'])
    host.networking.runLine(line);
  const moved = { address: '10.80.0.3', prefix: 31, gateway: '10.80.0.2' };
  const interfaceSteps = await createInterfaceKind().plan(
    { kind: 'interface', name: 'vent0', parent: 'bond0', mac: '02:00:00:00:00:02', ...moved },
    host,
    CONTEXT,
  );
  for (const step of interfaceSteps) await step.apply(host, SIGNAL);
  const led = { address: '172.17.255.255', port: 6443, backends: ['10.80.0.5', '10.80.0.3'] };
  const way = { device: 'vent0', source: '10.80.0.3', gateway: '10.80.0.2' };
  const balancerSteps = await createBalancerKind().plan(
    { kind: 'balancer', name: 'api', ...led, ...way },
    host,
    CONTEXT,
  );
  for (const step of balancerSteps) await step.apply(host, SIGNAL);
  const paths = [...host.tree.nodes]
    .filter(([path, node]) => node.type === 'file' && path.startsWith('/etc/'))
    .map(([path]) => path);
  return new Map(paths.map((path) => [path, new TextDecoder().decode(host.tree.nodes.get(path)?.content)]));
}

describe('what restores the network at boot', async () => {
  const files = await renderFiles();
  if (isWriting) mkdirSync(FOLDER, { recursive: true });

  for (const [path, text] of files)
    it(`is the reviewed text: ${path}`, () => {
      const golden = `${FOLDER}/${path.slice(path.lastIndexOf('/') + 1)}`;
      if (isWriting) writeFileSync(golden, text);
      assert.equal(text, readFileSync(golden, 'utf8'));
    });

  it('is a script that a plain shell understands, and nothing else', () => {
    assert.deepEqual([...files.keys()].toSorted(), [
      '/etc/systemd/system/vent-balancer-api.service',
      '/etc/systemd/system/vent-interface-vent0.service',
      '/etc/vent/balancer/api.nft',
      '/etc/vent/interfaces/vent0.sh',
    ]);
    execFileSync('sh', ['-n'], { input: files.get('/etc/vent/interfaces/vent0.sh') });
  });
});
