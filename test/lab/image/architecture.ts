/** What differs between the two machines that there are. */
export interface Architecture {
  /** As Debian calls it. */
  readonly name: 'amd64' | 'arm64';
  /** As the kernel's Makefile calls it, and the prefix of its compiler; null: this machine's own. */
  readonly cross: { readonly arch: string; readonly prefix: string } | null;
  readonly qemu: string;
  /** QEMU's arguments for processor and board. */
  readonly board: readonly string[];
  readonly console: string;
  /** QEMU's TPM, which Debian's kernel for arm64 has no driver of; there one is in the guest. */
  readonly hasTpm: boolean;
}

export const ARCHITECTURES: { readonly [Name in Architecture['name']]: Architecture } = {
  amd64: {
    name: 'amd64',
    cross: null,
    qemu: 'qemu-system-x86_64',
    // SeaBIOS with a kernel that is not compressed and a TPM spoils the ACPI tables; qboot does not.
    board: ['-machine', 'q35', '-cpu', 'max', '-bios', 'qboot.rom'],
    console: 'ttyS0',
    hasTpm: true,
  },
  arm64: {
    name: 'arm64',
    cross: { arch: 'arm64', prefix: 'aarch64-linux-gnu-' },
    qemu: 'qemu-system-aarch64',
    board: ['-machine', 'virt', '-cpu', 'cortex-a72'],
    console: 'ttyAMA0',
    hasTpm: false,
  },
};
