import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { symbolText, symbolValue } from './base32.ts';
import { utf8 } from './bytes.ts';
import { crc16, formatLabel, type Label, parseLabel } from './label.ts';
import { Secret } from './secret.ts';

const label = (devId: Uint8Array, accessKey: Uint8Array): Label => ({
  devId,
  accessKey: new Secret(accessKey),
});
const labels = fc
  .tuple(
    fc.uint8Array({ minLength: 12, maxLength: 12 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
  )
  .map(([devId, accessKey]) => label(devId, accessKey));

const counting = (from: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (from + 37 * index) % 256);
const TEXT = formatLabel(label(counting(3, 12), counting(101, 16)));
const OTHER = formatLabel(label(counting(4, 12), counting(102, 16)));
const groupsOf = (text: string): string[] => text.split('-').slice(1);
const withGroups = (groups: readonly string[]): string => ['TIES1', ...groups].join('-');

/** What a refusal says, or null if the label is taken. */
const refusal = (text: string): { code: string; message: string } | null => {
  try {
    parseLabel(text);
    return null;
  } catch (error) {
    return error as { code: string; message: string };
  }
};

const isMistyped = (text: string, group: number): boolean => {
  const { code, message = '' } = refusal(text) ?? {};
  return code === 'LABEL_CHECK' && message.startsWith(`Group ${group + 1} `);
};

describe('a label', () => {
  test('reads back', () => {
    fc.assert(
      fc.property(labels, (printed) => {
        const read = parseLabel(formatLabel(printed));
        expect(read.devId).toEqual(printed.devId);
        expect(read.accessKey.reveal()).toEqual(printed.accessKey.reveal());
      }),
    );
  });

  test('is a prefix and eight groups of seven, in characters of QR’s alphanumeric mode', () => {
    fc.assert(
      fc.property(labels, (printed) => {
        expect(formatLabel(printed)).toMatch(/^TIES1(-[0-9A-HJKMNP-TV-Z]{7}){8}$/);
      }),
    );
  });

  test('stays what it is today', () => {
    expect(TEXT).toBe('TIES1-0CM4TWB-MQQKGGR-CATGEPJ-D6B2NFZ-TKWHWGR-V8HPSDC-FZ118SW-NS1PCHX');
  });

  test.each([
    ['in lower case', TEXT.toLowerCase()],
    ['without hyphens', TEXT.replaceAll('-', '')],
    ['with spaces for hyphens', TEXT.replaceAll('-', ' ')],
    ['with spaces around it', `\t${TEXT} \n`],
    ['in groups of four', TEXT.replaceAll('-', '').replace(/(.{4})/g, '$1 ')],
    ['with O for 0', TEXT.replace(/(?<=-.*)0/g, 'O')],
    ['with I for 1', TEXT.replace(/(?<=-.*)1/g, 'I')],
    ['with l for 1', TEXT.replace(/(?<=-.*)1/g, 'l')],
  ])('is read %s', (_, typed) => {
    expect(typed).not.toBe(TEXT);
    expect(parseLabel(typed).accessKey.reveal()).toEqual(counting(101, 16));
  });
});

describe('a typing error is refused and its group named', () => {
  test('one wrong character, whichever and wherever', () => {
    for (const [group, typed] of groupsOf(TEXT).entries())
      for (const [at, right] of [...typed].entries())
        for (let symbol = 0; symbol < 32; symbol += 1) {
          if (symbol === symbolValue(right)) continue;
          const wrong = typed.slice(0, at) + symbolText(symbol) + typed.slice(at + 1);
          expect(isMistyped(withGroups(groupsOf(TEXT).with(group, wrong)), group)).toBe(true);
        }
  });

  test('any two characters of a group swapped', () => {
    fc.assert(
      fc.property(labels, fc.nat(7), fc.nat(6), fc.nat(6), (printed, group, a, b) => {
        const groups = groupsOf(formatLabel(printed));
        const characters = [...(groups[group] as string)];
        const swapped = characters
          .with(a, characters[b] as string)
          .with(b, characters[a] as string);
        fc.pre(characters[a] !== characters[b]);
        expect(isMistyped(withGroups(groups.with(group, swapped.join(''))), group)).toBe(true);
      }),
    );
  });

  test('two groups swapped: the first of them', () => {
    for (let a = 0; a < 8; a += 1)
      for (let b = a + 1; b < 8; b += 1) {
        const groups = groupsOf(TEXT);
        const [first, second] = [groups[a] as string, groups[b] as string];
        expect(isMistyped(withGroups(groups.with(a, second).with(b, first)), a)).toBe(true);
      }
  });

  test('a character that no label has, also in the place of a 0', () => {
    for (const [group, typed] of groupsOf(TEXT).entries())
      for (let at = 0; at < typed.length; at += 1)
        for (const none of ['U', '_', 'é', '*']) {
          const wrong = typed.slice(0, at) + none + typed.slice(at + 1);
          expect(isMistyped(withGroups(groupsOf(TEXT).with(group, wrong)), group)).toBe(true);
        }
  });
});

describe('also refused', () => {
  test('a group of another label, each right in itself: the CRC tells', () => {
    for (let group = 0; group < 8; group += 1) {
      const mixed = groupsOf(TEXT).with(group, groupsOf(OTHER)[group] as string);
      if (mixed[group] !== groupsOf(TEXT)[group])
        expect(refusal(withGroups(mixed))).toMatchObject({ code: 'LABEL_CRC' });
    }
  });

  test.each([
    ['', 'LABEL_PREFIX'],
    ['TIES2-AAAAAAA', 'LABEL_PREFIX'],
    [TEXT.slice(6), 'LABEL_PREFIX'],
    ['TIES1', 'LABEL_LENGTH'],
    [TEXT.slice(0, -1), 'LABEL_LENGTH'],
    [`${TEXT}0`, 'LABEL_LENGTH'],
    [`${TEXT}${TEXT}`, 'LABEL_LENGTH'],
  ])('%j: %s', (text, code) => {
    expect(refusal(text)).toMatchObject({ code });
  });

  test('any text, without anything of it in the message', () => {
    const nearly = fc
      .tuple(labels, fc.nat(60), fc.string({ maxLength: 3 }))
      .map(([printed, at, typed]) => {
        const text = formatLabel(printed);
        return text.slice(0, at) + typed + text.slice(at + 1);
      });
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string()), (text) => {
        const { code, message = '' } = refusal(text) ?? {};
        expect(code ?? 'LABEL_').toMatch(/^LABEL_/);
        // The prefix is no secret, and a text may begin with the end of it.
        const told = message.replaceAll('TIES1', '');
        for (const piece of text.split('-').slice(1))
          if (piece.length >= 4) expect(told).not.toContain(piece);
      }),
    );
  });

  test('with a message that is the same for every key', () => {
    for (const spoil of [
      (text: string) => text.slice(0, -1),
      (text: string) => text.slice(1),
      (text: string) => text.replace(/.$/, 'U'),
      (text: string) =>
        withGroups(
          groupsOf(text).with(
            0,
            groupsOf(formatLabel(label(counting(9, 12), counting(9, 16))))[0] as string,
          ),
        ),
    ])
      expect(refusal(spoil(TEXT))?.message).toBe(refusal(spoil(OTHER))?.message);
  });
});

test('the CRC is CRC-16/IBM-3740', () => {
  expect(crc16(utf8('123456789'))).toBe(0x29b1);
  expect(crc16(new Uint8Array(0))).toBe(0xffff);
});
