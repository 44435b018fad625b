import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemRandom } from '../../drivers/random/system.ts';
import { openEsapiTpm } from '../../drivers/tpm/esapi/open.ts';
import type { Tpm } from '../../drivers/tpm/interface.ts';
import { Secret } from '../../protocol/secret.ts';
import { makeCredential } from '../../protocol/tpm/credential.ts';
import { concat, sized, uint16, uint32 } from '../../protocol/tpm/marshal.ts';
import {
  type StorageKey,
  storageKeyName,
  storageKeyPublic,
} from '../../protocol/tpm/storage-key.ts';
import { type BusOptions, startBus } from '../../simulations/swtpm/bus.ts';
import { TPM_CC } from '../../simulations/swtpm/command-names.ts';
import { codeOf, messageOf } from '../../simulations/swtpm/message.ts';
import { type Swtpm, startSwtpm } from '../../simulations/swtpm/process.ts';
import { flipped, refused } from './party.ts';
import { rawTpm } from './raw-tpm.ts';
import { makeSwtpm } from './swtpm-under-test.ts';

const masterKey = new Secret(new Uint8Array(32).fill(7));
const derivation = { key: 'masterKey', blocks: [Uint8Array.of(1)] } as const;

describe('through ESAPI', () => {
  let swtpm: Swtpm;
  let tcti: string;
  let tpm: Tpm;
  let storageKey: StorageKey;
  let sent: number[] = [];
  let fail: (commandCode: number) => number | null = () => null;
  let alter: NonNullable<BusOptions['alter']> = (_, response) => response;

  /** Answers the next `count` commands of this code with a response code. */
  const failNext = (command: keyof typeof TPM_CC, responseCode: number, count = 1): void => {
    let left = count;
    fail = (code) => (code === TPM_CC[command] && left-- > 0 ? responseCode : null);
  };

  beforeEach(async () => {
    fail = () => null;
    alter = (_, response) => response;
    swtpm = await startSwtpm();
    const observe = ({ commandCode }: { commandCode: number }) => sent.push(commandCode);
    ({ tcti } = await startBus(swtpm, {
      observe,
      fail: (code) => fail(code),
      alter: (...given) => alter(...given),
    }));
    tpm = await openEsapiTpm({ tcti });
    ({ storageKey } = await tpm.perform('provision', { role: 'node', suite: 1 }));
    await tpm.perform('persistMasterKey', { masterKey });
    sent = [];
  });
  afterEach(async () => {
    await tpm.close();
    await swtpm.stop();
  });

  // ESAPI itself sends a command again up to five times, but not on TPM_RC_NV_RATE.
  test.each([
    ['TPM_RC_RETRY', 0x922, 6],
    ['TPM_RC_YIELDED', 0x908, 6],
    ['TPM_RC_TESTING', 0x90a, 6],
    ['TPM_RC_NV_RATE', 0x920, 2],
  ])('waits and tries again on %s', async (_, code, times) => {
    failNext('NV_Increment', code, times);
    await tpm.perform('boot', {});
    expect(sent.filter((command) => command === TPM_CC.NV_Increment).length).toBe(times + 1);
  });

  test('does not try again what a lockout refuses', async () => {
    failNext('NV_Increment', 0x921);
    await refused(tpm.perform('boot', {}), 'TPM_REFUSED');
  });

  test('refuses a boot counter of more than 32 bits', async () => {
    alter = (code, response) => {
      // Size of the parameters and of the one that is read (Part 1, 18.5); then the counter.
      const read = response.subarray(16, 24);
      if (code === TPM_CC.NV_Read && response[15] === read.length) read[3] = 1;
      return response;
    };
    await refused(tpm.perform('boot', {}), 'TPM_EPOCH');
    alter = (_, response) => response;
    await tpm.perform('boot', {});
  });

  test('makes the session anew when the TPM has lost it, once', async () => {
    failNext('HMAC', 0x918);
    await tpm.perform('derive', derivation);
    expect(sent.filter((command) => command === TPM_CC.StartAuthSession).length).toBe(1);
    expect(await tpm.handles()).toMatchObject({ sessions: 0 });
    failNext('HMAC', 0x918, 2);
    await refused(tpm.perform('derive', derivation), 'TPM_REFUSED');
    await tpm.perform('derive', derivation);
  });

  test('names command, response code and remedy', async () => {
    failNext('HMAC', 0x14b);
    const attempt = tpm.perform('derive', derivation);
    await expect(attempt).rejects.toThrow(/TPM2_HMAC.*0x14b.*TPM_RC_NV_SPACE.*free NV/);
  });

  test('tells failure mode from a ciphertext that does not decrypt', async () => {
    failNext('HMAC', 0x101);
    await refused(tpm.perform('derive', derivation), 'TPM_REFUSED');
    fail = () => 0x101;
    await refused(tpm.perform('derive', derivation), 'TPM_UNAVAILABLE');
    fail = () => null;
  });

  test('an RSA ciphertext that does not decrypt is a bad wrap, and a refused credential', async () => {
    const other = await makeSwtpm();
    const perform = other.tpm.perform.bind(other.tpm);
    const { storageKey: key } = await perform('provision', { role: 'node', suite: 2 });
    const centerName = storageKeyName(key);
    const wrap = new Uint8Array(172 + 256).fill(1);
    await refused(perform('importSessionKey', { wrap, centerName }), 'TPM_BAD_WRAP');
    const made = makeCredential({
      storageKey: key,
      credential: wrap.slice(0, 16),
      random: systemRandom,
    });
    const seed = flipped(made.seed, 9);
    await refused(perform('activateCredential', { ...made, seed }), 'TPM_REFUSED');
    expect((await perform('activateCredential', made)).reveal()).toEqual(wrap.slice(0, 16));
    await other.release();
  });

  test('a peer is not blamed for what went wrong before its wrap was looked at', async () => {
    const peerName = storageKeyName(storageKey);
    const input = { center: storageKey, peerName };
    const { wrap } = await tpm.perform('createSessionKey', input);
    const take = () => tpm.perform('importSessionKey', { wrap, centerName: peerName });
    failNext('PolicyOR', 0x1c4);
    await refused(take(), 'TPM_REFUSED');
    failNext('Import', 0x1c4);
    await refused(take(), 'TPM_BAD_WRAP');
    await take();
  });

  test('a boot counter that comes cut short is no epoch', async () => {
    // Header 10, parameterSize 4, then TPM2B_MAX_NV_BUFFER: two bytes where eight are asked for.
    const short = concat(uint16(2), uint16(0), uint16(0), Uint8Array.of(1), uint16(0));
    const head = concat(uint16(0x8002), uint32(14 + short.length), uint32(0), uint32(4));
    alter = (code, response) => (code === TPM_CC.NV_Read ? concat(head, short) : response);
    await refused(tpm.perform('boot', {}), 'TPM_UNAVAILABLE');
    alter = (_, response) => response;
    expect((await tpm.perform('boot', {})).epoch).toBe(2);
  });

  test('a TPM that died is unavailable, now and later, and can still be closed', async () => {
    await swtpm.stop();
    await refused(tpm.perform('derive', derivation), 'TPM_UNAVAILABLE');
    await refused(tpm.perform('boot', {}), 'TPM_UNAVAILABLE');
    await refused(tpm.handles(), 'TPM_UNAVAILABLE');
    await tpm.close();
  });

  test('a TPM that is not there is unavailable', async () => {
    const nowhere = { tcti: 'swtpm:path=/nonexistent', lockFile: `${swtpm.path}.other.lock` };
    await refused(openEsapiTpm(nowhere), 'TPM_UNAVAILABLE');
  });

  test('a second opener is told to wait, and may open after the first', async () => {
    await refused(openEsapiTpm({ tcti }), 'TPM_UNAVAILABLE');
    await tpm.close();
    tpm = await openEsapiTpm({ tcti });
  });

  test('a storage key other than the pinned one gets no session', async () => {
    const pinnedName = storageKeyName(storageKey);
    await tpm.close();
    sent = [];
    await refused(openEsapiTpm({ tcti, pinnedName: flipped(pinnedName, 33) }), 'TPM_OTHER_KEY');
    expect(sent).not.toContain(TPM_CC.StartAuthSession);
    tpm = await openEsapiTpm({ tcti, pinnedName });
    await tpm.perform('derive', derivation);
  });

  test('what a killed process left loaded is flushed', async () => {
    await tpm.close();
    const raw = await rawTpm(swtpm.tcti);
    const nothing = sized(new Uint8Array(0));
    const nulls = concat(uint32(0x40000007), uint32(0x40000007));
    for (const type of [0, 1]) {
      const nonce = sized(new Uint8Array(16));
      const rest = concat(nothing, Uint8Array.of(type), uint16(0x10), uint16(0x0b));
      const start = messageOf(TPM_CC.StartAuthSession, concat(nulls, nonce, rest));
      expect(codeOf(await raw.send(start))).toBe(0);
    }
    const external = concat(nothing, sized(storageKeyPublic(storageKey)), uint32(0x40000007));
    expect(codeOf(await raw.send(messageOf(TPM_CC.LoadExternal, external)))).toBe(0);
    raw.close();
    tpm = await openEsapiTpm({ tcti });
    expect(await tpm.handles()).toMatchObject({ transient: 0, sessions: 0 });
    const session = { center: storageKey, peerName: storageKeyName(storageKey) };
    await tpm.perform('createSessionKey', session);
  });
});
