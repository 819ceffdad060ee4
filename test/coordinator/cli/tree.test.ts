import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Command } from 'commander';
import { createFakeShell } from '../../../coordinator/cli/fake-shell.ts';
import { descendants } from '../../../coordinator/cli/program.ts';
import { helpOf } from '../../../scripts/docs/help.ts';
import { documentedProgram } from '../../../scripts/docs/tree.ts';

const program = documentedProgram();
const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;

describe('every command', () => {
  for (const command of descendants(program)) {
    const path = pathOf(command);
    it(`says what it is for: ${path}`, () => {
      assert.match(command.description(), /^[A-Z]/);
      if (command.parent !== program) return;
      assert.match(command.description(), /\.$/, 'a description of whole sentences');
      assert.match(command.summary(), /^[A-Z].*[^.]$/, 'a summary for the list of commands');
      assert.ok(command.helpGroup(), 'a group in the list of commands');
    });
    it(`shows how it is used: ${path}`, () => {
      if (command.commands.length === 0 && !command.name().startsWith('_'))
        assert.match(helpOf(command, 80), /\nExamples:\n {2}# .*\n {2}.*\bvent /);
    });
    it(`explains its options and arguments: ${path}`, () => {
      for (const option of command.options) assert.notEqual(option.description, '', option.flags);
      for (const argument of command.registeredArguments)
        assert.ok(argument.description || command.name().startsWith('_'));
    });
  }
});

describe('a command that changes something', () => {
  for (const path of ['apply', 'provision', 'deprovision', 'token create', 'token revoke', 'kubeconfig', 'init'])
    it(`can be tried without changing anything: ${path}`, () => {
      const command = path
        .split(' ')
        .reduce<Command | undefined>((at, word) => at?.commands.find((child) => child.name() === word), program);
      assert.ok(command?.options.some((option) => option.long === '--dry-run'));
    });
});

describe('a command that lists', () => {
  it('has formats, with and without titles, sorted', () => {
    for (const command of descendants(program)) {
      const flags = command.options.map((option) => option.long);
      if (flags.includes('--no-headers')) assert.ok(flags.includes('--output') && flags.includes('--sort-by'));
      if (/^(List|List .*)/.test(command.description())) assert.ok(flags.includes('--no-headers'), pathOf(command));
    }
  });
});

describe('the tree', () => {
  it('is made without touching anything', () => {
    const shell = createFakeShell();
    documentedProgram(shell);
    assert.deepEqual([shell.output(), shell.errors(), shell.files.size], ['', '', 0]);
  });
});
