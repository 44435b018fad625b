import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from './cache.ts';
import { run } from './command.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Debian's packages of one release and architecture, which need not be this machine's. */
export interface Archive {
  /** Fetch these packages, and all that they depend on, into a folder. */
  fetchClosure(packages: readonly string[], folder: string): Promise<void>;
  /** Fetch just these. */
  fetch(packages: readonly string[], folder: string): Promise<void>;
  /** What the newest version of a package depends on, as it says. */
  dependenciesOf(packageName: string): Promise<string>;
}

/** apt with settings, lists and a state of its own: nothing of this machine is read or changed. */
const configuration = (folder: string, architecture: string): string => `
APT::Architecture "${architecture}";
APT::Architectures { "${architecture}"; };
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
Debug::NoLocking "true";
Dir::State "${folder}/state";
Dir::State::status "${folder}/status";
Dir::Cache "${folder}/cache";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "${folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
`;

/** Reading apt's lists takes a while, so they are fetched once. */
export const openArchive = async (release: string, architecture: string): Promise<Archive> => {
  const folder = await cached(
    { name: `apt-${release}-${architecture}`, inputs: { release } },
    async (made) => {
      for (const part of ['state/lists/partial', 'cache/archives/partial'])
        mkdirSync(join(made, part), { recursive: true });
      writeFileSync(join(made, 'status'), '');
      writeFileSync(
        join(made, 'sources.list'),
        `deb [signed-by=${KEYRING}] http://deb.debian.org/debian ${release} main\n`,
      );
      writeFileSync(join(made, 'apt.conf'), configuration(made, architecture));
      await apt(made, 'apt-get', '-qq', 'update');
      if (!readdirSync(join(made, 'state/lists')).some((name) => name.endsWith('_Packages')))
        throw new Error(`No list of packages of Debian ${release} could be fetched.`);
    },
  );
  // It was made under another name.
  writeFileSync(join(folder, 'apt.conf'), configuration(folder, architecture));

  const get = (...args: string[]): Promise<string> => apt(folder, 'apt-get', '-qq', ...args);
  return {
    fetchClosure: async (packages, to) => {
      mkdirSync(join(to, 'partial'), { recursive: true });
      await get(
        '-o',
        `Dir::Cache::archives=${to}`,
        '--download-only',
        'install',
        '-y',
        ...packages,
      );
    },
    fetch: async (packages, to) => {
      mkdirSync(to, { recursive: true });
      await run('apt-get', ['-qq', 'download', ...packages], { cwd: to, env: environment(folder) });
    },
    dependenciesOf: async (packageName) => {
      const shown = await apt(folder, 'apt-cache', 'show', '--no-all-versions', packageName);
      return /^Depends: (.*)$/m.exec(shown)?.[1] ?? '';
    },
  };
};

const environment = (folder: string) => ({ APT_CONFIG: join(folder, 'apt.conf') });

const apt = (folder: string, command: string, ...args: string[]): Promise<string> =>
  run(command, args, { env: environment(folder) });

/** Debian's code name of this machine, whose compiler is made for that kernel; else of Debian 13. */
export const thisRelease = (): string => {
  const text = readFileSync('/etc/os-release', 'utf8');
  const [, name] = /^VERSION_CODENAME=(\w+)$/m.exec(text) ?? [];
  return /^ID=debian$/m.test(text) && name !== undefined ? name : 'trixie';
};
