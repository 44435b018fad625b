import { createRequire } from 'node:module';
import { TiesError } from '../../protocol/errors.ts';
import { headerBase, SYSFS } from './header-chip.ts';
import type { InputLine, OutputLine } from './interface.ts';

type Listener = (error: unknown, level: 0 | 1) => void;

/** What is called of a line of onoff. */
export interface OnoffLine {
  watch(listener: Listener): void;
  unwatch(listener: Listener): void;
  write(level: 0 | 1): Promise<void>;
  unexport(): void;
}

/** What is called of onoff; its own types are away where the package is. */
export interface OnoffModule {
  readonly Gpio: new (line: number, direction: 'in' | 'high', edge?: 'rising') => OnoffLine;
}

export interface OnoffInput {
  /** Number of the line as the Raspberry Pi's documentation counts: BCM4 is 4. */
  readonly bcm: number;
  /** Label of the gpiochip; default the Raspberry Pi's own. */
  readonly chip?: string;
  readonly sysfs?: string;
  load?(): OnoffModule;
}

/** The reset of an SLB 9670 on the header (LetsTrust TPM): low, and the TPM is gone. */
const TPM_RESET_BCM = 24;
/** The header has BCM0 to BCM27. */
const LAST_BCM = 27;

/** Opens a line to listen on. Rejects as `openOutput` does. */
export const openInput = async (input: OnoffInput): Promise<InputLine> => {
  const line = open(input, 'in');
  return {
    onRising: (listener) => {
      const heard: Listener = (error, level) => {
        if (!error && level === 1) listener();
      };
      line.watch(heard);
      return () => line.unwatch(heard);
    },
    close: () => line.unexport(),
  };
};

/**
 * Opens a line, high to begin with. Lines stay exported when a process dies, so one that is
 * already there is taken over.
 *
 * Rejects with `GPIO_RESERVED` for the TPM's reset, `GPIO_MODULE_MISSING`, `GPIO_NO_SYSFS`,
 * `GPIO_NO_HEADER`, `GPIO_NO_PERMISSION`, `GPIO_BUSY` or `GPIO_FAILED`, each saying what to do.
 */
export const openOutput = async (input: OnoffInput): Promise<OutputLine> => {
  const line = open(input, 'high');
  return { write: (level) => line.write(level), close: () => line.unexport() };
};

const open = (
  { bcm, chip, sysfs = SYSFS, load = loadOnoff }: OnoffInput,
  direction: 'in' | 'high',
): OnoffLine => {
  requireFree(bcm);
  const { Gpio } = load();
  const line = headerBase(sysfs, chip === undefined ? undefined : [chip]) + bcm;
  try {
    return direction === 'in' ? new Gpio(line, 'in', 'rising') : new Gpio(line, direction);
  } catch (cause) {
    throw gpioFault(cause, bcm);
  }
};

const requireFree = (bcm: number): void => {
  if (bcm === TPM_RESET_BCM) {
    throw new TiesError(
      'GPIO_RESERVED',
      'BCM24 is the reset of the TPM, so nothing else may be on it: choose another line; on the Dragino HAT, whose DIO2 is wired to it, cut or lift that pin.',
    );
  }
  if (Number.isInteger(bcm) && bcm >= 0 && bcm <= LAST_BCM) return;
  throw new TiesError(
    'GPIO_NO_LINE',
    `The header has no BCM${bcm}: name a line by its BCM number, 0 to ${LAST_BCM}, not by its pin.`,
  );
};

const require = createRequire(import.meta.url);

/** Tried, not looked for: a build for another Node stands in its folder all the same. */
const loadOnoff = (): OnoffModule => {
  try {
    return require('onoff');
  } catch (cause) {
    throw new TiesError(
      'GPIO_MODULE_MISSING',
      'onoff does not load here; install its tools by typing: sudo apt install build-essential ' +
        'python3, and build it for this Node by typing: npm rebuild epoll; where npm left it ' +
        'out, npm ci brings it back; without it take the lines out of the role, and the radio is polled',
      { cause },
    );
  }
};

const gpioFault = (cause: unknown, bcm: number): TiesError => {
  const name = (cause as NodeJS.ErrnoException | null)?.code ?? 'no errno';
  if (name === 'EACCES' || name === 'EPERM') {
    return new TiesError(
      'GPIO_NO_PERMISSION',
      `BCM${bcm} may not be used by this user; type: sudo usermod -aG gpio $USER, and log in anew.`,
      { cause },
    );
  }
  if (name === 'EBUSY') {
    return new TiesError(
      'GPIO_BUSY',
      `BCM${bcm} is held by a driver of the kernel or another program: look for it by typing: sudo cat /sys/kernel/debug/gpio; then free the line, or take another.`,
      { cause },
    );
  }
  return new TiesError(
    'GPIO_FAILED',
    `BCM${bcm} cannot be opened (${name}): look at dmesg; without the line the radio is polled.`,
    { cause },
  );
};
