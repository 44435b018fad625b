import { once } from 'node:events';
import type { Writable } from 'node:stream';

const BATCH_CHARACTERS = 64 * 1024;

/** Lines on their way to a stream, which may be slow: no more of them wait than it takes. */
export class Output {
  readonly #stream: Writable;
  #lines: string[] = [];
  #characters = 0;
  #mayGoOn = true;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  line(text: string): void {
    this.#lines.push(text);
    this.#characters += text.length;
    if (this.#characters >= BATCH_CHARACTERS) this.#write();
  }

  /** Resolves when the stream takes more. */
  async written(): Promise<void> {
    if (this.#mayGoOn) return;
    await once(this.#stream, 'drain');
    this.#mayGoOn = true;
  }

  async flushed(): Promise<void> {
    this.#write();
    await this.written();
  }

  #write(): void {
    if (this.#lines.length === 0) return;
    this.#mayGoOn = this.#stream.write(`${this.#lines.join('\n')}\n`);
    this.#lines = [];
    this.#characters = 0;
  }
}
