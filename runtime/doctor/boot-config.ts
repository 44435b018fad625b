import type { Host } from './host.ts';

/** Where Raspberry Pi OS has it: from Debian 12 on, and before. */
const PLACES = ['/boot/firmware/config.txt', '/boot/config.txt'];

export interface Overlay {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Overlays that a Raspberry Pi's config.txt asks for, in order; null where there is none. */
export const overlaysOf = (host: Host): readonly Overlay[] | null => {
  const text = PLACES.map((path) => host.read(path)).find((found) => found !== null);
  if (text === undefined || text === null) return null;
  return text.split('\n').flatMap((line) => {
    const [, value] = /^\s*dtoverlay\s*=\s*([^#\s]+)/.exec(line) ?? [];
    if (value === undefined) return [];
    const [name = '', ...parameters] = value.split(',');
    return [{ name, parameters: Object.fromEntries(parameters.map(parameter)) }];
  });
};

const parameter = (text: string): [string, string] => {
  const [name = '', ...value] = text.split('=');
  return [name, value.join('=')];
};
