import type { Architecture } from '../image/architecture.ts';
import type { Image } from '../image/image.ts';

export interface Sockets {
  /** Of the agent, and of the wires of the header; who listens there is connected to. */
  readonly agent: string;
  readonly header: string;
  /** swtpm's control socket. */
  readonly tpm: string | null;
}

const MEMORY_MIB = 768;

/** An emulator has nobody to guard against, and each indirect call guarded is a long way for it. */
const LIGHT = 'mitigations=off systemd.show_status=0';

/** On a busy host a minute and a half is soon over: without its disk /lab a boot ends in a rescue shell. */
const PATIENT = 'systemd.default_timeout_start_sec=10min systemd.default_device_timeout_sec=10min';

/** What starts the machine; `serial` is where QEMU puts its console. */
export const qemuCommand = (
  { qemu, board, console: device }: Architecture,
  image: Image,
  { sockets, serial }: { readonly sockets: Sockets; readonly serial: string },
): readonly string[] => [
  qemu,
  ...board,
  // KVM is not looked for: within another virtual machine it may hang. One processor: with two, each
  // wakes the other through the host, and a transfer of SPI takes three to seven times as long.
  ...['-accel', 'tcg', '-smp', '1', '-m', `${MEMORY_MIB}`],
  ...['-nodefaults', '-no-reboot', '-display', 'none', '-serial', serial],
  ...['-kernel', image.kernel, '-initrd', image.initialDisk],
  ...['-append', `console=${device} root=/dev/vda rw quiet panic=-1 ${LIGHT} ${PATIENT}`],
  ...disk(image.rootDisk, 'off'),
  ...disk(image.applicationDisk, 'on'),
  ...['-device', 'virtio-serial'],
  ...port('agent', sockets.agent),
  ...port('header', sockets.header),
  ...(sockets.tpm === null ? [] : tpm(sockets.tpm)),
];

/** What the guest has written outlives QEMU's end without being forced to the host's disk. */
const disk = (file: string, readOnly: 'on' | 'off'): string[] => [
  '-drive',
  `file=${file},format=raw,if=virtio,cache=unsafe,readonly=${readOnly}`,
];

const port = (name: string, socket: string): string[] => [
  ...['-chardev', `socket,id=${name},path=${socket}`],
  ...['-device', `virtserialport,chardev=${name},name=${name}`],
];

const tpm = (socket: string): string[] => [
  ...['-chardev', `socket,id=tpm,path=${socket}`],
  ...['-tpmdev', 'emulator,id=tpm0,chardev=tpm', '-device', 'tpm-tis,tpmdev=tpm0'],
];
