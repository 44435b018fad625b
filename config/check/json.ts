import { type Fault, type FaultCode, type Path, type Position, pathText } from './fault.ts';

/** A JSON text: what it says, where everything stands in it, and what is wrong with it as a text. */
export interface JsonText {
  /** Null where that cannot be told. */
  readonly root: { readonly value: unknown } | null;
  readonly faults: readonly Fault[];
  /** Of a key or a list's item; of what is around it where it is not there. */
  position(path: Path): Position;
}

/**
 * Reads JSON (RFC 8259) with more patience than `JSON.parse`, which takes the last of two equal
 * keys without a word and gives up at a comment. Keys that stand twice, comments, commas after the
 * last item and a byte order mark are each a fault, and reading goes on.
 */
export const readJson = (text: string): JsonText => {
  const reader = new Reader(text);
  const root = reader.read();
  return { root, faults: reader.faults, position: (path) => reader.position(path) };
};

/** Deeper than any role; a file must not exhaust the stack. */
const MAX_DEPTH = 32;

const BLANK = /[ \t\r\n]*/y;
const COMMENT = /\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\//y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const WORD = /(?:true|false|null)(?!\w)/y;
/** What somebody meant to be a value. */
const TOKEN = /[^\s,:[\]{}"]+/y;

/** Ends the reading; the fault is in the list already. */
class Unreadable extends Error {}

class Reader {
  readonly faults: Fault[] = [];
  readonly #text: string;
  readonly #offsets = new Map<string, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): { value: unknown } | null {
    try {
      if (this.#text.startsWith('\ufeff')) {
        this.#fault('byte-order-mark', {
          reason: 'The file begins with a byte order mark, an invisible character',
          remedy: 'Save it as "UTF-8", not as "UTF-8 with BOM".',
        });
        this.#at = 1;
      }
      this.#skip();
      if (this.#at === this.#text.length)
        this.#stop('The file is empty', 'Begin with one of the examples in config/examples.');
      const value = this.#value([]);
      this.#skip();
      if (this.#at < this.#text.length)
        this.#stop('Something follows after the closing bracket', 'Take it out.');
      return { value };
    } catch (error) {
      if (error instanceof Unreadable) return null;
      throw error;
    }
  }

  position(path: Path): Position {
    for (let length = path.length; length > 0; length -= 1) {
      const offset = this.#offsets.get(keyOf(path.slice(0, length)));
      if (offset !== undefined) return this.#positionAt(offset);
    }
    return { line: 1, column: 1 };
  }

  #value(path: Path): unknown {
    if (path.length > MAX_DEPTH)
      this.#stop('Brackets are nested too deeply', 'A role needs three levels.');
    const next = this.#text[this.#at];
    if (next === '{') return this.#object(path);
    if (next === '[') return this.#array(path);
    if (next === '"') return this.#string();
    const token = this.#match(NUMBER) ?? this.#match(WORD);
    return token === null ? this.#noValue() : JSON.parse(token);
  }

  #object(path: Path): object {
    const entries = new Map<string, unknown>();
    this.#items('}', () => {
      const offset = this.#at;
      if (this.#text[offset] !== '"')
        this.#stop('A key in double quotes is missing here', 'Write "key": value.');
      const key = this.#string();
      const keyPath = [...path, key];
      if (entries.has(key))
        this.#fault(
          'duplicate-key',
          {
            reason: `"${key}" stands here a second time; the first is in line ${this.position(keyPath).line}`,
            remedy: 'Keep one of them: JSON would take the last without a word.',
          },
          { at: offset, path: keyPath },
        );
      this.#offsets.set(keyOf(keyPath), offset);
      this.#skip();
      if (this.#text[this.#at] !== ':')
        this.#stop(`A colon is missing after "${key}"`, 'Write ":".');
      this.#at += 1;
      this.#skip();
      entries.set(key, this.#value(keyPath));
    });
    // As JSON.parse does, it makes even `__proto__` a key like any other.
    return Object.fromEntries(entries);
  }

  #array(path: Path): unknown[] {
    const values: unknown[] = [];
    this.#items(']', () => {
      const itemPath = [...path, values.length];
      this.#offsets.set(keyOf(itemPath), this.#at);
      values.push(this.#value(itemPath));
    });
    return values;
  }

  /** What stands between an opening bracket and its `close`, separated by commas. */
  #items(close: '}' | ']', item: () => void): void {
    const opened = this.#positionAt(this.#at);
    this.#at += 1;
    this.#skip();
    for (let commaAt: number | null = null; ; ) {
      const next = this.#text[this.#at];
      if (next === close) {
        if (commaAt !== null)
          this.#fault(
            'trailing-comma',
            {
              reason: `A comma stands before the closing ${close}`,
              remedy: 'Take it out: this is plain JSON.',
            },
            { at: commaAt },
          );
        this.#at += 1;
        return;
      }
      if (next === undefined)
        this.#stop(
          `The file ends before the ${close} of the bracket opened in line ${opened.line}`,
          'Close it, or look for what was cut off.',
        );
      item();
      this.#skip();
      if (this.#text[this.#at] === ',') {
        commaAt = this.#at;
        this.#at += 1;
        this.#skip();
      } else {
        commaAt = null;
        const after = this.#text[this.#at];
        if (after !== close && after !== undefined)
          this.#stop(`A comma or ${close} is missing here`, `Write "," or "${close}" before it.`);
      }
    }
  }

  #string(): string {
    let end = this.#at + 1;
    while (end < this.#text.length && this.#text[end] !== '"' && this.#text[end] !== '\n')
      end += this.#text[end] === '\\' ? 2 : 1;
    if (this.#text[end] !== '"')
      this.#stop('Text begins here and is not closed in its line', 'Close it with a double quote.');
    const token = this.#text.slice(this.#at, end + 1);
    try {
      const value = JSON.parse(token) as string;
      this.#at = end + 1;
      return value;
    } catch {
      return this.#stop(
        'The text holds a lone backslash or a control character',
        'Write a backslash as \\\\, and a tab as \\t.',
      );
    }
  }

  #noValue(): never {
    const token = this.#match(TOKEN);
    if (token === null)
      return this.#stop('A value is missing here', 'Write one, or take out the key.');
    this.#at -= token.length;
    if (/^-?0x[\da-f]+$/i.test(token))
      return this.#stop(`${token}: JSON has no hexadecimal numbers`, `Write "${token}" in quotes.`);
    const quoted = token.replace(/^['`]|['`]$/g, '');
    return this.#stop(`${token} is no JSON value`, `Text stands in double quotes: "${quoted}".`);
  }

  /** Blanks and, as faults, comments. */
  #skip(): void {
    for (this.#match(BLANK); ; this.#match(BLANK)) {
      const at = this.#at;
      if (this.#match(COMMENT) === null) return;
      this.#fault(
        'comment',
        { reason: 'This is a comment', remedy: 'Take it out: this is plain JSON, which has none.' },
        { at },
      );
    }
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const token = pattern.exec(this.#text)?.[0] ?? null;
    this.#at += token?.length ?? 0;
    return token;
  }

  #stop(reason: string, remedy: string): never {
    this.#fault('syntax', { reason, remedy });
    throw new Unreadable();
  }

  #fault(
    code: FaultCode,
    text: Pick<Fault, 'reason' | 'remedy'>,
    { at = this.#at, path = [] }: { at?: number; path?: Path } = {},
  ): void {
    this.faults.push({ code, path: pathText(path), position: this.#positionAt(at), ...text });
  }

  #positionAt(offset: number): Position {
    const before = this.#text.slice(0, offset);
    return {
      line: before.split('\n').length,
      column: offset - before.lastIndexOf('\n'),
    };
  }
}

const keyOf = (path: Path): string => JSON.stringify(path);
