/** Mean seconds in the paper's Table 2: five runs on a Raspberry Pi 3B, SLB 9670 and LoRa. */
export const PAPER = {
  join: { center: 44.7, requester: 44.7, other: 1.12 },
  key: { center: 47.5, requester: 53.7, other: 1.32 },
} as const;
