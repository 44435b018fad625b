import { Command } from 'commander';
import { controlCommands } from './control.ts';
import { packageVersion } from './version.ts';

/** A command of its own file, loaded where it is wanted: on a Pi each file takes its time. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  air: async () => (await import('./air.ts')).airCommand(),
  backup: async () => (await import('./backup.ts')).backupCommand(),
  config: async () => (await import('./config.ts')).configCommand(),
  deploy: async () => (await import('./deploy.ts')).deployCommand(),
  demo: async () => (await import('./demo.ts')).demoCommand(),
  experiment: async () => (await import('./experiment.ts')).experimentCommand(),
  run: async () => (await import('./run.ts')).runCommand(),
  simulate: async () => (await import('./simulate.ts')).simulateCommand(),
  label: async () => (await import('./label.ts')).labelCommand(),
  restore: async () => (await import('./restore.ts')).restoreCommand(),
  provision: async () => (await import('./provision.ts')).provisionCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  trace: async () => (await import('./trace.ts')).traceCommand(),
  replay: async () => (await import('./replay/command.ts')).replayCommand(),
  inspect: async () => (await import('./inspect.ts')).inspectCommand(),
  machines: async () => (await import('./machines.ts')).machinesCommand(),
  explain: async () => (await import('./explain.ts')).explainCommand(),
};

/** The `ties` command with the subcommand `word`, or with all where that is none of them. */
export const tiesProgram = async (word = ''): Promise<Command> => {
  const control = controlCommands();
  const isEnough =
    ['-V', '--version'].includes(word) || control.some((command) => command.name() === word);
  const program = new Command('ties')
    .description('Trusted IoT Environment System')
    .version(packageVersion())
    .showHelpAfterError();
  for (const load of isEnough ? [] : wanted(word)) program.addCommand(await load());
  for (const command of control) program.addCommand(command);
  return program;
};

const wanted = (word: string): readonly (() => Promise<Command>)[] => {
  const one = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  return one === undefined ? Object.values(COMMANDS) : [one];
};
