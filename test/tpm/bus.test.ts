import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALG } from '../../protocol/tpm/constants.ts';
import { concat, sized, Unmarshaller, uint16, uint32 } from '../../protocol/tpm/marshal.ts';
import { slb9670 } from '../../simulations/profiles/slb9670.ts';
import {
  type BusOptions,
  startBus,
  type TpmBus,
  type TpmExchange,
} from '../../simulations/swtpm/bus.ts';
import { TPM_CC } from '../../simulations/swtpm/command-names.ts';
import { bodyOf, codeOf, messageOf } from '../../simulations/swtpm/message.ts';
import { type Swtpm, startSwtpm } from '../../simulations/swtpm/process.ts';
import { type RawTpm, rawTpm } from './raw-tpm.ts';

const COMMAND_CODE = 0x143;
const SHA384 = 0x000c;
const NOTHING = sized(new Uint8Array(0));
const NULL_ALG = uint16(ALG.null);
const aes = (keyBits: number): Uint8Array =>
  concat(uint16(ALG.aes), uint16(keyBits), uint16(ALG.cfb));

const storageKey = (nameAlg: number, keyBits: number): Uint8Array =>
  concat(
    ...[uint16(ALG.ecc), uint16(nameAlg), uint32(0x30472), NOTHING, aes(keyBits)],
    ...[NULL_ALG, uint16(3), NULL_ALG, NOTHING, NOTHING],
  );

/** An HMAC key whose scheme has this hash. */
const hmacKey = (hash: number): Uint8Array =>
  concat(
    ...[uint16(ALG.keyedHash), uint16(ALG.sha256), uint32(0x40472), NOTHING],
    ...[uint16(ALG.hmac), uint16(hash), NOTHING],
  );

const EMPTY_PASSWORD = concat(uint32(0x40000009), NOTHING, Uint8Array.of(0), NOTHING);
const OWNER = uint32(0x40000001);
const sensitiveCreate = sized(concat(NOTHING, NOTHING));

const withPassword = (code: number, handle: Uint8Array, parameters: Uint8Array): Uint8Array => {
  const area = concat(uint32(EMPTY_PASSWORD.length), EMPTY_PASSWORD);
  return messageOf(code, concat(handle, area, parameters)).with(1, 0x02);
};

const createPrimary = (template: Uint8Array): Uint8Array =>
  withPassword(
    TPM_CC.CreatePrimary,
    OWNER,
    concat(sensitiveCreate, sized(template), NOTHING, uint32(0)),
  );
const create = (template: Uint8Array): Uint8Array =>
  withPassword(
    TPM_CC.Create,
    uint32(0x80000000),
    concat(sensitiveCreate, sized(template), NOTHING, uint32(0)),
  );
const createLoaded = (template: Uint8Array): Uint8Array =>
  withPassword(TPM_CC.CreateLoaded, OWNER, concat(sensitiveCreate, sized(template)));
const loadExternal = (area: Uint8Array): Uint8Array =>
  messageOf(TPM_CC.LoadExternal, concat(NOTHING, sized(area), uint32(0x40000007)));
const importObject = (area: Uint8Array): Uint8Array =>
  withPassword(
    TPM_CC.Import,
    uint32(0x80000000),
    concat(NOTHING, sized(area), NOTHING, NOTHING, NULL_ALG),
  );
const startSession = (symmetric: Uint8Array, hash: number): Uint8Array =>
  messageOf(
    TPM_CC.StartAuthSession,
    concat(
      ...[uint32(0x40000007), uint32(0x40000007), sized(new Uint8Array(16)), NOTHING],
      ...[Uint8Array.of(0), symmetric, uint16(hash)],
    ),
  );

/** TPM2_GetCapability's list: the entries, and whether there are more. */
const list = async (tpm: RawTpm, capability: number, property = 0, count = 254) => {
  const query = concat(uint32(capability), uint32(property), uint32(count));
  const from = new Unmarshaller(bodyOf(await tpm.send(messageOf(TPM_CC.GetCapability, query))));
  const [more] = from.bytes(1);
  from.uint32();
  const width = capability === 0 ? 6 : 4;
  const entries = Array.from({ length: from.uint32() }, () => {
    const entry = new Unmarshaller(from.bytes(width));
    return width === 4 ? entry.uint32() & 0xffff : entry.uint16();
  });
  from.end();
  return { entries, more: more === 1 };
};

describe('the bus', () => {
  let swtpm: Swtpm;
  let bus: TpmBus;
  let tpm: RawTpm;
  let exchanges: TpmExchange[] = [];

  const through = async (options: BusOptions): Promise<void> => {
    swtpm = await startSwtpm();
    bus = await startBus(swtpm, { ...options, observe: (exchange) => exchanges.push(exchange) });
    tpm = await rawTpm(bus.tcti);
  };
  const answer = async (command: Uint8Array): Promise<number> => codeOf(await tpm.send(command));
  const stop = async (): Promise<void> => {
    tpm.close();
    await bus.stop();
    await swtpm.stop();
  };

  describe('with the profile of an SLB 9670', () => {
    beforeAll(() => through({ profile: slb9670 }));
    afterAll(stop);

    test.each(['EncryptDecrypt2', 'Rewrap'] as const)('refuses %s', async (name) => {
      expect(await answer(messageOf(TPM_CC[name]))).toBe(COMMAND_CODE);
    });

    test('makes what the chip makes', async () => {
      expect(await answer(startSession(aes(128), ALG.sha256))).toBe(0);
      expect(await answer(createPrimary(storageKey(ALG.sha256, 128)))).toBe(0);
      expect(await answer(create(hmacKey(ALG.sha256)))).toBe(0);
    });

    test.each([
      ['CreatePrimary', createPrimary],
      ['Create', create],
      ['CreateLoaded', createLoaded],
      ['LoadExternal', loadExternal],
      ['Import', importObject],
    ])('refuses AES-256 and SHA-384 in the public area of %s', async (_, command) => {
      expect(await answer(command(storageKey(ALG.sha256, 256)))).toBe(0x2c4);
      expect(await answer(command(storageKey(SHA384, 128)))).toBe(0x2c3);
      expect(await answer(command(hmacKey(SHA384)))).toBe(0x2c3);
    });

    test('refuses them in a session', async () => {
      expect(await answer(startSession(aes(256), ALG.sha256))).toBe(0x4c4);
      expect(await answer(startSession(aes(128), SHA384))).toBe(0x5c3);
    });

    test('lists only what the chip has', async () => {
      const commands = (await list(tpm, 2)).entries;
      expect(commands).toContain(TPM_CC.Duplicate);
      expect(commands.filter((code) => !slb9670.commands.has(code))).toEqual([]);
      const algorithms = (await list(tpm, 0)).entries;
      expect(algorithms).toContain(ALG.aes);
      expect(algorithms.filter((id) => !slb9670.algorithms.has(id))).toEqual([]);
      // From SHA-384 on, one at a time: the next that the chip does have.
      expect(await list(tpm, 0, SHA384, 1)).toEqual({ entries: [0x14], more: true });
    });
  });

  describe('without a profile', () => {
    beforeAll(() => through({}));
    afterAll(stop);

    test('refuses nothing, so that it is the profile which does', async () => {
      expect(await answer(messageOf(TPM_CC.Rewrap))).not.toBe(COMMAND_CODE);
      expect(await answer(createPrimary(storageKey(ALG.sha256, 256)))).toBe(0);
      expect(await answer(startSession(aes(256), SHA384))).toBe(0);
      expect((await list(tpm, 2)).entries).toContain(TPM_CC.EncryptDecrypt2);
    });

    test('shows each command with its response', async () => {
      exchanges = [];
      const command = messageOf(TPM_CC.GetRandom, uint16(8));
      const response = await tpm.send(command);
      const codes = { commandCode: TPM_CC.GetRandom, responseCode: 0 };
      expect(exchanges).toEqual([{ ...codes, command, response }]);
    });
  });
});
