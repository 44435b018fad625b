/**
 * A body by the fields of its row: a msgpack array in their order. Wireshark's own msgpack
 * dissector knows no `bin` before 4.2, and no names.
 */
export const bodyLua = `
local body_fields = {}
for _, row in pairs(MESSAGES) do
  for _, field in ipairs(row.body) do
    body_fields[field.name] = ProtoField.string("ties.body." .. field.name, field.name)
  end
end

local payload_field = ProtoField.bytes("ties.body.payload", "payload")

-- Bytes that stand before the length of what follows it.
local LENGTHS = { [0xc4] = 1, [0xc5] = 2, [0xcc] = 1, [0xcd] = 2, [0xce] = 4, [0xdc] = 2 }

-- What stands at an offset: "array", "bytes" or "uint", its length or value, and where its content begins.
local function read_value(range, at)
  local lead = range(at, 1):uint()
  if lead <= 0x7f then return "uint", lead, at + 1 end
  if lead >= 0x90 and lead <= 0x9f then return "array", lead - 0x90, at + 1 end
  local width = LENGTHS[lead]
  if width == nil then return nil end
  local value = range(at + 1, width):uint()
  local kind = lead <= 0xc5 and "bytes" or lead == 0xdc and "array" or "uint"
  return kind, value, at + 1 + width
end

local show_field

-- A list is flat: its records one after the other.
local function show_list(range, tree, field, at)
  local kind, count, next_at = read_value(range, at)
  if kind ~= "array" then return nil end
  local of = field.of
  for item = 0, count - 1 do
    local part = of[item % #of + 1]
    local as = { name = field.name, before = part.name .. " " }
    next_at = next_at and show_field(range, tree, as, part, next_at)
  end
  return next_at
end

-- Offset behind the field, or nil where it does not fit.
function show_field(range, tree, as, field, at)
  if field.kind == "list" then return show_list(range, tree, field, at) end
  local kind, value, content = read_value(range, at)
  if kind == "uint" then
    local text = field.words and field.words[value + 1] or tostring(value)
    tree:add(body_fields[as.name], range(at, content - at), as.before .. text)
    return content
  end
  if kind ~= "bytes" then return nil end
  local text = value > 0 and tostring(range(content, value):bytes()) or "-"
  tree:add(body_fields[as.name], range(at, content + value - at), as.before .. text)
  return content + value
end

local function show_body(range, tree, row)
  if row.raw then
    tree:add(payload_field, range)
    return
  end
  local kind, count, at = read_value(range, 0)
  if kind ~= "array" or count ~= #row.body then return end
  for _, field in ipairs(row.body) do
    at = at and show_field(range, tree, { name = field.name, before = "" }, field, at)
  end
end
`;
