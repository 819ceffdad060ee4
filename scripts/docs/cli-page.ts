/** docs/reference/cli.md: what `--help` says of every command. */
import type { Command } from 'commander';
import { descendants } from '../../coordinator/cli/program.ts';
import { renderTopic, TOPICS } from '../../coordinator/cli/topics.ts';
import { helpOf, pathOf } from './help.ts';

const COLUMNS = 100;

function block(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\`\n`;
}

/** @param program the whole tree */
export function renderCliPage(program: Command): string {
  const shown = [program, ...descendants(program).filter((command) => !command.name().startsWith('_'))];
  const commands = shown.map((command) => `## ${pathOf(command)}\n\n${block(helpOf(command, COLUMNS))}`);
  const topics = TOPICS.map((topic) => `## vent help ${topic.name}\n\n${block(renderTopic(topic).trim())}`);
  return `# Commands of \`vent\`

What \`--help\` says of each command. This page is made by \`npm run gen\`.

${[...commands, ...topics].join('\n')}`;
}
