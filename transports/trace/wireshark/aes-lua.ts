/** AES-256-CCM (FIPS 197, RFC 3610) in Lua, since Wireshark gives its Lua no cipher before 4.2. */
export const aesLua = String.raw`
local bxor = (bit and bit.bxor) or (bit32 and bit32.bxor)
  or load("return function(a, b) return a ~ b end")()

local doubled, sbox = {}, {}
for value = 0, 255 do
  doubled[value] = value < 128 and 2 * value or bxor(2 * value, 0x11b)
end
do
  -- Powers of 3 and of its inverse 0xf6 run through all that is not 0, side by side.
  local power, inverse = 1, 1
  local function times_f6(value)
    local product, shifted = 0, value
    for _, is_set in ipairs({ false, true, true, false, true, true, true, true }) do
      if is_set then product = bxor(product, shifted) end
      shifted = doubled[shifted]
    end
    return product
  end
  for _ = 1, 255 do
    local mixed, turned = inverse, inverse
    for _ = 1, 4 do
      turned = (turned * 2) % 256 + math.floor(turned / 128)
      mixed = bxor(mixed, turned)
    end
    sbox[power] = bxor(mixed, 0x63)
    power, inverse = bxor(power, doubled[power]), times_f6(inverse)
  end
  sbox[0] = 0x63
end

-- The 15 round keys of a key of 32 bytes, as one row of bytes.
local function expand(key)
  local row, round_constant = { key:byte(1, 32) }, 1
  for word = 8, 59 do
    local at = 4 * word
    local last = { row[at - 3], row[at - 2], row[at - 1], row[at] }
    if word % 8 == 0 then
      last = { bxor(sbox[last[2]], round_constant), sbox[last[3]], sbox[last[4]], sbox[last[1]] }
      round_constant = doubled[round_constant]
    elseif word % 8 == 4 then
      for i = 1, 4 do last[i] = sbox[last[i]] end
    end
    for i = 1, 4 do row[at + i] = bxor(row[at - 32 + i], last[i]) end
  end
  return row
end

-- Where ShiftRows takes each byte of a block from.
local shifted_from = { 1, 6, 11, 16, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12 }

local function encrypt(row, block)
  local state = {}
  for i = 1, 16 do state[i] = bxor(block[i], row[i]) end
  for round = 1, 14 do
    local next_state = {}
    for i = 1, 16 do next_state[i] = sbox[state[shifted_from[i]]] end
    if round < 14 then
      for i = 1, 13, 4 do
        local a, b, c, d = next_state[i], next_state[i + 1], next_state[i + 2], next_state[i + 3]
        local all = bxor(bxor(a, b), bxor(c, d))
        next_state[i] = bxor(bxor(a, all), doubled[bxor(a, b)])
        next_state[i + 1] = bxor(bxor(b, all), doubled[bxor(b, c)])
        next_state[i + 2] = bxor(bxor(c, all), doubled[bxor(c, d)])
        next_state[i + 3] = bxor(bxor(d, all), doubled[bxor(d, a)])
      end
    end
    for i = 1, 16 do state[i] = bxor(next_state[i], row[16 * round + i]) end
  end
  return state
end

local function uint(value, width)
  local bytes = {}
  for at = width, 1, -1 do
    bytes[at] = string.char(value % 256)
    value = math.floor(value / 256)
  end
  return table.concat(bytes)
end

local function zero_padded(text)
  return text .. string.rep("\0", (16 - #text % 16) % 16)
end

local function xored(text, stream, from)
  local bytes = {}
  for i = 1, #text do bytes[i] = string.char(bxor(text:byte(i), stream[from + i])) end
  return table.concat(bytes)
end

-- The plaintext under a key, and whether the tag holds with these associated data.
local function ccm_open(key, nonce, associated, sealed, tag)
  local row, stream = expand(key), {}
  for count = 0, math.ceil(#sealed / 16) do
    local block = encrypt(row, { ("\1" .. nonce .. uint(count, 2)):byte(1, 16) })
    for i = 1, 16 do stream[16 * count + i] = block[i] end
  end
  local plain = xored(sealed, stream, 16)
  local flags = 64 + 8 * ((#tag - 2) / 2) + 1
  local covered = string.char(flags) .. nonce .. uint(#plain, 2)
    .. zero_padded(uint(#associated, 2) .. associated) .. zero_padded(plain)
  local mac = {}
  for i = 1, 16 do mac[i] = 0 end
  for at = 1, #covered, 16 do
    for i = 1, 16 do mac[i] = bxor(mac[i], covered:byte(at + i - 1)) end
    mac = encrypt(row, mac)
  end
  for i = 1, #tag do mac[i] = string.char(mac[i]) end
  return plain, xored(table.concat(mac, "", 1, #tag), stream, 0) == tag
end
`;
