import type { CommandTree, OptionTerm } from './command-tree.ts';

/**
 * Completion for bash: the subcommands and options of what has been typed, an option's choices, and
 * file names for all else.
 */
export const bashCompletion = (program: CommandTree): string => `# bash completion of ties
_ties() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} path=ties
  local word words flags
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
      ${commandsBelow(program)
        .map(({ path }) => `'${path.join(' ')}'`)
        .join(' | ')}) path="$path $word" ;;
    esac
  done
  case "$path $previous" in
${valued(program).map(valueCase).join('\n')}
  esac
  case $path in
${[program, ...commandsBelow(program)].map(wordCase).join('\n')}
  esac
  [[ $current == -* ]] && words=$flags
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _ties ties
`;

const commandsBelow = ({ commands }: CommandTree): readonly CommandTree[] =>
  commands.flatMap((command) => [command, ...commandsBelow(command)]);

const valued = (program: CommandTree): readonly (OptionTerm & { readonly at: string })[] =>
  commandsBelow(program).flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map((option) => ({ ...option, at: path.join(' ') })),
  );

const valueCase = ({ at, flags, choices }: OptionTerm & { readonly at: string }): string => {
  const patterns = flags.map((flag) => `'${at} ${flag}'`).join(' | ');
  const words =
    choices.length === 0 ? '' : `COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$current")); `;
  return `    ${patterns}) ${words}return ;;`;
};

const wordCase = ({ path, commands, options }: CommandTree): string => {
  const below = commands.map((command) => command.path.at(-1)).join(' ');
  const flags = options.map((option) => option.flags.at(-1)).join(' ');
  return `    '${path.join(' ')}') words='${below}' flags='${flags}' ;;`;
};
