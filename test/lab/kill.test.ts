/** One machine, whose agent is killed again and again, whose coordinator goes away, and whose document shrinks. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { readShape, specOf, startVent, waitFor as waitForMachines } from '../../scripts/lab/cluster.ts';
import { stopDaemon } from '../../scripts/lab/daemon.ts';
import { COORDINATOR } from '../../scripts/lab/network.ts';
import { createDice } from '../../scripts/sim/dice.ts';
import { createCluster } from './cluster.ts';
import { killAgent, readClaims, readSentences, readStarts, type Starts, startsOf, waitForConvergence } from './kill.ts';
import { labName, labOptions, outputOf, removeStaleLabs } from './lab.ts';

const MACHINE = 'control-1';
const SHAPE = { controlPlanes: 1, workers: 0 } as const;
const KILLS = 20;
const MINUTE = 60_000;

/** Units that run by another start than before. */
function changedUnits(before: ReadonlyMap<string, Starts>, now: ReadonlyMap<string, Starts>): readonly string[] {
  return [...now].filter(([unit, { invocation }]) => before.get(unit)?.invocation !== invocation).map(([unit]) => unit);
}

describe('a machine', labOptions, () => {
  const cluster = createCluster(labName('kill'));
  const { lab } = cluster;
  const sh = (line: string): Promise<string> => outputOf(lab, MACHINE, ['sh', '-c', line]);

  before(removeStaleLabs);
  after(() => lab.down());

  async function isWhole(): Promise<void> {
    assert.equal(await outputOf(lab, MACHINE, ['vent-agent', 'plan']), 'nothing to do');
    assert.match(await sh('ip -4 -o address show dev vent0'), / inet 10\.80\.0\.3\/31 /);
    assert.match(await sh('ip route get 172.17.255.255'), / dev vent0 src 10\.80\.0\.3 /);
    assert.match(await sh('nft list table inet vent'), /policy drop/);
    await sh(`ping -c 1 -W 5 ${COORDINATOR.address}`);
    const url = 'https://172.17.255.255:6443/readyz';
    assert.equal(await sh(`curl -sS -m 10 --cacert /etc/kubernetes/trust.pem ${url}`), 'ok');
  }

  it(`converges though its agent is killed ${KILLS} times meanwhile`, { timeout: 45 * MINUTE }, async () => {
    const seed = Number(process.env.VENT_SEED ?? Date.now() % 1_000_000);
    const { roll } = createDice(seed);
    const pauses = Array.from({ length: KILLS }, () => 0.1 + 2.4 * roll());
    const [said] = await Promise.all([killAgent(lab, MACHINE, pauses), cluster.start(SHAPE)]);
    console.log(`VENT_SEED=${seed}; the agent was killed after it had said:\n${said.join('\n')}`);
    assert.equal(said.length, KILLS);
    await waitForConvergence(lab, MACHINE);
    await isWhole();
  });

  it('has started every unit once, and again only what had ended by itself', { timeout: MINUTE }, async () => {
    const starts = await readStarts(lab, MACHINE);
    assert.ok(starts.size >= 8, `${starts.size} units`);
    for (const [unit, { count, automatic }] of starts) assert.equal(count, 1 + automatic, unit);
    const restarts = startsOf(await readSentences(lab, MACHINE)).filter((sentence) => sentence.startsWith('restart'));
    assert.deepEqual(restarts, []);
  });

  it('comes back from its own disk while the coordinator is away', { timeout: 5 * MINUTE }, async () => {
    await stopDaemon('coordinator', lab.names);
    await lab.reset(MACHINE);
    const began = Date.now();
    const generation = await waitForConvergence(lab, MACHINE);
    console.log(`generation ${generation} stood again ${((Date.now() - began) / 1000).toFixed(1)} s after the reset`);
    await isWhole();
    const steps = (await readSentences(lab, MACHINE)).filter((line) =>
      /^(write|download|obtain|link|make|move|apply)\b/.test(line),
    );
    assert.deepEqual(steps, [], 'nothing was lost in the reboot');
  });

  it('is ready again when the coordinator is back', { timeout: 2 * MINUTE }, async () => {
    await startVent(lab);
    await cluster.withOperator((operator) => waitForMachines(operator, 1, MINUTE, () => undefined));
  });

  describe('without a sandbox', () => {
    let claims: Awaited<ReturnType<typeof readClaims>> = [];

    /** Applies the cluster file with that sandbox. @returns why units were started, and which were */
    async function change(sandbox: string): Promise<{ said: readonly string[]; changed: readonly string[] }> {
      const [earlier, starts] = [await readSentences(lab, MACHINE), await readStarts(lab, MACHINE)];
      const generation = await waitForConvergence(lab, MACHINE);
      const file = z.looseObject({ spec: z.looseObject({}) }).parse(parse(await specOf(lab, SHAPE)));
      const text = stringify({ ...file, spec: { ...file.spec, runtimes: { sandbox } } });
      assert.equal(readShape(text).spec.runtimes.sandbox, sandbox);
      const path = join(lab.names.directory, 'changed.yaml');
      await writeFile(path, text);
      await cluster.vent(['apply', '-f', path, '-m', `sandbox ${sandbox}`]);
      await waitForConvergence(lab, MACHINE, generation + 1);
      await cluster.withOperator((operator) => waitForMachines(operator, 1, MINUTE, () => undefined));
      assert.equal(await outputOf(lab, MACHINE, ['vent-agent', 'plan']), 'nothing to do');
      const said = startsOf((await readSentences(lab, MACHINE)).slice(earlier.length));
      return { said, changed: changedUnits(starts, await readStarts(lab, MACHINE)) };
    }

    const ofSandbox = (): typeof claims => claims.filter(({ name }) => /runsc/.test(name));
    const WHY = ['restart containerd.service: file:/etc/containerd/config.toml changed'];

    it('restarts what its plan says and nothing else', { timeout: 2 * MINUTE }, async () => {
      claims = await readClaims(lab, MACHINE);
      assert.deepEqual(await change('none'), { said: WHY, changed: ['containerd.service'] });
    });

    it('has no file of it left, and owns none', { timeout: MINUTE }, async () => {
      assert.equal(ofSandbox().length, 3);
      const left = await readClaims(lab, MACHINE);
      assert.deepEqual(
        left,
        claims
          .filter((claim) => !ofSandbox().includes(claim))
          .map((claim) => left.find(({ kind, name }) => kind === claim.kind && name === claim.name)),
      );
      const hashes = ofSandbox().flatMap((claim) => (claim.kind === 'artifact' ? [claim.sha256] : []));
      assert.equal(
        await sh(
          `ls /opt/vent/bin /etc/containerd | grep runsc; ls /opt/vent/store | grep -e ${hashes.join(' -e ')}; true`,
        ),
        '',
      );
    });

    it('goes back', { timeout: 3 * MINUTE }, async () => {
      assert.deepEqual(await change('runsc'), { said: WHY, changed: ['containerd.service'] });
      await isWhole();
      assert.deepEqual(
        new Set((await readClaims(lab, MACHINE)).map(({ name }) => name)),
        new Set(claims.map(({ name }) => name)),
      );
    });
  });
});
