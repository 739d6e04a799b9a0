// The shards of `find/`: where the line of a reference is said to stand (ledger-spec.md, section 10).

import { type Bytes, Malformed, fromReference, hex, match, text } from "./bytes.ts";

export interface Hint {
  entry: number;
  line: number;
  /** Where the entry's bytes begin in its bundle, and how many there are. */
  offset: number;
  length: number;
}

/** A line of a shard. The first of a reference names its line; those after it, what undid that. */
export type Hinted = Hint & { ref: string; file: string };

/** A shard averages less than 50 kB; a hostile one is not read further. */
export const MAX_SHARD = 4_000_000;

/** Says how many digits name an old shard. */
export const DIGITS = "find/digits";

export function readDigits(bytes: Bytes): number {
  const [, digits] = match(/^([1-4])\n$/, text(bytes));
  if (!digits) throw new Malformed();
  return Number(digits);
}

/** The shards that may have a reference, if it begins with these digits: the newest and the old. */
export const newestOf = (begin: string): string => `find/new/${begin[0]}`;
export const oldOf = (begin: string, digits: number): string => `find/${digits}/${begin.slice(0, digits)}`;

export const beginOf = (reference: string): string => hex(fromReference(reference));

const LINE = /^([\w-]{22}) (0|[1-9]\d{0,15}) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,7}) (0|[1-9]\d{0,4})$/;

/** The lines of a shard. Every one is read, so that a page of errors is no «not there». */
export const readShard = (shard: Bytes, file: string): Hinted[] =>
  // What follows the last newline is being written.
  text(shard).split("\n").slice(0, -1).map((line) => {
    const [, ref, ...numbers] = match(LINE, line);
    if (!ref) throw new Malformed();
    const [entry, at, offset, length] = numbers.map(Number);
    return { file, ref, entry, line: at, offset, length };
  });
