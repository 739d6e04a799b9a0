// Everything without a page: what the tests reach, who also need to hash and to sign.

import { Point, hashes } from "@noble/ed25519";
import { sha512 } from "./hash.ts";

hashes.sha512 = sha512 as typeof hashes.sha512;
export { getPublicKey, sign } from "@noble/ed25519";
export * from "./hash.ts";

export * from "./batch.ts";
export * from "./books.ts";
export * from "./bytes.ts";
export * from "./capitals.ts";
export * from "./check.ts";
export * from "./code.ts";
export * from "./diary.ts";
export * from "./entry.ts";
export * from "./find.ts";
export * from "./given.ts";
export * from "./input.ts";
export * from "./io.ts";
export * from "./log.ts";
export * from "./job.ts";
export * from "./memory.ts";
export * from "./merkle.ts";
export * from "./month.ts";
export * from "./note.ts";
export * from "./receipt.ts";
export * from "./ref.ts";
export * from "./replay.ts";
export * from "./signature.ts";
export * from "./tamper.ts";
export * from "./tiles.ts";
export * from "./voucher.ts";

/** The sum of two points, to make keys that nobody may have. */
export const addPoints = (a: Uint8Array, b: Uint8Array): Uint8Array => Point.fromBytes(a, true).add(Point.fromBytes(b, true)).toBytes();
