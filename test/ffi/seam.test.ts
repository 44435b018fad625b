import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { ffiByName } from '../../drivers/ffi/by-name.ts';
import { isLoadable } from './loadable.ts';

const names = (['koffi', 'ffi-napi'] as const).filter(isLoadable);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const wait = (durationMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, durationMs));

describe.each(names)('C through %s', (name) => {
  const load = (soname: string) => ffiByName[name].load({ soname, debianPackage: 'the-package' });
  const libc = load('libc.so.6');

  test('passes integers of each width', () => {
    expect(libc.declare('abs', ['u8']).call(200)).toBe(200);
    expect(libc.declare('htons', ['u16']).call(0x1234)).toBe(0x3412);
    expect(libc.declare('htonl', ['u32']).call(0xfedcba98)).toBe(0x98badcfe);
    expect(libc.declare('ffsll', ['size']).call(2 ** 40)).toBe(41);
  });

  test('passes an address of 64 bits, beyond what a number holds', () => {
    const lowestBit = libc.declare('ffsll', ['addr']);
    expect(lowestBit.call(2n ** 63n)).toBe(64);
    expect(lowestBit.call(2n ** 60n + 1n)).toBe(1);
  });

  test('passes strings', () => {
    expect(libc.declare('strlen', ['cstr']).call('swtpm:path=ä')).toBe(13);
  });

  test('has memory read and filled in place, of a Buffer and of a view', () => {
    const copy = libc.declare('memcpy', ['buf', 'buf', 'size']);
    const target = new Uint8Array(8);
    copy.call(target.subarray(3, 6), Uint8Array.of(1, 2, 3, 4).subarray(1), 3);
    expect(target).toEqual(Uint8Array.of(0, 0, 0, 2, 3, 4, 0, 0));
    const pointer = Buffer.alloc(8);
    copy.call(pointer, Buffer.from('12345678'), 8);
    expect(pointer.toString()).toBe('12345678');
  });

  test('passes the null pointer', () => {
    const seconds = libc.declare('time', ['buf']).call(null);
    expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(5);
  });

  test('calls on a thread, and this one goes on meanwhile', async () => {
    const seen: string[] = [];
    const pause = libc.declare('usleep', ['u32']).callAsync(20_000);
    setImmediate(() => seen.push('meanwhile'));
    await pause;
    seen.push('returned');
    expect(seen).toEqual(['meanwhile', 'returned']);
  });

  test('holds memory until the call on a thread returns', async () => {
    const pause = libc.declare('usleep', ['u32', 'buf']);
    const collected: string[] = [];
    const registry = new FinalizationRegistry((what: string) => collected.push(what));
    const begin = (): Promise<number> => {
      const lent = new Uint8Array(4096);
      registry.register(lent, 'lent');
      registry.register(new Uint8Array(4096), 'unused');
      return pause.callAsync(60_000, lent);
    };
    const call = begin();
    await wait(10);
    collectGarbage();
    await wait(10);
    expect(collected).toEqual(['unused']);
    await call;
    const collectedNow = () => {
      collectGarbage();
      return collected;
    };
    await expect.poll(collectedNow, { interval: 5 }).toEqual(['unused', 'lent']);
  });

  test('names the package of a library that is not there', () => {
    expect(() => load('libnowhere.so.0')).toThrow(
      expect.objectContaining({
        code: 'LIBRARY_MISSING',
        message: expect.stringContaining('apt-get install the-package'),
      }),
    );
  });
});
