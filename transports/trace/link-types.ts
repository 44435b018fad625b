export const LINKTYPE_LORATAP = 270;

/** Names of those that are met most (tcpdump.org/linktypes.html). */
const NAMES: Readonly<Record<number, string>> = {
  0: 'NULL',
  1: 'ETHERNET',
  101: 'RAW',
  105: 'IEEE802_11',
  113: 'LINUX_SLL',
  127: 'IEEE802_11_RADIOTAP',
  147: 'USER0',
  187: 'BLUETOOTH_HCI_H4',
  195: 'IEEE802_15_4_WITHFCS',
  220: 'USB_LINUX_MMAPPED',
  228: 'IPV4',
  230: 'IEEE802_15_4_NOFCS',
  251: 'BLUETOOTH_LE_LL',
  [LINKTYPE_LORATAP]: 'LORATAP',
  276: 'LINUX_SLL2',
  283: 'IEEE802_15_4_TAP',
};

/** `ETHERNET (1)`. */
export const linkTypeName = (linkType: number): string =>
  `${NAMES[linkType] ?? 'unnamed'} (${linkType})`;
