/** What every kind keeps to, on whichever machine the factory gives. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Step } from '../../agent/kind.ts';
import type { ResourceKind } from '../../shared/document.ts';
import { placesOf } from '../../shared/places.ts';
import { KIND_CASES, type KindCase } from './kind-cases.ts';
import { applySteps, converge, type KindMachine, planSteps, removalSteps, sentencesOf } from './kind-machine.ts';

/** Parents that documents make for themselves; there beforehand, so that removing the resource is all there is to restore. */
const PARENTS = ['/etc/vent', '/opt/vent/bin', '/opt/vent/store', '/var/lib/vent/secrets', '/run/vent/inputs'];

export interface KindsOptions {
  /** Kinds that this machine cannot show. */
  readonly without?: readonly ResourceKind[];
  /** Examples that suit this machine better than the common ones. */
  readonly cases?: Partial<Readonly<Record<ResourceKind, KindCase>>>;
}

/** @param open gives a machine for one law; what the example left on it is `close`'s to take away */
export function describeKinds(
  name: string,
  open: (example: KindCase) => Promise<KindMachine>,
  { without = [], cases = {} }: KindsOptions = {},
): void {
  for (const [kind, example] of Object.entries({ ...KIND_CASES, ...cases }))
    if (!without.some((other) => other === kind))
      describe(`laws of kind ${kind}: ${name}`, () => describeKind(example, () => openPrepared(() => open(example))));
}

async function openPrepared(open: () => Promise<KindMachine>): Promise<KindMachine> {
  const machine = await open();
  for (const path of PARENTS) await machine.host.files.makeDirectory(path, { mode: '0755', owner: 'root:root' });
  return machine;
}

/** Each step is a sentence that begins with what it changes, and holds no secret. */
function assertReadable(steps: readonly Step[]): void {
  for (const { change, sentence } of steps) {
    assert.match(sentence, /^[a-z][^\n]+$/);
    assert.doesNotMatch(`${sentence} ${change}`, /canary/);
    if (!change.startsWith('run ')) assert.ok(sentence.startsWith(change), `${sentence} does not begin with ${change}`);
  }
}

function describeKind(example: KindCase, open: () => Promise<KindMachine>): void {
  const run = (title: string, law: (machine: KindMachine) => Promise<void>): void =>
    void it(title, async () => {
      const machine = await open();
      try {
        await law(machine);
      } finally {
        await machine.close();
      }
    });

  run('planning changes nothing', async (machine) => {
    const resource = await example.prepare(machine);
    const before = await machine.snapshot();
    await planSteps(machine, resource);
    await removalSteps(machine, resource);
    assert.deepEqual(await machine.snapshot(), before);
  });

  run('nothing is left to do once the steps were applied, and each step is a sentence', async (machine) => {
    const resource = await example.prepare(machine);
    assertReadable(await planSteps(machine, resource));
    await converge(machine, resource);
  });

  run('applying a plan twice gives the same machine', async (machine) => {
    const resource = await example.prepare(machine);
    const steps = await planSteps(machine, resource);
    await applySteps(machine, steps);
    const before = new Set((await machine.snapshot()).keys());
    await applySteps(machine, steps);
    assert.deepEqual(await planSteps(machine, resource), []);
    assert.deepEqual(new Set((await machine.snapshot()).keys()), before);
  });

  run('every file it makes below /etc is one of its places, which is where drift is seen', async (machine) => {
    const resource = await example.prepare(machine);
    const before = await machine.snapshot();
    await converge(machine, resource);
    const places = placesOf(resource);
    const strangers = [...(await machine.snapshot()).keys()]
      .filter((path) => path.startsWith('/etc/') && !before.has(path) && !path.includes('.target.wants'))
      .filter((path) => !places.some((place) => place === path || place.startsWith(`${path}/`)));
    assert.deepEqual(strangers, []);
  });

  run('removing restores the machine, and then there is nothing to remove', async (machine) => {
    const resource = await example.prepare(machine);
    const before = await machine.snapshot();
    await converge(machine, resource);
    await applySteps(machine, await removalSteps(machine, resource));
    assert.deepEqual(await machine.snapshot(), before);
    assert.deepEqual(sentencesOf(await removalSteps(machine, resource)), []);
  });

  const { spoil, hostile } = example;
  if (spoil !== undefined)
    run('a foreign change is seen and made good', async (machine) => {
      const resource = await example.prepare(machine);
      await converge(machine, resource);
      await spoil(machine);
      assert.notDeepEqual(sentencesOf(await planSteps(machine, resource)), []);
      if (resource.kind !== 'probe') await converge(machine, resource);
    });
  if (hostile !== undefined)
    run('a place outside the table is refused, for planning and for removal', async (machine) => {
      await assert.rejects(planSteps(machine, hostile), { code: 'PATH_REFUSED' });
      if (hostile.kind !== 'user') await assert.rejects(removalSteps(machine, hostile), { code: 'PATH_REFUSED' });
    });
}
