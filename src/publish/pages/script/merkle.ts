// The Merkle tree hash of RFC 6962 §2.1 and its inclusion proofs (RFC 9162 §2.1.3.2).

import { sha256 } from "./hash.ts";
import { type Bytes, concat } from "./bytes.ts";

const half = (n: number): number => Math.floor(n / 2);

/** The most hashes of a proof. */
export const MAX_PROOF = 64;

/** The root of the tree without entries. */
export const EMPTY_ROOT = sha256(new Uint8Array(0));

export const leafHash = (entry: Bytes): Bytes => sha256(concat(Uint8Array.of(0), entry));
export const nodeHash = (left: Bytes, right: Bytes): Bytes => sha256(concat(Uint8Array.of(1), left, right));

/** The root that a proof leads to from leaf `index` of `size`; nothing if it has not its length. */
export function rootFrom(proof: Bytes[], index: number, size: number, leaf: Bytes): Bytes | undefined {
  let [node, last, hash] = [index, size - 1, leaf];
  if (!(index < size)) return undefined;
  for (const sibling of proof) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      // A last node without sibling stands for its parent too.
      while (node % 2 === 0) [node, last] = [half(node), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 ? hash : undefined;
}

/** The hashes of all complete subtrees over `hashes`: row r holds those that cover 2^r of them. */
export function rows(hashes: Bytes[]): Bytes[][] {
  const out = [];
  for (let row = hashes; row.length > 0; ) {
    out.push(row);
    const above = [];
    for (let at = 0; at + 1 < row.length; at += 2) above.push(nodeHash(row[at], row[at + 1]));
    row = above;
  }
  return out;
}

/** The complete subtrees that the first `size` leaves consist of, the largest first. */
export function parts(size: number): { level: number; index: number }[] {
  const out = [];
  let done = 0;
  for (let level = 52; level >= 0; level--) {
    const width = 2 ** level;
    if (size - done < width) continue;
    out.push({ level, index: done / width });
    done += width;
  }
  return out;
}

/** The root over such subtrees, given their hashes in the same order. */
export const join = (hashes: Bytes[]): Bytes =>
  hashes.length === 0 ? EMPTY_ROOT : hashes.reduceRight((right, left) => nodeHash(left, right));
