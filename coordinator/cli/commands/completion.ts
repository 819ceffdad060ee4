import type { Command } from 'commander';
import { type CommandContext, GROUPS, type RegisterCommand } from '../command.ts';

/** Each asks `vent __complete -- WORDS...` for candidates, one a line. */
const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `_vent() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]}" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _vent vent
`,
  zsh: `#compdef vent
_vent() {
  local -a candidates
  candidates=("\${(@f)$(vent __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -a candidates
}
compdef _vent vent
`,
  fish: `complete -c vent -f -a '(vent __complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
};

const LIVE_MILLISECONDS = 1000;
/** Commands whose arguments are names of machines. */
const TAKES_MACHINE: readonly string[] = ['node', 'deprovision', 'wait'];

async function machineNames(command: Command, context: CommandContext): Promise<readonly string[]> {
  const answer = await context
    .withOperator(command, (operator) =>
      operator.call((methods) => methods.ListMachines, {}, { milliseconds: LIVE_MILLISECONDS }),
    )
    .catch(() => undefined);
  return answer?.machines.map((machine) => machine.name) ?? [];
}

function walk(program: Command, words: readonly string[]): Command {
  return words.reduce(
    (at, word) => at.commands.find((child) => child.name() === word || child.aliases().includes(word)) ?? at,
    program,
  );
}

/** `vent completion SHELL`, and the hidden command the scripts call. */
export const register: RegisterCommand = (program, context) => {
  program
    .command('completion')
    .argument('<shell>', 'bash, zsh or fish')
    .summary('Print a completion script')
    .description('Print a completion script for bash, zsh or fish: source <(vent completion bash)')
    .helpGroup(GROUPS.begin)
    .action((shell: string) => {
      const script = SCRIPTS[shell];
      if (script === undefined)
        program.error(`error: there is no completion for ${JSON.stringify(shell)}: bash, zsh or fish`, { exitCode: 2 });
      else context.shell.out(script);
    });
  const complete = program.command('__complete', { hidden: true }).argument('[words...]').allowUnknownOption();
  complete.action(async (words: readonly string[]) => {
    const at = walk(program, words.slice(0, -1));
    const typed = words.at(-1) ?? '';
    const options = typed.startsWith('-') ? at.options.map((option) => option.long ?? option.short ?? '') : [];
    const children = at.commands.filter((child) => !child.name().startsWith('_')).map((child) => child.name());
    const names =
      TAKES_MACHINE.includes(at.name()) && !typed.startsWith('-') ? await machineNames(complete, context) : [];
    const candidates = [...options, ...(typed.startsWith('-') ? [] : children), ...names].filter((candidate) =>
      candidate.startsWith(typed),
    );
    context.shell.out(candidates.map((candidate) => `${candidate}\n`).join(''));
  });
};
