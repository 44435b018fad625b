/** The Node.js that the package is for: Debian 13's. Natives built with nan fit one ABI. */
export const NODE = { major: 20, least: '20.19', abi: 115 } as const;

/** What one architecture is called, by Debian, by npm and Node.js, and by its compiler. */
export interface Target {
  readonly debian: 'amd64' | 'arm64';
  readonly npm: 'x64' | 'arm64';
  readonly triplet: string;
}

export const TARGETS: readonly Target[] = [
  { debian: 'amd64', npm: 'x64', triplet: 'x86_64-linux-gnu' },
  { debian: 'arm64', npm: 'arm64', triplet: 'aarch64-linux-gnu' },
];
