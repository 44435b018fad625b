/**
 * The link's frames (transports/lora/frame.ts) and what they make together: Lua for Wireshark 3.6
 * to 4.x, whose Lua is 5.2 or 5.4. What it calls stands before it in one file (dissector.ts).
 */
export const linkLua = `
local ties = Proto("ties", "TIES")
local fields = {
  kind = ProtoField.string("ties.link.type", "Frame"),
  margin = ProtoField.uint8("ties.link.margin", "SNR margin"),
  net = ProtoField.uint8("ties.link.net", "Network", base.HEX),
  dst = ProtoField.uint16("ties.link.dst", "Destination"),
  src = ProtoField.uint16("ties.link.src", "Source"),
  seq = ProtoField.uint8("ties.link.seq", "Number"),
  fragment = ProtoField.uint8("ties.link.fragment", "Fragment"),
  last = ProtoField.uint8("ties.link.last", "Last fragment"),
  ack_wanted = ProtoField.bool("ties.link.ack_wanted", "Acknowledgement wanted"),
  again = ProtoField.bool("ties.link.again", "Sent again"),
  acked_seq = ProtoField.uint8("ties.link.acked.seq", "Acknowledged number"),
  acked = ProtoField.uint16("ties.link.acked.bitmap", "Fragments received", base.HEX),
  digest = ProtoField.uint16("ties.link.digest", "Digest of the message", base.HEX),
  step = ProtoField.uint8("ties.link.step", "Rate step"),
  frames = ProtoField.uint8("ties.link.frames", "Frames that follow"),
  frame_bytes = ProtoField.uint8("ties.link.frame_bytes", "Longest of them"),
  whole_in = ProtoField.framenum("ties.link.whole_in", "Whole in frame"),
}

-- A number comes round; after such a silence it is another message.
local QUIET_S = 30
-- Messages by who sent them under which number, and what the first pass found, by frame.
local latest, found = {}, {}

local function route_key(net, src, seq)
  return net * 0x1000000 + src * 256 + seq
end

-- Take a fragment in, on the first pass: what is known of its message from then on.
local function note_fragment(frame, now)
  local key = route_key(frame.net, frame.src, frame.seq)
  local message = latest[key]
  local seen = message and message.parts[frame.index]
  if message == nil or message.dst ~= frame.dst or message.last ~= frame.last
    or now - message.at > QUIET_S or (seen and seen ~= frame.payload) then
    message = { dst = frame.dst, last = frame.last, parts = {}, count = 0 }
    latest[key] = message
    seen = nil
  end
  message.at = now
  local note = { message = message, again = seen ~= nil }
  if seen == nil then
    message.parts[frame.index] = frame.payload
    message.count = message.count + 1
    if frame.index == 0 then message.name = message_name(frame.payload) end
    if message.count == message.last + 1 then
      message.whole_in = frame.number
      note.whole = table.concat(message.parts, "", 0, message.last)
    end
  end
  return note
end

local function route(tree, tvb)
  tree:add(fields.net, tvb(1, 1))
  local dst, src = tvb(2, 2):uint(), tvb(4, 2):uint()
  tree:add(fields.dst, tvb(2, 2)):append_text(" (" .. address_name(dst) .. ")")
  tree:add(fields.src, tvb(4, 2)):append_text(" (" .. address_name(src) .. ")")
  tree:add(fields.seq, tvb(6, 1))
  return tvb(1, 1):uint(), src, dst, tvb(6, 1):uint()
end

local function columns(pinfo, src, dst, info)
  if src then pinfo.cols.src = address_name(src) end
  pinfo.cols.dst = address_name(dst)
  pinfo.cols.info = info
end

local function show_fragment(tvb, pinfo, tree, flags)
  local carries = flags.piggyback
  local header = LINK.header_bytes + (carries and LINK.piggyback_bytes or 0)
  if tvb:len() < header then return 0 end
  local net, src, dst, seq = route(tree, tvb)
  local index, last = math.floor(tvb(7, 1):uint() / 16), tvb(7, 1):uint() % 16
  tree:add(fields.fragment, tvb(7, 1), index)
  tree:add(fields.last, tvb(7, 1), last)
  tree:add(fields.ack_wanted, tvb(0, 1), flags.ack_wanted)
  if carries then
    tree:add(fields.acked_seq, tvb(8, 1))
    tree:add(fields.acked, tvb(9, 2))
  end
  local payload = tvb:len() > header and tvb(header) or nil
  local what = flags.parity and "parity" or "fragment"
  if flags.parity then
    columns(pinfo, src, dst, string.format("%s %d", what, index))
    return tvb:len()
  end
  if not pinfo.visited then
    found[pinfo.number] = note_fragment({
      net = net, src = src, dst = dst, seq = seq, index = index, last = last,
      payload = payload and payload:raw() or "", number = pinfo.number,
    }, pinfo.rel_ts)
  end
  local note = found[pinfo.number]
  local name = note.message.name or "?"
  local part = last > 0 and string.format(", %s %d of %d", what, index + 1, last + 1) or ""
  local again = note.again and ", again" or ""
  tree:add(fields.again, tvb(0, 1), note.again):set_generated()
  columns(pinfo, src, dst, name .. part .. again)
  if last == 0 then
    if payload then show_message(payload, pinfo, tree, src, dst) end
  elseif note.whole then
    local bytes = ByteArray.new(note.whole, true):tvb("TIES message")
    show_message(bytes(), pinfo, tree, src, dst)
  else
    if note.message.whole_in then
      tree:add(fields.whole_in, note.message.whole_in):set_generated()
    end
    if index == 0 and payload then show_message_name(payload, tree) end
  end
  return tvb:len()
end

local function show_ack(tvb, pinfo, tree, margin)
  if tvb:len() ~= LINK.ack_bytes and tvb:len() ~= LINK.ack_bytes + 1 then return 0 end
  tree:add(fields.margin, tvb(0, 1), margin)
  tree:add(fields.net, tvb(1, 1))
  local dst, seq = tvb(2, 2):uint(), tvb(4, 1):uint()
  tree:add(fields.dst, tvb(2, 2)):append_text(" (" .. address_name(dst) .. ")")
  tree:add(fields.acked_seq, tvb(4, 1))
  tree:add(fields.acked, tvb(5))
  if not pinfo.visited then
    found[pinfo.number] = latest[route_key(tvb(1, 1):uint(), dst, seq)] or {}
  end
  local name = found[pinfo.number].name or ("number " .. seq)
  columns(pinfo, nil, dst, "link ack of " .. name)
  return tvb:len()
end

local function show_ack_request(tvb, pinfo, tree)
  if tvb:len() ~= LINK.ack_request_bytes then return 0 end
  local _, src, dst, seq = route(tree, tvb)
  tree:add(fields.last, tvb(7, 1))
  tree:add(fields.digest, tvb(8, 2))
  columns(pinfo, src, dst, "what is there of number " .. seq .. "?")
  return tvb:len()
end

local function show_announce(tvb, pinfo, tree, step)
  if tvb:len() ~= LINK.announce_bytes or step == 0 then return 0 end
  local _, src, dst = route(tree, tvb)
  local frames = math.floor(tvb(7, 1):uint() / 16) + 1
  tree:add(fields.step, tvb(0, 1), step)
  tree:add(fields.frames, tvb(7, 1), frames)
  tree:add(fields.frame_bytes, tvb(8, 1))
  columns(pinfo, src, dst, string.format("%d frames follow at rate step %d", frames, step))
  return tvb:len()
end

local function show_frame(tvb, pinfo, tree)
  local lead = tvb(0, 1):uint()
  local low, kind = lead % 8, math.floor(lead / 8) % 8
  local name = LINK.types[kind]
  if math.floor(lead / 64) ~= LINK.version or name == nil then return 0 end
  tree:add(fields.kind, tvb(0, 1), name)
  if name == "data" then
    local function has(flag) return math.floor(low / flag) % 2 == 1 end
    return show_fragment(tvb, pinfo, tree, {
      ack_wanted = has(LINK.ack_wanted), parity = has(LINK.parity), piggyback = has(LINK.piggyback),
    })
  end
  if name == "ack" then return show_ack(tvb, pinfo, tree, low) end
  if name == "ackRequest" then return show_ack_request(tvb, pinfo, tree) end
  return show_announce(tvb, pinfo, tree, low)
end

function ties.init()
  latest, found = {}, {}
  forget_keys()
end

function ties.dissector(tvb, pinfo, tree)
  if tvb:len() == 0 then return 0 end
  local subtree = tree:add(ties, tvb())
  local taken = show_frame(tvb, pinfo, subtree)
  if taken == 0 then
    pinfo.cols.info = "not of TIES"
    return Dissector.get("data"):call(tvb, pinfo, tree)
  end
  pinfo.cols.protocol = "TIES"
  return taken
end

ties.fields = all_fields(fields)
DissectorTable.get("loratap.syncword"):add(LINK.sync_word, ties)
`;
