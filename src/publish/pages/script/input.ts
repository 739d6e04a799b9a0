// What people put into the one box: which kind of thing it is.

import { type Bytes, Malformed, match, text } from "./bytes.ts";
import { type Code, parseCode } from "./code.ts";
import type { Place } from "./log.ts";
import { isReceipt } from "./receipt.ts";

export type Input =
  | { kind: "code"; code: Code; range?: Place }
  | { kind: "place"; entry: number; line: number }
  | { kind: "number"; number: string }
  | { kind: "reference"; reference: string }
  | { kind: "day"; day: string }
  | { kind: "receipt"; bytes: Bytes }
  /** `group`: the part of the code that cannot be right, if one can be told. */
  | { kind: "typo"; group: string }
  | { kind: "nothing" };

/** What the bytes of a file, or what was typed or scanned, ask for. */
export function readInput(given: string | Bytes): Input {
  if (typeof given !== "string") {
    try {
      const read = text(given);
      return isReceipt(read) ? { kind: "receipt", bytes: given } : readInput(read.slice(0, 1000));
    } catch (why) {
      if (why instanceof Malformed) return { kind: "nothing" };
      throw why;
    }
  }
  // An address from a QR code: what follows the #. Behind the code may stand where its entry is.
  const typed = given.trim().replace(/^https?:[^#]*#/, "").replace(/^#/, "");
  const [, written, offset, length] = match(/^(.*?)(?:\.(\d{1,8})\.(\d{1,5}))?$/s, typed);
  const code = parseCode(written);
  if (typeof code === "string") return { kind: "typo", group: code };
  if (code) return { kind: "code", code, ...(length && { range: { offset: Number(offset), length: Number(length) } }) };
  const plain = typed.normalize("NFKC").replace(/^[`'"]+|[`'"]+$/g, "").trim();
  const digits = plain.replace(/\s/g, "");
  const [, entry, line] = match(/^(0|[1-9]\d{0,14})\/(0|[1-9]\d{0,4})$/, plain);
  if (line) return { kind: "place", entry: Number(entry), line: Number(line) };
  const [, year, month, day] = match(/^(2[01]\d\d)[-年/.](\d{1,2})[-月/.](\d{1,2})日?$/, plain);
  if (day) return { kind: "day", day: `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` };
  if (/^\d{8,64}$/.test(digits)) return { kind: "number", number: digits };
  if (/^[\w-]{21}[AQgw]$/.test(plain)) return { kind: "reference", reference: plain };
  // A receipt written by hand has whatever number somebody gave it.
  return /^(?=.*\d)[^\s<>{}]{1,64}$/.test(plain) ? { kind: "number", number: plain } : { kind: "nothing" };
}
