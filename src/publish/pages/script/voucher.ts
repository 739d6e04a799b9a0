// What an officer signs, and by which rule it holds (ledger-spec.md, section 3).

import { sha256 } from "./hash.ts";
import { fromBase64, hex, utf8 } from "./bytes.ts";
import type { Entry } from "./entry.ts";
import { holds } from "./signature.ts";

/** Whether the officer with this key, in base64, signed the voucher of `entry` for this log. */
export function isSignedBy(entry: Entry, origin: string, key: string): boolean {
  const message = `yishan/voucher/v1\n${origin}\n${hex(sha256(entry.signed))}\n`;
  return holds(fromBase64(key), utf8(message), fromBase64(entry.sig));
}
