import { readFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { atMostEvery } from '../actors/at-most-every.ts';
import { AIRBORNE_MS } from '../actors/tap.ts';
import type { MemberRole } from '../config/role.ts';
import type { Clock } from '../drivers/clock/interface.ts';
import type { Random } from '../drivers/random/interface.ts';
import { TiesError } from '../protocol/errors.ts';
import { isLoopback } from '../transports/inspect/access.ts';
import { Hub } from '../transports/inspect/hub.ts';
import type { Page } from '../transports/inspect/page.ts';
import type { Inspector, Listen } from '../transports/inspect/server.ts';
import { tokenOf } from '../transports/inspect/token.ts';
import { watchedLink } from '../transports/inspect/watched-link.ts';
import type { Link } from '../transports/lora/interface.ts';

/** Where the inspector of a device is to be, and by which certificate if by any. */
export interface InspectorPlace {
  readonly listen: Listen;
  readonly tls?: { readonly cert: string; readonly key: string };
}

export interface DeviceInspectorInput {
  readonly role: MemberRole;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** When the clock's 0 was, in nanoseconds since 1970. */
  originNs(): bigint;
  /** Default as it was built. */
  readonly page?: () => Page;
}

/** Of a Pi's memory. */
const KEPT = { maxEvents: 8_000, maxBytes: 4 * 1024 * 1024 } as const;

/** The inspector of one device: it listens to its tap from the start, and is served when asked for. */
export class DeviceInspector {
  readonly #input: DeviceInspectorInput;
  readonly #hub: Hub;
  #served: Inspector | null = null;

  constructor(input: DeviceInspectorInput) {
    const { role, clock } = input;
    const epochMs = Number(input.originNs() / 1_000_000n);
    this.#input = input;
    this.#hub = new Hub({ title: role.name, clock, epochMs, detail: 'watched', ...KEPT });
  }

  feed() {
    return this.#hub.feed(this.#input.role.name);
  }

  watchLink(link: Link): Link {
    const { role, clock } = this.#input;
    return watchedLink({ link, clock, name: role.name, tell: (seen) => this.#hub.tell(seen) });
  }

  /**
   * Where to point a browser at; what is served already stays where it is. Rejects with
   * `INSPECT_…`.
   */
  async open({ listen, tls }: InspectorPlace): Promise<{ readonly url: string }> {
    const { role, clock, random, log } = this.#input;
    const { page, serveInspector } = await this.#server();
    const mayWarn = atMostEvery(clock, AIRBORNE_MS);
    const isOpenToAll = 'host' in listen && !isLoopback(listen.host);
    this.#served ??= await serveInspector({
      ...{ hub: this.#hub, clock, page: page() },
      listen: isOpenToAll ? { ...listen, names: ownNames() } : listen,
      token: isOpenToAll ? tokenOf(join(role.store.directory, 'inspect-token'), random) : null,
      ...(tls !== undefined && { tls: certificate(tls) }),
      tell: ({ type, reason }) => {
        if (mayWarn(`${type} ${reason}`)) log.warn({ reason }, type);
      },
    });
    return { url: this.#served.url };
  }

  /** Loaded when somebody asks: a daemon that nobody inspects does without. */
  async #server() {
    const { serveInspector } = await import('../transports/inspect/server.ts');
    const { builtPage } = await import('../transports/inspect/page.ts');
    return { serveInspector, page: this.#input.page ?? builtPage };
  }

  async close(): Promise<void> {
    await this.#served?.close();
  }
}

/** What people may call this machine by. */
const ownNames = (): string[] => {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const name = hostname().toLowerCase();
  return [name, `${name}.local`, ...addresses.map(({ address }) => address)];
};

const certificate = ({ cert, key }: { readonly cert: string; readonly key: string }) => {
  try {
    return { cert: readFileSync(cert), key: readFileSync(key) };
  } catch (cause) {
    throw new TiesError(
      'INSPECT_CERTIFICATE',
      `The certificate ${cert} and its key ${key} cannot be read: give files in PEM that the daemon's user may read.`,
      { cause },
    );
  }
};
