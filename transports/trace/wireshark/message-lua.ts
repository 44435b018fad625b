/** A message (protocol/packet.ts) by the rows of MESSAGES, which stand before it. */
export const messageLua = `
local message_names = {}
for id, row in pairs(MESSAGES) do message_names[id] = row.name end
local shown = {
  name = ProtoField.string("ties.message", "Message"),
  id = ProtoField.uint8("ties.message.type", "Type", base.DEC, message_names, 0x3f),
  kid = ProtoField.uint8("ties.message.kid", "Key id", base.HEX),
  counter = ProtoField.uint32("ties.message.counter", "Counter"),
  sealed = ProtoField.bytes("ties.message.sealed", "Sealed body"),
  tag = ProtoField.bytes("ties.message.tag", "Tag"),
  signature = ProtoField.bytes("ties.message.signature", "Signature"),
  opened = ProtoField.string("ties.message.opened", "Opened"),
}
local clear_fields = {}
for _, row in pairs(MESSAGES) do
  for _, field in ipairs(row.clear) do
    if clear_fields[field.name] == nil then
      local make = field.kind == "uint" and ProtoField.uint32 or ProtoField.bytes
      clear_fields[field.name] = make("ties.clear." .. field.name, field.name)
    end
  end
end

local function all_fields(...)
  local all = { payload_field }
  for _, group in ipairs({ shown, clear_fields, body_fields, ... }) do
    for _, field in pairs(group) do all[#all + 1] = field end
  end
  return all
end

local function row_of(lead)
  if math.floor(lead / 64) ~= MESSAGE_VERSION then return nil end
  return MESSAGES[lead % 64]
end

local function message_name(payload)
  local row = #payload > 0 and row_of(payload:byte(1)) or nil
  return row and row.name
end

local function show_message_name(range, tree)
  local row = row_of(range(0, 1):uint())
  if row then tree:add(shown.name, range(0, 1), row.name) end
end

-- Offset behind the clear fields, or nil where they do not fit.
local function show_clear(range, tree, row, at, limit)
  for _, field in ipairs(row.clear) do
    local length = field.width
    if length == nil then
      if at + 2 > limit then return nil end
      length = range(at, 2):uint()
      at = at + 2
    end
    if at + length > limit then return nil end
    if length > 0 then tree:add(clear_fields[field.name], range(at, length)) end
    at = at + length
  end
  return at
end

local function show_message(range, pinfo, link_tree, src, dst)
  local row = row_of(range(0, 1):uint())
  if row == nil then return end
  local tree = link_tree:add(ties_message, range)
  local head = 2 + row.counter_bytes
  local body_end = range:len() - row.tag_bytes
  tree:add(shown.name, range(0, 1), row.name)
  tree:add(shown.id, range(0, 1))
  if body_end < head then return end
  tree:add(shown.kid, range(1, 1))
  tree:add(shown.counter, range(2, row.counter_bytes))
  local counter = range(2, row.counter_bytes):uint()
  tree:append_text(string.format(": %s, counter %d", row.name, counter))
  local at = show_clear(range, tree, row, head, body_end)
  if at == nil then return end
  local body = body_end > at and range(at, body_end - at) or nil
  if row.signed then
    if body then show_body(body, tree, row) end
    tree:add(shown.signature, range(body_end))
    return
  end
  if body then tree:add(shown.sealed, body) end
  tree:add(shown.tag, range(body_end))
  local opened = open_message(row, {
    open = range(0, at):raw(), sealed = body and body:raw() or "", tag = range(body_end):raw(),
    src = src, dst = dst, counter = counter, number = pinfo.number,
  })
  if opened == nil then return end
  tree:add(shown.opened, opened.how):set_generated()
  if #opened.body > 0 then
    show_body(ByteArray.new(opened.body, true):tvb("TIES body")(), tree, row)
  end
end
`;
