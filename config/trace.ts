import { z } from 'zod';
import { absolutePath, whole } from './values.ts';

export const traceSchema = z
  .strictObject({
    directory: absolutePath()
      .default('/var/lib/ties/traces')
      .describe('Where traces are written, as trace-000001.pcapng and so on.'),
    keep: z
      .enum(['all', 'recent'])
      .default('all')
      .describe(
        'all: every frame is written as it ends. recent: the latest stay in memory, and are ' +
          'written when the device or its radio fails, or at ties trace flush.',
      ),
    memoryKb: whole(16, 65_536)
      .default(1024)
      .describe('How much stays in memory, of keep recent; a frame takes some 0.1 to 0.3 kB.'),
    fileMb: whole(1, 1024).default(16).describe('A file of more is ended and another begun.'),
    files: whole(1, 1000).default(8).describe('So many files are kept; the oldest make room.'),
    loratap: z
      .enum(['0', '1'])
      .default('0')
      .describe('Version of the LoRaTap header; 1 adds the coding rate, for tshark from 4.2 on.'),
  })
  .describe('A record of the radio, for ties trace show and Wireshark. Left out, there is none.');
