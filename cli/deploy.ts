import { Command } from 'commander';
import { type Deployment, deploy } from '../deploy/deploy.ts';
import { packageFile } from '../deploy/package-file.ts';
import { Remote } from '../deploy/remote.ts';
import { operate } from './operate.ts';
import { readRole } from './role-file.ts';

interface Options {
  readonly role: string;
  readonly package?: string;
  readonly json: boolean;
}

/** `ties deploy`: a role file, and the package where it is not there, onto a machine by ssh. */
export const deployCommand = (): Command =>
  new Command('deploy')
    .description('Make another machine run the device of a role file, by ssh')
    .argument('<destination>', 'as ssh takes it: user@host, or a name of its configuration')
    .requiredOption('--role <file>', 'the role file')
    .option('--package <file>', 'ties_….deb; without it, what is installed there is kept')
    .option('--json', 'answer with one line of JSON', false)
    .addHelpText(
      'after',
      '\nWhat is there already is left as it is.\n' +
        'Exits with 0 when the device runs, 2 when it does not.',
    )
    .action(async (destination: string, options: Options) => {
      const role = readRole(options.role);
      if (role === null) {
        process.exitCode = 2;
        return;
      }
      await operate(options.json, {
        answer: async () => {
          const file =
            options.package === undefined ? {} : { package: packageFile(options.package) };
          const remote = new Remote(destination);
          try {
            const controlSocket = role.control.socket;
            return await deploy(remote, { role: { path: options.role, controlSocket }, ...file });
          } finally {
            await remote.close();
          }
        },
        text: deploymentText,
      });
    });

const deploymentText = ({ status, ...done }: Deployment): string =>
  [...Object.entries(done), ...Object.entries(status)]
    .map(([name, value]) => `${name.padEnd(14)}${value ?? '-'}`)
    .join('\n');
