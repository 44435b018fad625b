import type { Field } from '../../../protocol/fields.ts';
import { BROADCAST, CENTER, JOINER_FIRST } from '../../../protocol/identity.ts';
import { presets } from '../../../protocol/lora/presets.ts';
import { MESSAGE_NAMES, type MessageName, specOf } from '../../../protocol/messages.ts';
import { counterBytes, tagBytes, VERSION } from '../../../protocol/packet.ts';
import {
  ACK_REQUEST_BYTES,
  ANNOUNCE_BYTES,
  ackBytes,
  DATA_HEADER_BYTES,
  FRAME_FLAG,
  FRAME_TYPE,
  LINK_VERSION,
  PIGGYBACK_BYTES,
} from '../../lora/frame.ts';
import { aesLua } from './aes-lua.ts';
import { bodyLua } from './body-lua.ts';
import { keyLogLua } from './key-log-lua.ts';
import { linkLua } from './link-lua.ts';
import { messageLua } from './message-lua.ts';

/**
 * ties.lua: what makes Wireshark and tshark show TIES. Its numbers and names come from the code
 * and the message table themselves.
 */
export const dissector = (): string =>
  [
    '-- TIES for Wireshark and tshark, written by: ties trace lua',
    `-- Put it into Wireshark's folder of personal Lua plugins, or: tshark -X lua_script:ties.lua`,
    `local LINK = ${lua(link())}`,
    `local MESSAGE_VERSION = ${VERSION}`,
    `local MESSAGES = {\n${MESSAGE_NAMES.map(row).join('\n')}\n}`,
    ADDRESSES,
    aesLua,
    keyLogLua,
    bodyLua,
    messageLua,
    linkLua,
  ].join('\n');

const link = () => ({
  version: LINK_VERSION,
  types: Object.fromEntries(Object.entries(FRAME_TYPE).map(([name, id]) => [`[${id}]`, name])),
  ack_wanted: FRAME_FLAG.ackWanted,
  parity: FRAME_FLAG.parity,
  piggyback: FRAME_FLAG.piggyback,
  header_bytes: DATA_HEADER_BYTES,
  piggyback_bytes: PIGGYBACK_BYTES,
  ack_bytes: ackBytes(0),
  ack_request_bytes: ACK_REQUEST_BYTES,
  announce_bytes: ANNOUNCE_BYTES,
  sync_word: presets.default.syncWord,
});

const row = (name: MessageName): string => {
  const { id, clear, body, protection, bound } = specOf(name);
  const isSigned = protection.kind === 'signature';
  const fields = Object.entries(clear).map(([field, of]) => clearField(field, of));
  return `  [${id}] = ${lua({
    name,
    id,
    clear: fields,
    counter_bytes: counterBytes(name),
    tag_bytes: tagBytes(name),
    signed: isSigned,
    raw: body === 'raw',
    purpose: isSigned ? '' : protection.purpose,
    is_bound: bound !== undefined,
    body: body === 'raw' ? [] : Object.entries(body).map(([field, of]) => bodyField(field, of)),
  })},`;
};

/** Without a width it carries its own length. */
const clearField = (name: string, field: Field): object => {
  if (field.kind === 'uint') return { name, kind: 'uint', width: field.width };
  const lengths = field.kind === 'bytes' ? field.lengths : [];
  return { name, kind: 'bytes', ...(lengths.length === 1 && { width: lengths[0] }) };
};

const bodyField = (name: string, field: Field): object => {
  const { kind } = field;
  if (field.kind === 'choice') return { name, kind, words: field.words };
  if (field.kind !== 'list') return { name, kind };
  return { name, kind, of: Object.entries(field.of).map(([inner, of]) => bodyField(inner, of)) };
};

/** A Lua table; a key such as `[1]` stands as it is. */
const lua = (value: unknown): string => {
  if (Array.isArray(value)) return `{ ${value.map(lua).join(', ')} }`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, inner]) => `${key} = ${lua(inner)}`);
  return `{ ${fields.join(', ')} }`;
};

const ADDRESSES = `
local function address_name(address)
  if address == ${CENTER} then return "CE" end
  if address == ${BROADCAST} then return "all" end
  if address >= ${JOINER_FIRST} then return "joiner " .. address end
  return tostring(address)
end
`;
