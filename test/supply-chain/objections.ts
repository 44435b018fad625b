/** What of `package-lock.json` is looked at. */
export interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly license?: string;
        readonly resolved?: string;
        readonly integrity?: string;
        readonly hasInstallScript?: boolean;
        readonly link?: boolean;
        readonly dev?: boolean;
        readonly optional?: boolean;
      }
    >
  >;
}

/** Licences that go with Apache-2.0, also where they are bundled. */
const PERMISSIVE = ['MIT', 'Apache-2.0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD'];
/** Beside them, where it is a tool that is not shipped: files of their own, or data. */
const FOR_TOOLS = [...PERMISSIVE, 'MPL-2.0', 'CC-BY-4.0', 'EPL-2.0'];

const REGISTRY = 'https://registry.npmjs.org/';

const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 13);

/** Of `A OR B` one is enough. */
const isOneOf = (license: string, allowed: readonly string[]): boolean =>
  license
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((one) => one.split(' AND ').every((each) => allowed.includes(each.trim())));

/**
 * What is wrong with what is installed: a licence that does not go with ours, something that does
 * not come from the registry or has no digest, an install script that nobody decided on.
 */
export const objections = (
  lock: Lock,
  allowScripts: Readonly<Record<string, boolean>>,
): readonly string[] => {
  const found: string[] = [];
  const withScript = new Set<string>();
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === '' || entry.link) continue;
    const name = nameOf(path);
    const license = entry.license ?? 'none';
    if (!isOneOf(license, entry.dev ? FOR_TOOLS : PERMISSIVE))
      found.push(`${name}: its licence, ${license}, is not one that was looked at`);
    if (entry.resolved !== undefined && !entry.resolved.startsWith(REGISTRY))
      found.push(`${name}: it comes from ${entry.resolved}`);
    if (!entry.integrity?.startsWith('sha512-')) found.push(`${name}: it has no SHA-512 digest`);
    if (entry.hasInstallScript) withScript.add(name);
    if (entry.hasInstallScript && allowScripts[name] === undefined)
      found.push(`${name}: nobody decided on its install script; see allowScripts in package.json`);
  }
  for (const name of Object.keys(allowScripts))
    if (!withScript.has(name)) found.push(`${name}: allowed a script, and has none`);
  return found;
};
