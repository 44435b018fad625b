/** All that the doctor sees of a machine. */
export interface Host {
  /** A file's text, or null where there is none or it may not be read. */
  read(path: string): string | null;
  /** Names in a folder; none where there is no folder. */
  list(path: string): readonly string[];
  /** Whether this user may read and write it; `missing` where it is not there. */
  access(path: string): 'allowed' | 'denied' | 'missing';
  /** Whether this user may write it, though not read it. */
  isWritable(path: string): boolean;
  /** Bytes free on the file system of the nearest folder that exists, or null where none tells. */
  freeBytes(path: string): number | null;
  /** Whether an npm package loads; a build for another Node stands in its folder all the same. */
  loads(npmPackage: string): boolean;
  /** Load tpm2-tss; throws `LIBRARY_MISSING`, which says how to have it. */
  loadTss(): void;
  /** Whether a program is in PATH. */
  finds(program: string): boolean;
  readonly groups: readonly string[];
  readonly nodeVersion: string;
  /** The chips behind the devices; they reject with what their drivers do. */
  readonly chips: {
    tpm(device: string): Promise<TpmIdentity>;
    /** RegVersion of an SX127x. */
    radioVersion(spi: string): Promise<number>;
    /** Throws for what is no BME280. */
    sensor(place: { bus: number; address: number }): Promise<void>;
  };
}

/** What a TPM says of itself. */
export interface TpmIdentity {
  /** Such as `IFX`. */
  readonly manufacturer: string;
  readonly firmware: { readonly major: number; readonly minor: number };
  /** Commands that TIES needs and it does not have. */
  readonly missing: readonly string[];
}

/** What it calls itself, or null of another machine. */
export const raspberryPi = (host: Host): string | null => {
  const text = host.read('/proc/device-tree/model')?.replaceAll('\0', '').trim();
  return text?.startsWith('Raspberry Pi') ? text : null;
};
