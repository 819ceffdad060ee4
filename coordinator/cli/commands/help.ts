import type { Command } from 'commander';
import { VentError } from '../../../shared/errors.ts';
import { nearest } from '../../../shared/spec/spelling.ts';
import { GROUPS, type RegisterCommand, withExamples } from '../command.ts';
import { renderTopic, TOPICS } from '../topics.ts';

/** `vent help COMMAND...|TOPIC`. */
export const register: RegisterCommand = (program, context) => {
  const help = program.command('help');
  withExamples(help, '  # what is each exit code for?\n  vent help exit-codes');
  help
    .argument('[words...]', 'a command, or one of the topics exit-codes and env')
    .summary('Show help of a command or topic')
    .description('Show help of a command, or of a topic that belongs to no single one.')
    .helpGroup(GROUPS.begin)
    .action((words: readonly string[]) => {
      const topic = TOPICS.find((candidate) => candidate.name === words[0]);
      if (topic === undefined) findCommand(program, words).outputHelp();
      else context.shell.out(renderTopic(topic));
    });
  const topics = TOPICS.map(({ name, summary }) => `  vent help ${name.padEnd(12)} ${summary}`);
  program.addHelpText('after', `\nTopics:\n${topics.join('\n')}`);
};

/** @throws VentError USAGE naming the nearest */
function findCommand(program: Command, words: readonly string[]): Command {
  return words.reduce((at, word) => {
    const found = at.commands.find((child) => child.name() === word || child.aliases().includes(word));
    if (found !== undefined) return found;
    const known = [
      ...at.commands.map((child) => child.name()),
      ...(at === program ? TOPICS.map(({ name }) => name) : []),
    ];
    const similar = nearest(word, known);
    throw new VentError('USAGE', `cannot show help of ${words.join(' ')}: there is no such command or topic`, {
      hint: similar === undefined ? 'vent help lists what there is.' : `Did you mean ${similar}?`,
    });
  }, program);
}
