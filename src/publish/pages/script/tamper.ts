// The demonstration: a folder that is read as it is and damaged on the way, in memory only, so that a
// donor sees once how a change is noticed.

import { type Bytes, match } from "./bytes.ts";
import type { Io } from "./io.ts";

/** What is damaged: a line's amount, the sum of a day's close, the signature of the checkpoint, or nothing. */
export type Damage = "amount" | "total" | "signature" | "none";

/** What was changed, in fen; a signature has no value that people read. */
export interface Told {
  before?: number;
  after?: number;
}

/** A number of the same length: another first digit. */
const other = (digits: string): string => String((Number(digits[0]) % 9) + 1) + digits.slice(1);

/** Reads as `io` does, with one thing changed in what asks for `given`; says what in `told`. */
export function damaged(io: Io, damage: Damage, given: string): { io: Io; told: Told } {
  const told: Told = {};
  /** Changes the number that stands behind the first `mark` from `from` on. */
  const change = (spelled: string, mark: RegExp, from = 0): string => {
    const found = mark.exec(spelled.slice(from));
    if (!found) return spelled;
    const at = from + found.index + found[0].length;
    const [digits] = match(/^\d+/, spelled.slice(at));
    [told.before, told.after] = [Number(digits), Number(other(digits))];
    return spelled.slice(0, at) + other(digits) + spelled.slice(at + digits.length);
  };
  const worse: Record<string, (path: string, spelled: string) => string> = {
    amount: (path, spelled) => {
      const [entry, line] = given.split("/").map(Number);
      const from = spelled.indexOf(`{"seq":${entry},"prev"`);
      if (!path.startsWith("tile/entries/") || from < 0) return spelled;
      return change(spelled, RegExp(`(?:"fen":\\d+.*?){${line}}"fen":`), from);
    },
    total: (path, spelled) => (path === `day/${given}.json` ? change(spelled, /"gift":\[\d+,/) : spelled),
    signature: (path, spelled) => (path === "checkpoint" ? spelled.replace(/(\n\n\S+ \S+ .{20})(.)/, (_, head, one) => head + (one === "A" ? "B" : "A")) : spelled),
  };
  return {
    told,
    io: async (path, wanted) => {
      const bytes = await io(path, wanted);
      return damage === "none" ? bytes : changed(bytes, (spelled) => worse[damage](path, spelled));
    },
  };
}

/** Changes bytes as text, one byte a character, so that what is no text stays as it is. */
function changed(bytes: Bytes, change: (spelled: string) => string): Bytes {
  const spelled = latin(bytes);
  const after = change(spelled);
  return after === spelled ? bytes : Uint8Array.from(after, (char) => char.charCodeAt(0));
}

function latin(bytes: Bytes): string {
  let out = "";
  bytes.forEach((byte) => (out += String.fromCharCode(byte)));
  return out;
}
