import { dirname, join, normalize } from 'node:path';

const IMPORT = /\b(?:from|import)\s*\(?\s*['"`]([^'"`]+)['"`]/g;
const IMPURE =
  /\b(?:Date|performance|Math\.random|crypto|set(?:Timeout|Interval|Immediate)|queueMicrotask|console|process|globalThis|require|fetch)\b/g;

const withoutComments = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');

const isAllowed = (file: string, from: string): boolean => {
  if (!from.startsWith('.')) return from === 'xstate';
  const [folder] = normalize(join('machines', dirname(file), from)).split('/');
  return folder === 'machines' || folder === 'protocol';
};

/** What a machine file, named from `machines/` on, reaches for that a pure chart must not. */
export const impurities = (file: string, source: string): string[] => {
  const code = withoutComments(source);
  const imports = [...code.matchAll(IMPORT)].map(([, from]) => from ?? '');
  return [
    ...imports.filter((from) => !isAllowed(file, from)),
    ...[...code.matchAll(IMPURE)].map(([word]) => word),
  ];
};
