import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { type EsapiTpmOptions, openEsapiTpm } from '../../../../drivers/tpm/esapi/open.ts';
import type { Tpm, TpmOperationName, TpmOperations } from '../../../../drivers/tpm/interface.ts';

const DEVICE = '/dev/tpmrm0';
const opened = new Map<number, Tpm>();
let count = 0;

/** Open the driver on the kernel's resource manager; returns a number for what follows. */
export const open = async (options: Omit<EsapiTpmOptions, 'tcti'>): Promise<number> => {
  const tpm = await openEsapiTpm({ ...options, tcti: `device:${DEVICE}` });
  count += 1;
  opened.set(count, tpm);
  return count;
};

const at = (number: number): Tpm => {
  const tpm = opened.get(number);
  if (tpm === undefined) throw new Error(`There is no TPM ${number}.`);
  return tpm;
};

export const perform = <Name extends TpmOperationName>(
  number: number,
  name: Name,
  input: TpmOperations[Name]['input'],
): Promise<TpmOperations[Name]['output']> => at(number).perform(name, input);

export const handles = (number: number): ReturnType<Tpm['handles']> => at(number).handles();

export const close = (number: number): Promise<void> => at(number).close();

const LONGEST_RESPONSE = 4096;

/**
 * Commands, each list on a descriptor of its own, all open until the end: the responses, or the
 * errno of one that the kernel did not pass on.
 */
export const exchange = (lists: readonly (readonly Uint8Array[])[]): (Uint8Array | string)[][] => {
  const descriptors = lists.map(() => openSync(DEVICE, 'r+'));
  try {
    return lists.map((commands, index) =>
      commands.map((command) => exchangeOne(descriptors[index] as number, command)),
    );
  } finally {
    descriptors.forEach(closeSync);
  }
};

const exchangeOne = (fd: number, command: Uint8Array): Uint8Array | string => {
  try {
    writeSync(fd, command);
    const response = Buffer.alloc(LONGEST_RESPONSE);
    return response.subarray(0, readSync(fd, response));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
};
