// A log under one signed checkpoint: its entries, each shown to be under the root before it is read.

import { type Bytes, Malformed, equal, hex } from "./bytes.ts";
import { type Entry, readEntry } from "./entry.ts";
import { type Io, Unchecked, type Wanted } from "./io.ts";
import { leafHash } from "./merkle.ts";
import type { Checkpoint } from "./note.ts";
import { Contradiction, Tiles, isPage, partial, tilePath } from "./tiles.ts";

/** An entry that the log holds at its place. */
export interface Proven {
  entry: Entry;
  leaf: Bytes;
  bytes: Bytes;
  /** The bundle it came from. */
  file: string;
}

/** Where bytes are said to stand in a bundle: those of the entry, or of `entry` before it. */
export interface Place {
  offset: number;
  length: number;
  entry?: number;
}

export const BUNDLE = 256;
/** 256 entries of the longest kind. */
export const MAX_BUNDLE = BUNDLE * 65_537;
/** What is asked for at first of an entry whose length is not known: a founding of twenty officers. */
const FIRST = 4094;

/** Where entry number `place` of a bundle stands in its bytes, if they reach so far. */
function framed(bundle: Bytes, place: number): [from: number, to: number] | undefined {
  for (let at = 0, n = 0; at + 2 <= bundle.length; n++) {
    const end = at + 2 + bundle[at] * 256 + bundle[at + 1];
    if (end > bundle.length) return undefined;
    if (n === place) return [at + 2, end];
    at = end;
  }
  return undefined;
}

/** Reads what may come from a newer version or a broken host: then nothing can be said. */
export function readable<T>(file: string, bytes: Bytes, read: (bytes: Bytes) => T): T {
  try {
    return read(bytes);
  } catch (why) {
    if (why instanceof Malformed) throw new Unchecked(isPage(bytes) ? "html" : "format", file);
    throw why;
  }
}

export class Log {
  readonly tiles: Tiles;
  private readonly known = new Map<number, Promise<Proven>>();

  constructor(readonly point: Checkpoint, private readonly io: Io) {
    this.tiles = new Tiles(point.size, point.root, (path, max) => io(path, { max }));
  }

  /** The entry with this number. `hint`: where its bytes are said to stand in its bundle. */
  entry(number: number, hint?: Place): Promise<Proven> {
    const known = this.known.get(number) || this.fetched(number, hint);
    this.known.set(number, known);
    return known;
  }

  private async fetched(number: number, hint?: Place): Promise<Proven> {
    this.tiles.prefetch(number);
    const guess = hint || (number % BUNDLE === 0 ? { offset: 2, length: FIRST } : undefined);
    const [leaf, guessed] = await Promise.all([this.tiles.node(0, number), guess && this.guessed(number, guess)]);
    if (guessed && equal(leafHash(guessed.bytes), leaf)) return this.read(number, leaf, guessed);
    const place = number % BUNDLE;
    const whole = await this.bundle(number, { max: MAX_BUNDLE, enough: (bytes) => !!framed(bytes, place) });
    const range = framed(whole.bytes, place);
    if (isPage(whole.bytes)) throw new Unchecked("html", whole.file);
    if (!range) throw new Unchecked("cut", whole.file);
    const bytes = whole.bytes.slice(...range);
    const found = leafHash(bytes);
    if (equal(found, leaf)) return this.read(number, leaf, { ...whole, bytes });
    throw new Contradiction(whole.file, hex(found), hex(leaf), { entry: number, bytes });
  }

  /** The bytes at the place of a hint, or behind it. A first entry may be longer than is asked for at first. */
  private async guessed(number: number, { offset, length, entry = number }: Place) {
    const from = Math.max(0, offset - 2);
    const whole = (bytes: Bytes) => framed(bytes, number - entry);
    const ask = (max: number) => this.bundle(number, { max, range: [from, max], enough: (bytes) => !!whole(bytes) });
    let got = await ask(entry < number ? MAX_BUNDLE : length + 2);
    if (!whole(got.bytes) && length === FIRST) got = await ask(65_537);
    const range = whole(got.bytes);
    return range && { file: got.file, bytes: got.bytes.slice(...range) };
  }

  private async bundle(number: number, wanted: Wanted): Promise<{ file: string; bytes: Bytes }> {
    const index = Math.floor(number / BUNDLE);
    const [path, full] = [Math.min(BUNDLE, this.point.size - index * BUNDLE), BUNDLE].map((width) => tilePath("entries", index, width));
    const { bytes, from } = await partial((path) => this.io(path, wanted), path, full, wanted.max);
    return { file: from, bytes };
  }

  /** All entries of a bundle, each shown to be under the root. */
  async bundleOf(index: number): Promise<Proven[]> {
    const first = index * BUNDLE;
    const count = Math.min(BUNDLE, this.point.size - first);
    this.tiles.prefetch(first);
    const { bytes, file } = await this.bundle(first, { max: MAX_BUNDLE });
    if (isPage(bytes)) throw new Unchecked("html", file);
    const out = [];
    for (let place = 0, at = 0; place < count; place++) {
      const range = framed(bytes.subarray(at), 0);
      if (!range) throw new Unchecked("cut", file);
      const own = bytes.slice(at + range[0], at + range[1]);
      const [leaf, found] = [await this.tiles.node(0, first + place), leafHash(own)];
      if (!equal(leaf, found)) throw new Contradiction(file, hex(found), hex(leaf), { entry: first + place, bytes: own });
      out.push(this.read(first + place, leaf, { file, bytes: own }));
      at += range[1];
    }
    return out;
  }

  private read(number: number, leaf: Bytes, { file, bytes }: { file: string; bytes: Bytes }): Proven {
    // The log holds these bytes for certain; if they are no entry, they are of another version.
    const entry = readable(file, bytes, readEntry);
    if (entry.seq !== number) throw new Contradiction(file, `seq ${entry.seq}`, `seq ${number}`, { entry: number, bytes });
    return { entry, leaf, file, bytes };
  }
}
