/**
 * CRC-16/IBM-3740, known as CRC-16/CCITT-FALSE (polynomial 0x1021, from 0xffff), bytewise and
 * without a table. It tells messages apart that came by chance under one sequence number; who
 * wants to can make two that agree.
 */
export const digest = (message: Uint8Array): number => {
  let crc = 0xffff;
  for (const byte of message) {
    crc = ((crc >> 8) | (crc << 8)) & 0xffff;
    crc ^= byte;
    crc ^= (crc & 0xff) >> 4;
    crc ^= (crc << 12) & 0xffff;
    crc ^= (crc & 0xff) << 5;
  }
  return crc;
};
