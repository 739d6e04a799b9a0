// The two rules for Ed25519 signatures: ZIP 215 for vouchers (ledger-spec.md, section 3), and the
// strict one for checkpoints and cosignatures, which is what `verify_strict` of ed25519-dalek does.

import { Point } from "@noble/ed25519";
import { sha512 } from "./hash.ts";
import { type Bytes, concat, equal, hex } from "./bytes.ts";

/** The order L of the group. */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const little = (bytes: Bytes): bigint => BigInt("0x" + (hex(bytes.slice().reverse()) || "0"));

function point(bytes: Bytes, zip215: boolean): Point | undefined {
  try {
    return Point.fromBytes(bytes, zip215);
  } catch {
    return undefined;
  }
}

/** S, and [S]B - [k]A with k over the bytes as they came; nothing if S is not below L. */
function claimed(key: Bytes, a: Point, message: Bytes, signature: Bytes): Point | undefined {
  const s = little(signature.subarray(32));
  if (s >= ORDER) return undefined;
  const k = little(sha512(concat(signature.subarray(0, 32), key, message))) % ORDER;
  return Point.BASE.multiply(s, false).subtract(a.multiply(k, false));
}

/** Whether the signature holds by ZIP 215: [8][S]B = [8]R + [8][k]A. */
export function holds(key: Bytes, message: Bytes, signature: Bytes): boolean {
  if (key.length !== 32 || signature.length !== 64) return false;
  const [a, r] = [point(key, true), point(signature.subarray(0, 32), true)];
  const right = a && r && claimed(key, a, message, signature);
  return !!right && right.subtract(r).isSmallOrder();
}

/** Whether it holds without the cofactor, R being spelled in the one way and of no small order. */
export function holdsStrictly(key: Bytes, message: Bytes, signature: Bytes): boolean {
  if (key.length !== 32 || signature.length !== 64) return false;
  const [a, r] = [point(key, false), point(signature.subarray(0, 32), false)];
  if (!a || !r || a.isSmallOrder() || r.isSmallOrder()) return false;
  const right = claimed(key, a, message, signature);
  return !!right && equal(right.toBytes(), signature.subarray(0, 32));
}

/** Whether a log or witness may have this key: spelled in the one way, not of small order. */
export function isSound(key: Bytes): boolean {
  const a = key.length === 32 ? point(key, false) : undefined;
  return !!a && !a.isSmallOrder();
}

/** Whether an officer may: also free of torsion. */
export const isOfficerKey = (key: Bytes): boolean => isSound(key) && Point.fromBytes(key).isTorsionFree();
