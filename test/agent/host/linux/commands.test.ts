import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Commands, createCommands } from '../../../../agent/host/linux/commands.ts';
import { createUnits } from '../../../../agent/host/linux/units.ts';
import { VentError } from '../../../../shared/errors.ts';

const node = process.execPath;

describe('programs that the agent starts', () => {
  const commands = createCommands();

  it('are given their input and give their output', async () => {
    assert.deepEqual(await commands.run('cat', [], { input: 'x\n' }), { code: 0, stdout: 'x\n' });
  });

  it('get no variable of the agent', async () => {
    const { stdout } = await commands.run('env', [], { environment: { OWN: '1' } });
    const names = stdout
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    assert.deepEqual(names.toSorted(), ['HOME', 'LC_ALL', 'OWN', 'PATH']);
  });

  it('that fail are named with how they ended and their last lines, but not with what they were fed', async () => {
    const script = "process.stdin.resume(); console.error('one\\ntwo'); process.exitCode = 3;";
    const attempt = commands.run(node, ['-e', script], { input: 'canary-secret' });
    const error = await attempt.catch((thrown: unknown) => thrown);
    assert.ok(error instanceof VentError);
    assert.equal(error.code, 'COMMAND_FAILED');
    assert.match(error.message, /: exit 3: one \| two$/);
    assert.doesNotMatch(error.message, /canary/);
  });

  it('may answer with an exit code', async () => {
    assert.equal((await commands.run('false', [], { accepted: [1] })).code, 1);
  });

  it('are killed when they take too long', async () => {
    const attempt = commands.run('sleep', ['60'], { milliseconds: 20 });
    await assert.rejects(attempt, { code: 'COMMAND_FAILED', message: /no answer within 0.02 s/ });
  });

  it('that are not there are said to be missing', async () => {
    await assert.rejects(commands.run('vent-no-such-program', []), { message: /no such program/ });
  });
});

describe('units of a Linux host', () => {
  function record(answers: Readonly<Record<string, string>> = {}): { commands: Commands; calls: string[] } {
    const calls: string[] = [];
    const run: Commands['run'] = async (program, argv) => {
      calls.push([program, ...argv].join(' '));
      const fails = answers[argv[0] ?? ''] === 'fails';
      if (fails) throw new VentError('COMMAND_FAILED', 'cannot run');
      return { code: 0, stdout: answers[program === 'journalctl' ? program : (argv[0] ?? '')] ?? '' };
    };
    return { commands: { run, follow: async () => undefined }, calls };
  }

  it('asked for at the same time cost one child process', async () => {
    const { commands, calls } = record({ show: 'LoadState=loaded\nActiveState=active\n\nLoadState=not-found\n' });
    const units = createUnits('', commands);
    const states = await Promise.all(['a.service', 'b.service', 'a.service'].map((name) => units.state(name)));
    assert.deepEqual(
      states.map(({ loaded }) => loaded),
      [true, false, true],
    );
    assert.equal(calls.length, 1);
    assert.match(calls[0] ?? '', / -- a\.service b\.service$/);
  });

  it('are queued without waiting, unless told to wait', async () => {
    const { commands, calls } = record();
    const units = createUnits('', commands);
    await units.start('a.service');
    await units.restart('a.service', { block: true });
    assert.deepEqual(calls, ['systemctl start --no-block -- a.service', 'systemctl restart -- a.service']);
  });

  it('that fail while waited for are reported with their last lines', async () => {
    const { commands } = record({ start: 'fails', journalctl: 'no route\nexit\n' });
    const attempt = createUnits('', commands).start('a.service', { block: true });
    await assert.rejects(attempt, { code: 'COMMAND_FAILED', message: 'cannot start a.service: no route | exit' });
  });

  it('tell what their own processes said last, no longer than a sentence', async () => {
    const { commands, calls } = record({ journalctl: `unknown flag${'!'.repeat(400)}\n` });
    assert.equal(await createUnits('', commands).lastWords('a.service'), `unknown flag${'!'.repeat(288)}`);
    assert.match(calls[0] ?? '', /^journalctl _SYSTEMD_UNIT=a\.service -n 1 /);
    assert.equal(await createUnits('', record().commands).lastWords('a.service'), undefined);
  });
});
