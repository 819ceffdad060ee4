import type { Command } from 'commander';
import {
  addDryRun,
  addOutputOptions,
  type CommandContext,
  GROUPS,
  type RegisterCommand,
  withExamples,
} from '../command.ts';
import { type Context, chosenName, readConfig, switchContext } from '../config.ts';
import { type Listing, type OutputOptions, printList } from '../output.ts';
import { EXIT, Exit } from '../shell.ts';

/** Keys and certificates stay in the file. */
function contextListing(current: string | undefined): Listing<Context> {
  const isCurrent = (context: Context): boolean => context.name === current;
  return {
    kind: 'Context',
    nameOf: (context) => context.name,
    objectOf: (context) => ({ name: context.name, address: context.address, current: isCurrent(context) }),
    columns: [
      { title: 'NAME', value: (context) => context.name },
      { title: 'CURRENT', value: (context) => (isCurrent(context) ? '*' : '-') },
      { title: 'ADDRESS', value: (context) => context.address },
    ],
  };
}

/** `vent config get-contexts|current-context|use-context`. */
export const register: RegisterCommand = (program, context) => {
  const config = program
    .command('config')
    .summary('Show and choose coordinators to talk to')
    .description(
      'Show and choose coordinators to talk to. `vent serve` writes a context on the machine where it runs; copy the file to work from another one.',
    )
    .helpGroup(GROUPS.begin);
  const list = config.command('get-contexts').description('List contexts and which of them is used.');
  withExamples(list, '  # only the names\n  vent config get-contexts -o name');
  const named = (): string | undefined => program.opts<{ context?: string }>().context;
  addOutputOptions(list).action(async (options: OutputOptions) => {
    const read = await readConfig(context.shell);
    printList(context.shell, contextListing(chosenName(context.shell, read, named())), read.contexts, options);
  });
  const current = config.command('current-context');
  withExamples(current, '  # for a script\n  vent --context "$(vent config current-context)" status');
  current.description('Print the name of the context that is used.').action(async () => {
    const name = chosenName(context.shell, await readConfig(context.shell), named());
    if (name !== undefined) return context.shell.out(`${name}\n`);
    context.shell.err('no context is the current one\n');
    throw new Exit(EXIT.error);
  });
  registerUse(config, context);
};

function registerUse(config: Command, context: CommandContext): void {
  const use = config
    .command('use-context')
    .argument('<context>', 'name of the context')
    .description('Make another context the current one.');
  addDryRun(use);
  withExamples(
    use,
    `  # which are there?
  vent config get-contexts

  # from now on
  vent config use-context demo

  # only once
  vent --context demo status`,
  );
  use.action(async (name: string, options: { readonly dryRun?: boolean }) => {
    await switchContext(context.shell, name, options.dryRun === true);
    context.shell.out(`context ${name} ${options.dryRun === true ? 'would be' : 'is'} the current one\n`);
  });
}
