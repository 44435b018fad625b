import { TiesError } from '../../protocol/errors.ts';
import { ALG } from '../../protocol/tpm/constants.ts';
import { concat, Unmarshaller, uint32 } from '../../protocol/tpm/marshal.ts';
import type { TpmProfile } from '../profiles/slb9670.ts';
import { type AskedAlgorithm, algorithmsOf } from './command-algorithms.ts';
import { bodyOf, codeOf, messageOf, NO_SESSIONS, tagOf } from './message.ts';

const COMMAND_CODE = 0x143;
const SUCCESS = 0;
/** TPM_RC_P with the parameter's number, for a response code of format one (Part 2, 6.6.2). */
const ofParameter = (parameter: number): number => 0x040 | (parameter << 8);

/** TPM_RC_TYPE, _HASH, _SYMMETRIC, _MODE, _SCHEME, as unmarshalling gives them (Part 2, 9). */
const RESPONSE_CODES: Readonly<Record<AskedAlgorithm['kind'], number>> = {
  type: 0x08a,
  hash: 0x083,
  symmetric: 0x096,
  mode: 0x089,
  scheme: 0x092,
};
/** TPM_RC_VALUE: a key size that is not there (Part 2, 11.1.3). */
const VALUE = 0x084;

const refusalOf = (profile: TpmProfile, asked: AskedAlgorithm): number | null => {
  const lacks = asked.algorithm !== ALG.null && !profile.algorithms.has(asked.algorithm);
  if (lacks) return RESPONSE_CODES[asked.kind] | ofParameter(asked.parameter);
  const wrongSize =
    asked.algorithm === ALG.aes &&
    asked.keyBits !== undefined &&
    !profile.aesKeyBits.has(asked.keyBits);
  return wrongSize ? VALUE | ofParameter(asked.parameter) : null;
};

const malformed = (error: unknown): boolean =>
  error instanceof TiesError && error.code === 'TPM_MALFORMED';

const algorithmRefusal = (profile: TpmProfile, command: Uint8Array): number | null => {
  try {
    for (const asked of algorithmsOf(command)) {
      const refusal = refusalOf(profile, asked);
      if (refusal !== null) return refusal;
    }
  } catch (error) {
    // The TPM itself finds the words for what is malformed.
    if (!malformed(error)) throw error;
  }
  return null;
};

/** The response in the place of the TPM's where the profile lacks what is asked, else null. */
export const refuse = (profile: TpmProfile, command: Uint8Array): Uint8Array | null => {
  if (!profile.commands.has(codeOf(command))) return messageOf(COMMAND_CODE);
  const refusal = algorithmRefusal(profile, command);
  return refusal === null ? null : messageOf(refusal);
};

const GET_CAPABILITY = 0x17a;
const CAP_ALGS = 0;
const CAP_COMMANDS = 2;
/** More than a TPM has of either, so that what it leaves out is left out here. */
const MOST = 254;

interface Query {
  readonly capability: number;
  readonly property: number;
  readonly count: number;
}

const queryOf = (command: Uint8Array): Query | null => {
  if (codeOf(command) !== GET_CAPABILITY || tagOf(command) !== NO_SESSIONS) return null;
  const from = new Unmarshaller(bodyOf(command));
  const query = { capability: from.uint32(), property: from.uint32(), count: from.uint32() };
  return query.capability === CAP_ALGS || query.capability === CAP_COMMANDS ? query : null;
};

/** The command to send instead: a list is asked for whole, then filtered and cut to what was asked. */
export const widen = (command: Uint8Array): Uint8Array => {
  const query = queryOf(command);
  if (!query) return command;
  const { capability, property } = query;
  const parameters = concat(uint32(capability), uint32(property), uint32(MOST));
  return messageOf(GET_CAPABILITY, parameters);
};

/** TPMS_ALG_PROPERTY is 6 bytes from its TPM_ALG_ID, TPMA_CC 4 with the index in its low half. */
const entriesOf = (query: Query, from: Unmarshaller, profile: TpmProfile): Uint8Array[] => {
  const isCommand = query.capability === CAP_COMMANDS;
  const entries = Array.from({ length: from.uint32() }, () => from.bytes(isCommand ? 4 : 6));
  return entries.filter((entry) => {
    const [id] = isCommand ? [entry.slice(2)] : [entry];
    const number = new Unmarshaller(id).uint16();
    return isCommand ? profile.commands.has(number) : profile.algorithms.has(number);
  });
};

/** TPM2_GetCapability's lists of commands and algorithms, without what the profile lacks. */
export const narrow = (
  profile: TpmProfile,
  command: Uint8Array,
  response: Uint8Array,
): Uint8Array => {
  const query = queryOf(command);
  if (!query || codeOf(response) !== SUCCESS) return response;
  const from = new Unmarshaller(bodyOf(response).subarray(5));
  const all = entriesOf(query, from, profile);
  const entries = all.slice(0, query.count);
  const moreData = Uint8Array.of(all.length > entries.length ? 1 : 0);
  const data = [uint32(query.capability), uint32(entries.length), ...entries];
  return messageOf(SUCCESS, concat(moreData, ...data));
};
