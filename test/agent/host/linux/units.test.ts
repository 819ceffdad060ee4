import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { UnitState } from '../../../../agent/host/host.ts';
import type { Commands } from '../../../../agent/host/linux/commands.ts';
import { createUnits } from '../../../../agent/host/linux/units.ts';

/** What a look at the machine finds: systemd's answer, and the environments of processes by pid. */
interface Look {
  readonly pid: number;
  readonly active?: string;
  readonly environments?: Readonly<Record<number, string>>;
}

/** Asks for a unit's state on a machine that looks like this, one look after the other, the last one for ever. */
async function ask(looks: readonly [Look, ...Look[]]): Promise<{ state: UnitState; count: number }> {
  const root = await mkdtemp(join(tmpdir(), 'vent-units-'));
  let count = 0;
  const run: Commands['run'] = async () => {
    const { pid, active = 'active', environments = {} } = looks[Math.min(count, looks.length - 1)] ?? looks[0];
    count += 1;
    await rm(`${root}/proc`, { recursive: true, force: true });
    for (const [key, text] of Object.entries(environments)) {
      await mkdir(`${root}/proc/${key}`, { recursive: true });
      await writeFile(`${root}/proc/${key}/environ`, text.replaceAll(' ', '\0'));
    }
    return { code: 0, stdout: `LoadState=loaded\nActiveState=${active}\nMainPID=${pid}\nType=simple\n` };
  };
  try {
    return { state: await createUnits(root, { run, follow: async () => undefined }).state('x.service'), count };
  } finally {
    await rm(root, { recursive: true });
  }
}

describe('what a unit was started with', () => {
  const settled = { pid: 7, environments: { 7: 'INVOCATION_ID=1 VENT_INPUTS=file:/x@1 ' } };

  it('is read from its process', async () => {
    assert.equal((await ask([settled])).state.inputs, 'file:/x@1');
  });

  it('is not known of a process that Vent has not started', async () => {
    const { state, count } = await ask([{ pid: 7, environments: { 7: 'INVOCATION_ID=1 HOME=/root ' } }]);
    assert.deepEqual([state.inputs, count], [undefined, 1]);
  });

  it('is looked for again while the process is still a copy of systemd', async () => {
    const forked = { pid: 7, environments: { 7: 'HOME=/ TERM=linux ' } };
    assert.equal((await ask([forked, { ...forked, environments: { 7: '' } }, settled])).state.inputs, 'file:/x@1');
  });

  it('is looked for again when the process ended in between', async () => {
    const { state } = await ask([{ pid: 6 }, { pid: 0, active: 'activating' }]);
    assert.deepEqual([state.active, state.mainPid, state.inputs], ['activating', 0, undefined]);
  });

  it('is given up for a process that never shows it', async () => {
    const { state, count } = await ask([{ pid: 6 }]);
    assert.equal(state.inputs, undefined);
    assert.ok(count < 20, `${count} looks`);
  });
});
