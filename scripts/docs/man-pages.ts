/** docs/man: a manual page for the program and one for each of its commands, in the macros of man(7). */
import type { Command } from 'commander';
import { renderTopic, TOPICS } from '../../coordinator/cli/topics.ts';
import { helpOf, pathOf } from './help.ts';

const COLUMNS = 78;

/** What begins with a dot or a quote would be a request to roff; backslashes are its escapes, and plain dashes hyphens. */
function quote(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^(?=[.'])/gm, '\\&');
}

function section(title: string, text: string): string {
  return `.SH ${title.toUpperCase()}\n.nf\n${quote(text.trim())}\n.fi\n`;
}

function visible(commands: readonly Command[]): readonly Command[] {
  return commands.filter((command) => !command.name().startsWith('_'));
}

function renderPage(command: Command): string {
  const path = pathOf(command);
  const head = [
    `.TH ${path.replaceAll(' ', '-').toUpperCase()} 1 "" Vent "Vent"`,
    '.SH NAME',
    `${quote(path.replaceAll(' ', '-'))} \\- ${quote(command.summary() === '' ? command.description() : command.summary())}`,
    '',
  ].join('\n');
  const below = visible(command.commands).map((child) => section(pathOf(child), helpOf(child, COLUMNS)));
  const topics = TOPICS.map((topic) => section(topic.summary, renderTopic(topic)));
  // The program's own page names its commands; each has a page of its own.
  const rest = command.parent === null ? topics : below;
  return [head, section('synopsis and options', helpOf(command, COLUMNS)), ...rest].join('');
}

/** @param program the whole tree @returns texts by path below the root */
export function renderManPages(program: Command): ReadonlyMap<string, string> {
  const commands = [program, ...visible(program.commands)];
  return new Map(
    commands.map((command) => [`docs/man/${pathOf(command).replaceAll(' ', '-')}.1`, renderPage(command)]),
  );
}
