// The receipt file and the tlog-proof in it (ledger-spec.md, section 9; C2SP tlog-proof).

import { type Bytes, Malformed, fromBase64, fromDecimal, match, text, utf8 } from "./bytes.ts";
import { MAX_PROOF } from "./merkle.ts";
import { MAX_NOTE } from "./note.ts";

export interface Proof {
  index: number;
  path: Bytes[];
  /** The signed checkpoint, not checked yet. */
  note: Bytes;
}

export interface Receipt extends Proof {
  entry: number;
  line: number;
  bytes: Bytes;
}

/** Another version of the format: nothing can be said of it. */
export class OtherVersion extends Error {}

export const MAX_RECEIPT = MAX_NOTE + 70_000 + 45 * MAX_PROOF;
const RECEIPT = "yishan/receipt/v1";
const PROOF = "c2sp.org/tlog-proof@v1";

/** Reads a tlog-proof; what extra data it has is nobody's word. */
export function readProof(proof: string): Proof & { bare: boolean } {
  const blank = proof.indexOf("\n\n");
  if (blank < 0) throw new Malformed();
  const [version, ...lines] = proof.slice(0, blank).split("\n");
  if (version !== PROOF) throw new OtherVersion(version.slice(0, 80));
  const extra = /^extra /.test(lines[0]) ? lines.shift()!.slice(6) : "none";
  if (extra !== "none" && fromBase64(extra).length === 0) throw new Malformed();
  const [, index] = match(/^index (.*)$/, lines.shift() ?? "");
  if (index === undefined || lines.length > MAX_PROOF) throw new Malformed();
  const path = lines.map(fromBase64);
  if (path.some((hash) => hash.length !== 32)) throw new Malformed();
  return { index: fromDecimal(index), path, note: utf8(proof.slice(blank + 2)), bare: extra === "none" };
}

export const isReceipt = (text: string): boolean => text.startsWith("yishan/receipt/");

export function readReceipt(file: Bytes): Receipt {
  if (file.length > MAX_RECEIPT) throw new Malformed();
  const [version, place, entry, ...rest] = text(file).split("\n");
  if (version !== RECEIPT) throw new OtherVersion(version.slice(0, 80));
  const [, number, line] = match(/^(0|[1-9]\d{0,15})\/(0|[1-9]\d{0,4})$/, place ?? "");
  if (line === undefined || Number(line) > 65_535) throw new Malformed();
  const { bare, ...proof } = readProof(rest.join("\n"));
  if (!bare) throw new Malformed();
  return { entry: fromDecimal(number), line: Number(line), bytes: utf8(entry), ...proof };
}
