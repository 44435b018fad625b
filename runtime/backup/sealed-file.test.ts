import { expect, test } from 'vitest';
import { openFile, sealFile } from './sealed-file.ts';

const CHEAP = { N: 16, r: 8, p: 1 };
const PASSPHRASE = 'correct horse battery staple';
const content = Uint8Array.from({ length: 1000 }, (_, at) => at % 251);

const sealed = (passphrase = PASSPHRASE): Promise<Buffer> => sealFile(content, passphrase, CHEAP);
const code = async (file: Buffer, passphrase = PASSPHRASE): Promise<string> =>
  openFile(file, passphrase).then(
    () => 'opened',
    (error) => error.code,
  );
const withHeader = (file: Buffer, change: (header: Record<string, unknown>) => void): Buffer => {
  const end = file.indexOf('\n');
  const header = JSON.parse(file.subarray(0, end).toString());
  change(header);
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), file.subarray(end + 1)]);
};

test('opens under its passphrase, however its letters were composed, and shows nothing of it', async () => {
  const file = await sealed('grün-blau-grün-blau'.normalize('NFD'));
  expect(await openFile(file, 'grün-blau-grün-blau'.normalize('NFC'))).toEqual(content);
  expect(file.includes(Buffer.from(content.subarray(0, 16)))).toBe(false);
  expect(await sealed()).not.toEqual(await sealed());
});

test('another passphrase, or any byte changed, and it does not open', async () => {
  const file = await sealed();
  expect(await code(file, `${PASSPHRASE}.`)).toBe('BACKUP_WRONG_PASSPHRASE');
  for (let at = file.indexOf('\n') + 1; at < file.length; at += 97) {
    const changed = Buffer.from(file);
    changed[at] = (changed[at] as number) ^ 1;
    expect(await code(changed)).toBe('BACKUP_WRONG_PASSPHRASE');
  }
  const salted = withHeader(file, (header) => {
    header.salt = `${header.salt}`.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
  });
  expect(await code(salted)).toBe('BACKUP_WRONG_PASSPHRASE');
  // The same key, and a header that says something else: it is bound to what it seals.
  const end = file.indexOf('\n');
  const spaced = Buffer.concat([file.subarray(0, end), Buffer.from(' '), file.subarray(end)]);
  expect(await code(spaced)).toBe('BACKUP_WRONG_PASSPHRASE');
});

test('a later version is told as such, and what is no backup too', async () => {
  const file = await sealed();
  expect(
    await code(
      withHeader(file, (header) => {
        header.version = 2;
      }),
    ),
  ).toBe('BACKUP_NEWER');
  const huge = withHeader(file, (header) => {
    header.scrypt = { N: 2 ** 30, r: 8, p: 1 };
  });
  for (const no of [Buffer.alloc(0), Buffer.from('TIES'), file.subarray(0, 80), huge])
    expect(await code(no)).toBe('BACKUP_MALFORMED');
  expect(await code(file.subarray(0, file.indexOf('\n') + 9))).toBe('BACKUP_MALFORMED');
});

test('a short passphrase is refused', async () => {
  await expect(sealed('password')).rejects.toMatchObject({ code: 'BACKUP_PASSPHRASE' });
});
