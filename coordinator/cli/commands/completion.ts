import { Argument } from 'commander';
import { GROUPS, type RegisterCommand, withExamples } from '../command.ts';
import { findCandidates } from '../completion.ts';

/** Each asks `vent __complete -- WORDS...` for candidates, one a line; without any, file names are offered. */
const SCRIPTS = {
  bash: `_vent() {
  local IFS=$'\\n' word="\${COMP_WORDS[COMP_CWORD]}"
  [ "$word" = "=" ] && word=""
  COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]}" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "$word"))
}
complete -o default -F _vent vent
`,
  zsh: `#compdef vent
_vent() {
  local -a candidates
  candidates=("\${(@f)$(vent __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  candidates=(\${candidates:#})
  if (( \${#candidates} )); then compadd -a candidates; else _files; fi
}
compdef _vent vent
`,
  fish: `complete -c vent -a '(vent __complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
} as const;

/** `vent completion SHELL`, and the hidden command the scripts call. */
export const register: RegisterCommand = (program, context) => {
  const completion = program
    .command('completion')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SCRIPTS)))
    .summary('Print a completion script')
    .description(
      'Print a completion script for a shell. Names of machines, pools and tokens are asked of the coordinator.',
    )
    .helpGroup(GROUPS.begin);
  withExamples(
    completion,
    `  # in ~/.bashrc
  source <(vent completion bash)

  # in ~/.zshrc
  source <(vent completion zsh)

  # once, for fish
  vent completion fish > ~/.config/fish/completions/vent.fish`,
  );
  completion.action((shell: keyof typeof SCRIPTS) => context.shell.out(SCRIPTS[shell]));
  const complete = program.command('__complete', { hidden: true }).argument('[words...]').allowUnknownOption();
  complete.summary('Print what could be typed next').description('Called by completion scripts.');
  complete.helpGroup(GROUPS.begin).action(async (words: readonly string[]) => {
    const candidates = await findCandidates(program, words, complete, context);
    context.shell.out(candidates.map((candidate) => `${candidate}\n`).join(''));
  });
};
