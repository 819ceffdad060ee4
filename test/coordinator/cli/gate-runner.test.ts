import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFakeOperator } from '../../../coordinator/cli/fake-operator.ts';
import { createFakeShell } from '../../../coordinator/cli/fake-shell.ts';
import { createGateRunner } from '../../../coordinator/cli/gate-runner.ts';
import type { CommandEnd } from '../../../coordinator/cli/run-command.ts';

const SMOKE = ['./smoke.sh', '--all'];
const GATES = [{ name: 'smoke', command: SMOKE, timeout: '60s' }];
const PASSES: CommandEnd = { isDone: true, ending: 'exit 0', lastLine: 'all well' };
const FAILS: CommandEnd = { isDone: false, ending: 'exit 1', lastLine: 'no cart' };

const waitingAt = (step: string, command = SMOKE) => ({ gates: [{ name: 'smoke', step, command }] });

function createBench(endings: readonly CommandEnd[]) {
  const left = [...endings];
  const ran: string[] = [];
  const reported: string[] = [];
  const told: string[] = [];
  const shell = createFakeShell({
    programs(words) {
      ran.push(words.join(' '));
      return left.shift() ?? PASSES;
    },
  });
  const operator = createFakeOperator({
    ReportGate({ name, step, passed, message }) {
      reported.push(`${name} at ${step} ${passed ? 'passed' : 'failed'}: ${message}`);
      return {};
    },
  });
  let resume: () => void = () => undefined;
  const pause = (): Promise<void> => new Promise((resolve) => (resume = resolve));
  const tell = (subject: string, state: string): void => void told.push(`${subject} ${state}`);
  const runner = createGateRunner({ operator, shell, gates: GATES, tell, pause });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return {
    ...{ ran, reported, told, shell },
    async observe(view: Parameters<typeof runner.observe>[0]): Promise<void> {
      runner.observe(view);
      await settle();
    },
    async goOn(): Promise<void> {
      resume();
      await settle();
    },
  };
}

describe('the command of a gate', () => {
  it('is run once for a step, and how it ended is told', async () => {
    const bench = createBench([PASSES]);
    await bench.observe(waitingAt('5 rest a'));
    await bench.observe(waitingAt('5 rest a'));
    assert.deepEqual(bench.ran, ['./smoke.sh --all']);
    assert.deepEqual(bench.reported, ['smoke at 5 rest a passed: exit 0: all well']);
    assert.deepEqual(bench.told, ['gate smoke runs ./smoke.sh --all', 'gate smoke passed']);
  });

  it('is run anew for the next step, and for a coordinator that was started anew', async () => {
    const bench = createBench([]);
    await bench.observe(waitingAt('5 rest a'));
    await bench.observe({ gates: [] });
    await bench.observe(waitingAt('5 rest a b'));
    await bench.observe({ gates: [] });
    await bench.observe(waitingAt('5 rest a'));
    assert.equal(bench.ran.length, 3);
  });

  it('is run again after a pause while it fails and is waited for', async () => {
    const bench = createBench([FAILS, FAILS]);
    await bench.observe(waitingAt('5 rest a'));
    assert.deepEqual(bench.reported, ['smoke at 5 rest a failed: exit 1: no cart']);
    await bench.goOn();
    assert.equal(bench.reported.length, 2);
    await bench.observe({ gates: [] });
    await bench.goOn();
    assert.equal(bench.ran.length, 2, 'nobody waits for it any more');
  });

  it('is the one that stands in the operator’s file, or none', async () => {
    const bench = createBench([]);
    await bench.observe(waitingAt('5 rest a', ['rm', '-rf', '/']));
    await bench.observe({ gates: [{ name: 'other', step: '5 rest a', command: SMOKE }] });
    assert.deepEqual([bench.ran, bench.reported], [[], []]);
    assert.match(bench.told[0] ?? '', /^gate smoke is not in this file as the roll-out has it/);
  });

  it('is not begun once the operator has ended it all', async () => {
    const bench = createBench([]);
    bench.shell.interrupt();
    await bench.observe(waitingAt('5 rest a'));
    assert.deepEqual(bench.ran, []);
  });
});
