// The published tiles (C2SP tlog-tiles). No hash is believed before its tile is shown to be under
// the signed root: the partial tiles against the root, a full one against the tile above it.

import { type Bytes, equal, toBase64 } from "./bytes.ts";
import { Unchecked } from "./io.ts";
import { join, parts, rows } from "./merkle.ts";

/** A file was read whole and contradicts what was signed. */
export class Contradiction extends Error {
  constructor(
    readonly file: string,
    readonly found: string,
    readonly expected: string,
    /** What else proves it: the entry's number, bytes as they came. */
    readonly also: { entry?: number; line?: number; bytes?: Bytes; note?: string } = {},
  ) {
    super(`${file}: ${found} instead of ${expected}`);
  }
}

/** Gives the bytes of a file, of at most so many. */
export type Fetch = (path: string, max: number) => Promise<Bytes>;

const WIDTH = 256;
const HASH = 32;
/** The highest level of a log of at most 2^53 - 1 entries. */
const TOP = 6;

/** The path of a tile: of hashes of a level, or of entries. */
export function tilePath(kind: number | "entries", index: number, width: number): string {
  const groups = [String(index % 1000).padStart(3, "0")];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift("x" + String(rest % 1000).padStart(3, "0"));
  }
  return `tile/${kind}/${groups.join("/")}${width === WIDTH ? "" : `.p/${width}`}`;
}

/** Whether the bytes are a page for people, sent where a file was asked for. It may begin with a byte order mark. */
export const isPage = (bytes: Bytes): boolean =>
  /^(\xef\xbb\xbf)?\s*<(!--|!doctype|\?xml|html|head|meta|script)/i.test(String.fromCharCode(...bytes.subarray(0, 512)));

/** How many hashes of `level` the tree has. */
const rowsAt = (size: number, level: number): number => Math.floor(size / WIDTH ** level);

export class Tiles {
  private readonly raw = new Map<string, Promise<Bytes[]>>();
  private readonly trees = new Map<string, Promise<Bytes[][]>>();
  private edges?: Promise<Bytes[][][]>;

  constructor(readonly size: number, readonly root: Bytes, private readonly fetch: Fetch) {}

  /** Asks for all tiles that lead to entry `index`, at once; they are checked when they are read. */
  prefetch(index: number): void {
    this.edge().catch(() => undefined);
    for (let level = 0, tile = index; level <= TOP; level++) {
      tile = Math.floor(tile / WIDTH);
      if (tile < Math.floor(rowsAt(this.size, level) / WIDTH)) this.read(level, tile, WIDTH).catch(() => undefined);
    }
  }

  /** The hash of the complete subtree number `index` over 2^`level` entries. */
  async node(level: number, index: number): Promise<Bytes> {
    const [up, row] = [Math.floor(level / 8), level % 8];
    const tile = Math.floor(index / 2 ** (8 - row));
    return (await this.tree(up, tile))[row][index - tile * 2 ** (8 - row)];
  }

  /** The root that the log had with its first `size` entries. */
  async rootAt(size: number): Promise<Bytes> {
    return join(await Promise.all(parts(size).map(({ level, index }) => this.node(level, index))));
  }

  /** The rows over a tile's hashes, once the tile is known to be under the root. */
  private async tree(level: number, tile: number): Promise<Bytes[][]> {
    const edge = await this.edge();
    if (tile >= Math.floor(rowsAt(this.size, level) / WIDTH)) return edge[level];
    const path = tilePath(level, tile, WIDTH);
    const known = this.trees.get(path) || this.full(level, tile, path);
    this.trees.set(path, known);
    return known;
  }

  private async full(level: number, tile: number, path: string): Promise<Bytes[][]> {
    const [hashes, expected] = await Promise.all([this.read(level, tile, WIDTH), this.node(8 * (level + 1), tile)]);
    const tree = rows(hashes);
    if (!equal(tree[8][0], expected)) throw new Contradiction(path, toBase64(tree[8][0]), toBase64(expected));
    return tree;
  }

  /** The rows over the last, partial tiles of all levels, checked against the root together. */
  private edge(): Promise<Bytes[][][]> {
    return (this.edges = this.edges || (async () => {
      const levels = Array.from({ length: TOP + 1 }, (_, level) => level);
      const edge = await Promise.all(levels.map(async (level) => {
        const [all, width] = [rowsAt(this.size, level), rowsAt(this.size, level) % WIDTH];
        return width === 0 ? [] : rows(await this.read(level, Math.floor(all / WIDTH), width));
      }));
      const hashes = parts(this.size).map(({ level, index }) => {
        const row = edge[Math.floor(level / 8)][level % 8];
        return row[index % 2 ** (8 - (level % 8))];
      });
      const computed = join(hashes);
      if (!equal(computed, this.root)) {
        const files = levels.filter((level) => edge[level].length > 0);
        const path = (level: number) => tilePath(level, Math.floor(rowsAt(this.size, level) / WIDTH), rowsAt(this.size, level) % WIDTH);
        throw new Contradiction(files.map(path).join(" "), toBase64(computed), toBase64(this.root));
      }
      return edge;
    })());
  }

  /** The hashes of a tile as they came. */
  private read(level: number, tile: number, width: number): Promise<Bytes[]> {
    const path = tilePath(level, tile, width);
    const known = this.raw.get(path) || this.fetched(path, tilePath(level, tile, WIDTH), width);
    this.raw.set(path, known);
    return known;
  }

  private async fetched(path: string, full: string, width: number): Promise<Bytes[]> {
    const { bytes, from } = await partial(this.fetch, path, full, WIDTH * HASH);
    const expected = from === full ? WIDTH * HASH : width * HASH;
    if (bytes.length !== expected) throw new Unchecked(isPage(bytes) ? "html" : "cut", from);
    if (isPage(bytes)) throw new Unchecked("html", from);
    return Array.from({ length: width }, (_, at) => bytes.subarray(HASH * at, HASH * (at + 1)));
  }
}

/** A partial tile, or the full one in its place once the partial one is gone. */
export async function partial(fetch: Fetch, path: string, full: string, max: number): Promise<{ bytes: Bytes; from: string }> {
  try {
    return { bytes: await fetch(path, max), from: path };
  } catch (why) {
    if (path === full || !(why instanceof Unchecked) || why.reason !== "missing") throw why;
    return { bytes: await fetch(full, max), from: full };
  }
}
