import type { Command, Help } from 'commander';

/** An argument or an option, in the words of `--help`. */
export interface Term {
  readonly term: string;
  readonly description: string;
}

export interface OptionTerm extends Term {
  /** `-h`, `--help`. */
  readonly flags: readonly string[];
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** A command as its user sees it. */
export interface CommandTree {
  /** `['ties', 'window', 'open']`. */
  readonly path: readonly string[];
  readonly usage: string;
  readonly description: string;
  readonly arguments: readonly Term[];
  readonly options: readonly OptionTerm[];
  /** What its help says after all that. */
  readonly after: string;
  readonly commands: readonly CommandTree[];
}

/** What a commander program says of itself, so that no other text of it has to be kept. */
export const commandTree = (command: Command, above: readonly string[] = []): CommandTree => {
  const help = command.createHelp();
  const path = [...above, command.name()];
  return {
    path,
    usage: help.commandUsage(command),
    description: help.commandDescription(command),
    arguments: help.visibleArguments(command).map((argument) => ({
      term: help.argumentTerm(argument),
      description: help.argumentDescription(argument),
    })),
    options: optionsOf(command, help),
    after: textAfter(command),
    commands: command.commands.map((each) => commandTree(each, path)),
  };
};

const optionsOf = (command: Command, help: Help): OptionTerm[] =>
  help.visibleOptions(command).map((option) => ({
    term: help.optionTerm(option),
    description: help.optionDescription(option),
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
  }));

/** Of `addHelpText`, which commander only prints. */
const textAfter = (command: Command): string => {
  const { writeOut } = command.configureOutput();
  let printed = '';
  command.configureOutput({ writeOut: (text) => (printed += text) });
  command.outputHelp();
  command.configureOutput({ ...(writeOut && { writeOut }) });
  return printed.slice(command.helpInformation().length).trim();
};
