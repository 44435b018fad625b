import { TiesError } from '../../protocol/errors.ts';

/** Bytes of a page, whatever the kernel's: a card may move from a Pi 5 (16 kB pages) to a Pi 4. */
export const PAGE_BYTES = 4096;

/** What lmdb.h and mdb.c of lmdb-js 3.5 call the same. */
const HEADER_BYTES = 24;
const NODE_BYTES = 8;
const P_BRANCH = 0x01;
const P_LEAF = 0x02;
const P_OVERFLOW = 0x04;
const P_META = 0x08;
const F_BIGDATA = 0x01;
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
/** MDB_INTEGERKEY, and of the environment MDB_NOSUBDIR. */
const FREE_FLAGS = 0x4008;
const NO_PAGE = -1n;
const MAX_MAP_BYTES = 2n ** 40n;

type Entry = readonly [key: Buffer, value: Buffer];
type Compare = (a: Buffer, b: Buffer) => number;

/** MDB_db: where a tree begins, and what it should count to. */
interface Tree {
  readonly depth: number;
  readonly branches: bigint;
  readonly leaves: bigint;
  readonly overflows: bigint;
  readonly entries: bigint;
  readonly root: bigint;
}

/** MDB_meta, of which there are two: the newer holds. */
interface Meta {
  readonly free: Tree;
  readonly main: Tree;
  readonly lastPage: number;
  readonly transaction: bigint;
}

/**
 * The entries of an lmdb data file, in order of their keys, read without mapping it and checked
 * in all that lmdb takes for granted: it has no checksums, and dies of SIGBUS or SIGSEGV on a
 * file that was cut off or altered. Throws `STORE_CORRUPT` for such a one.
 */
export const readLmdbFile = (file: Buffer): readonly Entry[] => {
  const metas = [readMeta(file, 0), readMeta(file, 1)] as const;
  const turn = metas[0].transaction >= metas[1].transaction ? 0 : 1;
  const newer = metas[turn];
  const older = metas[turn === 0 ? 1 : 0];
  // Transactions take turns between the heads. All that a changed number can still do is to undo
  // the last one, as a crash amid it does; that a store is older is told by the TPM's floors.
  const follows = newer.transaction - older.transaction === 1n;
  ensure(follows && newer.transaction % 2n === BigInt(turn), 'its two heads do not follow');
  const pages = new Pages(file, newer);
  const main = new TreeReader(pages, Buffer.compare).read(newer.main);
  const free = new TreeReader(pages, byTransaction).read(newer.free);
  for (const [key, list] of free) pages.claimFree(key, list);
  return main;
};

const damaged = (what: string): TiesError =>
  new TiesError('STORE_CORRUPT', `The store's file is damaged: ${what}.`);

function ensure(holds: boolean, what: string): asserts holds {
  if (!holds) throw damaged(what);
}

function readMeta(file: Buffer, index: 0 | 1): Meta {
  ensure(file.length >= 2 * PAGE_BYTES, `it has ${file.length} bytes, too few for any store`);
  const head = file.subarray(index * PAGE_BYTES, (index + 1) * PAGE_BYTES);
  const at = head.subarray(HEADER_BYTES);
  const isMeta =
    head.readUInt16LE(18) === P_META &&
    at.readUInt32LE(0) === MAGIC &&
    at.readUInt32LE(4) === DATA_VERSION &&
    at.readBigUInt64LE(8) === 0n &&
    at.readBigUInt64LE(16) <= MAX_MAP_BYTES &&
    at.readUInt32LE(24) === PAGE_BYTES &&
    at.readUInt16LE(28) === FREE_FLAGS &&
    at.readUInt32LE(72) === 0 &&
    at.readUInt16LE(76) === 0;
  ensure(isMeta, `head ${index} is none of lmdb's`);
  const lastPage = at.readBigUInt64LE(120);
  ensure(lastPage < MAX_MAP_BYTES, `head ${index} counts too many pages`);
  return {
    free: readTree(at.subarray(24)),
    main: readTree(at.subarray(72)),
    lastPage: Number(lastPage),
    transaction: at.readBigUInt64LE(128),
  };
}

const readTree = (at: Buffer): Tree => ({
  depth: at.readUInt16LE(6),
  branches: at.readBigUInt64LE(8),
  leaves: at.readBigUInt64LE(16),
  overflows: at.readBigUInt64LE(24),
  entries: at.readBigUInt64LE(32),
  root: at.readBigInt64LE(40),
});

/** The pages of a file, each of which belongs to one place only. */
class Pages {
  readonly #file: Buffer;
  readonly #meta: Meta;
  readonly #claimed = new Set<number>([0, 1]);

  constructor(file: Buffer, meta: Meta) {
    this.#file = file;
    this.#meta = meta;
  }

  /** `count` pages from `number` on, whose header says that they are of this kind. */
  take(number: bigint, flags: number, count = 1): Buffer {
    this.#claim(number, count);
    const start = Number(number) * PAGE_BYTES;
    ensure(start + count * PAGE_BYTES <= this.#file.length, 'it was cut off');
    const page = this.#file.subarray(start, start + count * PAGE_BYTES);
    const isWhole =
      page.readBigUInt64LE(0) === number &&
      page.readBigUInt64LE(8) <= this.#meta.transaction &&
      page.readUInt16LE(16) === 0 &&
      page.readUInt16LE(18) === flags;
    ensure(isWhole, `page ${number} is not what is expected there`);
    return page;
  }

  /** Pages that a transaction freed: a count, then single numbers, or −n and the first of n. */
  claimFree(key: Buffer, list: Buffer): void {
    const isList = key.length === 8 && list.length >= 8 && list.length % 8 === 0;
    ensure(isList, 'a list of free pages is none');
    ensure(byTransaction(key, transactionKey(this.#meta.transaction)) <= 0, 'free pages to come');
    const words = Array.from({ length: list.length / 8 }, (_, at) => list.readBigInt64LE(at * 8));
    const [count = 0n, ...items] = words;
    ensure(count >= 0n && count <= items.length, 'a list of free pages was cut off');
    for (let at = 0; at < Number(count); at += 1) {
      const item = items[at] as bigint;
      if (item > 0n) this.#claim(item, 1);
      if (item >= 0n) continue;
      at += 1;
      ensure(at < Number(count), 'a list of free pages was cut off');
      this.#claim(items[at] as bigint, Number(-item));
    }
  }

  #claim(first: bigint, count: number): void {
    const { lastPage } = this.#meta;
    const isInside = first >= 2n && count >= 1 && first + BigInt(count) - 1n <= BigInt(lastPage);
    ensure(isInside, `there is no page ${first}`);
    for (let page = Number(first); page < Number(first) + count; page += 1) {
      ensure(!this.#claimed.has(page), `page ${page} is used twice`);
      this.#claimed.add(page);
    }
  }
}

/** Walks a B+ tree and counts what it finds. */
class TreeReader {
  readonly #pages: Pages;
  readonly #compare: Compare;
  readonly #entries: Entry[] = [];
  #branches = 0n;
  #leaves = 0n;
  #overflows = 0n;

  constructor(pages: Pages, compare: Compare) {
    this.#pages = pages;
    this.#compare = compare;
  }

  read(tree: Tree): readonly Entry[] {
    if (tree.root !== NO_PAGE) this.#visit(tree.root, tree.depth, null, null);
    const isComplete =
      this.#branches === tree.branches &&
      this.#leaves === tree.leaves &&
      this.#overflows === tree.overflows &&
      BigInt(this.#entries.length) === tree.entries &&
      (tree.root === NO_PAGE) === (tree.depth === 0);
    ensure(isComplete, 'it does not hold what it counts');
    return this.#entries;
  }

  /** Keys of this subtree are from `from` on and before `to`; null is no bound. */
  #visit(number: bigint, depth: number, from: Buffer | null, to: Buffer | null): void {
    ensure(depth >= 1, 'its tree is too deep');
    const isLeaf = depth === 1;
    const page = this.#pages.take(number, isLeaf ? P_LEAF : P_BRANCH);
    const nodes = nodesOf(page, isLeaf);
    ensure(nodes.length > 0, `page ${number} is empty`);
    const keys = nodes.map((node, at) => (isLeaf || at > 0 ? keyOf(node) : from));
    for (const [at, key] of keys.entries()) {
      const previous = at === 0 ? from : keys[at - 1];
      const order = key === null || previous == null ? 1 : this.#compare(key, previous);
      ensure(at === 0 ? order >= 0 : order > 0, `keys of page ${number} are out of order`);
      ensure(key === null || to === null || this.#compare(key, to) < 0, 'keys are out of place');
    }
    if (isLeaf) {
      this.#leaves += 1n;
      for (const node of nodes) this.#entries.push([keyOf(node), this.#valueOf(node)]);
      return;
    }
    this.#branches += 1n;
    for (const [at, node] of nodes.entries())
      this.#visit(childOf(node), depth - 1, keys[at] ?? null, keys[at + 1] ?? to);
  }

  #valueOf(node: Buffer): Buffer {
    const bytes = node.readUInt32LE(0);
    const data = node.subarray(NODE_BYTES + node.readUInt16LE(6));
    if (node.readUInt16LE(4) !== F_BIGDATA) return data.subarray(0, bytes);
    const count = Math.ceil((HEADER_BYTES + bytes) / PAGE_BYTES);
    ensure(data.readBigUInt64LE(16) === BigInt(count), 'a long value is not as long as it says');
    const pages = this.#pages.take(data.readBigUInt64LE(0), P_OVERFLOW, count);
    ensure(pages.readUInt32LE(20) === count, 'a long value is not as long as it says');
    this.#overflows += BigInt(count);
    return pages.subarray(HEADER_BYTES, HEADER_BYTES + bytes);
  }
}

/** MDB_node: 4 bytes of size (child), 2 of flags (child), 2 of key size, the key, the value. */
const keyOf = (node: Buffer): Buffer =>
  node.subarray(NODE_BYTES, NODE_BYTES + node.readUInt16LE(6));

const childOf = (node: Buffer): bigint =>
  BigInt(node.readUInt32LE(0)) + (BigInt(node.readUInt16LE(4)) << 32n);

/** The nodes of a page, which fill it from `upper` to its end without gap or overlap. */
function nodesOf(page: Buffer, isLeaf: boolean): Buffer[] {
  const body = page.subarray(HEADER_BYTES);
  const lower = page.readUInt16LE(20);
  const upper = page.readUInt16LE(22);
  ensure(lower % 2 === 0 && lower <= upper && upper <= body.length, 'a page has no room');
  const starts = Array.from({ length: lower / 2 }, (_, at) => body.readUInt16LE(at * 2));
  let end = upper;
  const ends = new Map<number, number>();
  for (const start of [...starts].sort((a, b) => a - b)) {
    ensure(start === end && start + NODE_BYTES <= body.length, 'nodes of a page overlap');
    const flags = body.readUInt16LE(start + 4);
    ensure(!isLeaf || flags === 0 || flags === F_BIGDATA, 'a node is of no known kind');
    const value = flags === F_BIGDATA ? 24 : body.readUInt32LE(start);
    end = start + NODE_BYTES + body.readUInt16LE(start + 6) + (isLeaf ? value : 0);
    end += end % 2;
    ensure(end <= body.length, 'a node is longer than its page');
    ends.set(start, end);
  }
  ensure(end === body.length, 'a page has a gap');
  return starts.map((start) => body.subarray(start, ends.get(start)));
}

/** Keys of the list of free pages are integers of the machine. */
const byTransaction: Compare = (a, b) => {
  ensure(a.length === 8 && b.length === 8, 'a list of free pages has no number');
  const [first, second] = [a.readBigUInt64LE(0), b.readBigUInt64LE(0)];
  return first < second ? -1 : first > second ? 1 : 0;
};

const transactionKey = (transaction: bigint): Buffer => {
  const key = Buffer.alloc(8);
  key.writeBigUInt64LE(transaction);
  return key;
};
