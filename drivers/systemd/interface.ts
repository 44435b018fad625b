/** The service manager that started this process, if one did. */
export interface ServiceManager {
  /** READY=1: what `Type=notify` waits for. */
  ready(): void;
  /** One line for `systemctl status`. */
  status(text: string): void;
  /** The stop that follows is no failure. */
  stopping(): void;
  /** WATCHDOG=1. */
  alive(): void;
  /** Within this long of the last `alive` the next is due, or the service is killed; null: never. */
  readonly watchdogMs: number | null;
}
