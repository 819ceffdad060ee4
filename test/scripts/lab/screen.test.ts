/** What `npm start` ends with is kept in docs/screens, to be looked at; VENT_GOLDEN=write writes it anew. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { renderScreen } from '../../../scripts/lab/screen.ts';
import type { MachineView } from '../../../shared/wire.ts';

const SHOWN = join(import.meta.dirname, '../../../docs/screens/start.txt');

function machineOf(name: string, roles: readonly string[], address: string): MachineView {
  const proof = { type: 'SandboxProved', status: 'True', reason: 'PodProved', message: 'a pod ran in gVisor' };
  return {
    ...{ id: '', name, device_id: '', pool: '', roles, state: 'ready', message: '' },
    ...{ public_address: '', private_address: address, pod_cidr: '', provider_id: '', agent_version: '0.1.0' },
    ...{ generation: '1', observed_generation: '1', converged_count: 42, resources: [], facts: undefined },
    ...{ created_at: '', state_since: '', last_seen_at: '' },
    conditions: [{ ...proof, observed_generation: '1', last_transition_time: '' }],
  };
}

const machines = [
  machineOf('control-1', ['etcd', 'control-plane'], '10.80.0.3'),
  machineOf('workers-1', ['worker'], '10.80.0.5'),
  machineOf('workers-2', ['worker'], '10.80.0.7'),
];

describe('the end of npm start', () => {
  it('is as docs/screens shows it', async () => {
    const text = renderScreen({ machines, instance: 'main', seconds: 75 });
    if (process.env.VENT_GOLDEN === 'write') await writeFile(SHOWN, text);
    assert.equal(text, await readFile(SHOWN, 'utf8'));
  });

  it('names the lab in every command of the lab, unless it is the main one', () => {
    const text = renderScreen({ machines, instance: 'other', seconds: 75 });
    for (const [line] of text.matchAll(/npx vent lab .*/g)) assert.match(line, / --instance other( |$)/);
  });

  it('can be shown before there is a machine', () => {
    assert.match(
      renderScreen({ machines: [], instance: 'main', seconds: 1 }),
      /vent lab exec MACHINE -- vent-agent status/,
    );
  });
});
