/** What could be typed next. Placeholders in the help (`<machine>`, `<pool>`) say which names a word may be. */
import type { Argument, Command, Option } from 'commander';
import { type CommandContext, LIST_FORMATS, OBJECT_FORMATS } from './command.ts';
import { readConfig } from './config.ts';
import { listPools } from './pools.ts';
import { TOPICS } from './topics.ts';

/** A completion that takes longer than a second is worse than none. */
const LIVE = { milliseconds: 1000 } as const;

type Source = (asking: Command, context: CommandContext) => Promise<readonly string[]>;

/** By placeholder. */
const SOURCES: Readonly<Record<string, Source>> = {
  machine: (asking, { withOperator }) =>
    withOperator(asking, async (operator) => {
      const { machines } = await operator.call((methods) => methods.ListMachines, {}, LIVE);
      return machines.map((machine) => machine.name);
    }),
  pool: (asking, { withOperator }) =>
    withOperator(asking, async (operator) => (await listPools(operator)).map((pool) => pool.name)),
  token: (asking, { withOperator }) =>
    withOperator(asking, async (operator) => {
      const { tokens } = await operator.call((methods) => methods.ListTokens, {}, LIVE);
      return tokens.map((token) => token.id);
    }),
  revision: (asking, { withOperator }) =>
    withOperator(asking, async (operator) => {
      const { revisions } = await operator.call((methods) => methods.ListRevisions, {}, LIVE);
      return revisions.map((revision) => revision.number);
    }),
  context: async (_, { shell }) => (await readConfig(shell)).contexts.map((context) => context.name),
  field: async () => {
    const { fieldPaths } = await import('../../shared/spec/explain.ts');
    return fieldPaths();
  },
};

/**
 * @param words what was typed after the program's name; the last one is being typed and may be empty
 * @param asking the command in whose name a coordinator is asked; a coordinator that does not answer gives no names
 * @returns what the last word could become, sorted; nothing where only a file name or a value of the user's own fits
 */
export async function findCandidates(
  program: Command,
  words: readonly string[],
  asking: Command,
  context: CommandContext,
): Promise<readonly string[]> {
  // bash takes `--output=json` apart into three words.
  const typed = words.filter((word) => word !== '=');
  const last = words.at(-1) === '=' ? '' : (typed.pop() ?? '');
  const { command, pending, positionals } = walk(program, typed);
  const [flag, value] = /^(--[^=]+)=(.*)$/.exec(last)?.slice(1) ?? [];
  const all = await (flag !== undefined
    ? prefixed(`${flag}=`, valuesOf(findOption(command, flag), asking, context))
    : pending !== undefined
      ? valuesOf(pending, asking, context)
      : last.startsWith('-')
        ? flagsOf(command)
        : wordsOf(program, command, positionals, asking, context));
  const begin = flag === undefined ? last : `${flag}=${value}`;
  return [...new Set(all)].filter((candidate) => candidate.startsWith(begin)).sort();
}

interface Place {
  readonly command: Command;
  /** An option that waits for its value. */
  readonly pending: Option | undefined;
  /** How many arguments stand already. */
  readonly positionals: readonly string[];
}

function walk(program: Command, words: readonly string[]): Place {
  let command = program;
  let pending: Option | undefined;
  let positionals: string[] = [];
  for (const word of words) {
    if (pending !== undefined) {
      pending = undefined;
      continue;
    }
    if (word.startsWith('-')) {
      const option = word.includes('=') ? undefined : findOption(command, word);
      pending = option?.required === true ? option : undefined;
      continue;
    }
    const child = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (child === undefined) positionals.push(word);
    else [command, positionals] = [child, []];
  }
  return { command, pending, positionals };
}

function optionsOf(command: Command): readonly Option[] {
  const above = command.parent === null ? [] : optionsOf(command.parent);
  return [...command.options, ...above].filter((option) => !option.hidden);
}

function findOption(command: Command, flag: string): Option | undefined {
  return optionsOf(command).find((option) => option.long === flag || option.short === flag);
}

async function flagsOf(command: Command): Promise<readonly string[]> {
  return ['--help', ...optionsOf(command).flatMap((option) => option.long ?? [])];
}

async function valuesOf(
  option: Option | undefined,
  asking: Command,
  context: CommandContext,
): Promise<readonly string[]> {
  if (option === undefined) return [];
  if (option.argChoices !== undefined) return option.argChoices;
  if (option.long === '--output') return option.defaultValue === 'table' ? LIST_FORMATS : OBJECT_FORMATS;
  const placeholder = /<(\w+)>/.exec(option.flags)?.[1] ?? '';
  return namesOf(placeholder, asking, context);
}

async function wordsOf(
  program: Command,
  command: Command,
  positionals: readonly string[],
  asking: Command,
  context: CommandContext,
): Promise<readonly string[]> {
  const isHelp = command.name() === 'help';
  const at = isHelp ? walk(program, positionals).command : command;
  const children = at.commands.map((child) => child.name()).filter((name) => !name.startsWith('_'));
  if (isHelp) return positionals.length === 0 ? [...children, ...TOPICS.map(({ name }) => name)] : children;
  const argument: Argument | undefined = command.registeredArguments[positionals.length];
  if (argument === undefined) return children;
  return [...children, ...(argument.argChoices ?? (await namesOf(argument.name(), asking, context)))];
}

async function namesOf(placeholder: string, asking: Command, context: CommandContext): Promise<readonly string[]> {
  return (await SOURCES[placeholder]?.(asking, context).catch(() => [])) ?? [];
}

async function prefixed(prefix: string, values: Promise<readonly string[]>): Promise<readonly string[]> {
  return (await values).map((value) => `${prefix}${value}`);
}
