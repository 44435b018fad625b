import { CENTER } from '../../../protocol/identity.ts';
import { KEY_LOG_MARK } from '../../../protocol/key-log.ts';

/** Opening bodies by a key log (protocol/key-log.ts), where its file is given. */
export const keyLogLua = `
local ties_message = Proto("ties_message", "TIES message")
ties_message.prefs.key_log = Pref.string("Key log file", "",
  "Written by ties demo --key-log or ties run --key-log: with it bodies are shown")
-- By purpose and direction.
local traffic_keys, opened = nil, {}

local function forget_keys()
  traffic_keys, opened = nil, {}
end
function ties_message.prefs_changed() forget_keys() end

local function read_keys()
  local keys = {}
  local file = ties_message.prefs.key_log ~= "" and io.open(ties_message.prefs.key_log) or nil
  if file == nil then return keys end
  for line in file:lines() do
    local purpose, src, dst, epoch, hex =
      line:match("^${KEY_LOG_MARK} (%a+) (%d+) (%d+) (%d+) (%x+)$")
    if hex and #hex == 64 then
      local direction = purpose .. " " .. src .. " " .. dst
      keys[direction] = keys[direction] or {}
      table.insert(keys[direction], {
        epoch = tonumber(epoch),
        key = hex:gsub("%x%x", function(byte) return string.char(tonumber(byte, 16)) end),
      })
    end
  end
  file:close()
  return keys
end

local function try_keys(row, message)
  -- A ticket is the center's, whoever carries it.
  local src = row.purpose == "ticket" and ${CENTER} or message.src
  for _, known in ipairs(traffic_keys[row.purpose .. " " .. src .. " " .. message.dst] or {}) do
    local nonce = string.char(row.id) .. uint(src, 2) .. uint(message.dst, 2)
      .. uint(known.epoch, 4) .. uint(message.counter, 4)
    local associated = message.open .. uint(src, 2) .. uint(message.dst, 2)
    local body, holds = ccm_open(known.key, nonce, associated, message.sealed, message.tag)
    if holds then return { body = body, how = "the tag holds" } end
    if row.is_bound and body:byte(1) == 0x90 + #row.body then
      return { body = body, how = "tag not checked, as it covers another message too" }
    end
  end
  return false
end

-- The body of a message and how sure that is; nil where no key opens it.
local function open_message(row, message)
  traffic_keys = traffic_keys or read_keys()
  if next(traffic_keys) == nil then return nil end
  local id = message.number
  if opened[id] == nil then opened[id] = try_keys(row, message) end
  return opened[id] or nil
end
`;
