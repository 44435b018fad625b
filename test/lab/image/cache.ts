import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Images are made once, and lie here until the machine clears its temporary files. */
const FOLDER = join(tmpdir(), `ties-lab-${userInfo().uid}`);

/** How it is all made: changed, what was made before is none any more. */
const RECIPES = readdirSync(new URL('.', import.meta.url))
  .sort()
  .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'));

const ownFolder = (): string => {
  mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
  const { uid } = lstatSync(FOLDER);
  if (uid !== userInfo().uid) throw new Error(`${FOLDER} is another user's: set TMPDIR.`);
  return FOLDER;
};

export interface Made {
  readonly name: string;
  readonly inputs: unknown;
}

/**
 * The folder that `make` filled of these inputs, now or in an earlier run. What it made of others
 * goes: each is some hundred MB.
 */
export const cached = async (
  { name, inputs }: Made,
  make: (folder: string) => Promise<void>,
): Promise<string> => {
  const own = ownFolder();
  const digest = createHash('sha256')
    .update(JSON.stringify([RECIPES, inputs]))
    .digest('hex')
    .slice(0, 12);
  const folder = join(own, `${name}.${digest}`);
  const making = inMaking.get(folder) ?? fill(folder, make);
  inMaking.set(folder, making);
  await making;
  return folder;
};

const inMaking = new Map<string, Promise<void>>();

const fill = async (folder: string, make: (folder: string) => Promise<void>): Promise<void> => {
  if (existsSync(folder)) return;
  const [place, name] = [dirname(folder), basename(folder).split('.')[0]];
  for (const other of readdirSync(place))
    if (other.startsWith(`${name}.`)) rmSync(join(place, other), { recursive: true });
  const part = mkdtempSync(join(place, 'part-'));
  try {
    await make(part);
    renameSync(part, folder);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    throw error;
  }
};
