// Signed notes, their keys, and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature):
// as strict as `src/tlog`.

import { sha256 } from "./hash.ts";
import { type Bytes, Malformed, concat, equal, fromBase64, fromDecimal, hex, match, text, toBase64, utf8 } from "./bytes.ts";
import { EMPTY_ROOT } from "./merkle.ts";
import { holdsStrictly, isSound } from "./signature.ts";

/** A known key did not sign what its line says it signed, or signed something it may not. */
export class BadSignature extends Error {}
/** A well-formed note that no known key signed. */
export class Unsigned extends Error {}

export const MAX_NOTE = 1_000_000;
const MAX_SIGNATURES = 100;
const LOG = 1;
const WITNESS = 4;

export interface Key {
  name: string;
  /** The first four bytes of its hash, in hexadecimal. */
  id: string;
  /** 1: a log's. 4: a witness's. */
  type: number;
  key: Bytes;
}

export interface Checkpoint {
  origin: string;
  size: number;
  root: Bytes;
  /** The note as it came. */
  note: string;
  /** Names of the witnesses whose cosignature holds. */
  witnesses: string[];
}

// White_Space of Unicode, control characters and the plus sign have no place in a name.
const BAD_NAME = /[\u0000-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+]/;
const isName = (name: string) => name !== "" && utf8(name).length <= 255 && !BAD_NAME.test(name);

/** Reads a vkey: `name+id+base64(type ‖ key)`. */
export function readKey(vkey: string): Key {
  const [, name, id, base64] = match(/^([^+]*)\+([^+]*)\+(.{44})$/su, vkey);
  if (name === undefined || !isName(name)) throw new Malformed();
  const bytes = fromBase64(base64);
  const [type, key] = [bytes[0], bytes.subarray(1)];
  if ((type !== LOG && type !== WITNESS) || !isSound(key)) throw new Malformed();
  const own = hex(sha256(concat(utf8(`${name}\n`), bytes)).subarray(0, 4));
  if (id !== own) throw new Malformed();
  return { name, id, type, key };
}

/** Whether one line of a note is a good signature of `key` on its text. */
function signed(key: Key, body: string, blob: Bytes): boolean {
  if (key.type === LOG) return holdsStrictly(key.key, utf8(body), blob);
  if (blob.length !== 72 || blob[0] > 127) return false;
  const time = BigInt("0x" + hex(blob.subarray(0, 8)));
  return holdsStrictly(key.key, utf8(`cosignature/v1\ntime ${time}\n${body}`), blob.subarray(8));
}

/** The text of a note and which of the keys signed it. One bad line of a known key rejects it. */
export function openNote(bytes: Bytes, known: Key[]): { body: string; by: Key[] } {
  if (bytes.length > MAX_NOTE) throw new Malformed();
  known.forEach((one, at) => {
    const same = (other: Key) => (other.name === one.name && other.id === one.id) || equal(other.key, one.key);
    if (known.slice(at + 1).some(same)) throw new Malformed();
  });
  const note = text(bytes);
  const blank = note.lastIndexOf("\n\n");
  if (blank < 0 || /[\u0000-\u0009\u000b-\u001f]/.test(note)) throw new Malformed();
  const [body, rest] = [note.slice(0, blank + 1), note.slice(blank + 2)];
  if (!rest.endsWith("\n")) throw new Malformed();
  const lines = rest.slice(0, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) throw new Malformed();
  const parsed = lines.map((line) => {
    const [, name, base64] = match(/^— ([^ ]+) (.+)$/, line);
    const blob = fromBase64(base64 ?? "-");
    if (!isName(name) || blob.length < 5) throw new Malformed();
    return { name, id: hex(blob.subarray(0, 4)), blob: blob.subarray(4) };
  });
  const by: Key[] = [];
  for (const { name, id, blob } of parsed) {
    const key = known.find((one) => one.name === name && one.id === id);
    if (!key) continue;
    if (by.includes(key)) throw new Malformed();
    if (!signed(key, body, blob)) throw new BadSignature(`the signature of ${name} does not hold`);
    by.push(key);
  }
  if (by.length === 0) throw new Unsigned(lines.map((line) => line.split(" ")[1]).join(" "));
  return { body, by };
}

/** The checkpoint in a note that the log signed, and which witnesses did. */
export function openCheckpoint(bytes: Bytes, log: Key, witnesses: Key[]): Checkpoint {
  const { body, by } = openNote(bytes, [log, ...witnesses]);
  if (!by.includes(log)) throw new Unsigned(by.map((key) => key.name).join(" "));
  const [, origin, size, root] = match(/^([^\n]+)\n([^\n]+)\n([^\n]+)\n$/, body);
  if (root === undefined) throw new Malformed();
  const point = { origin, size: fromDecimal(size), root: fromBase64(root), note: text(bytes) };
  if (point.root.length !== 32 || !isName(origin)) throw new Malformed();
  if (point.size === 0 && !equal(point.root, EMPTY_ROOT)) throw new BadSignature("an empty log with a root");
  if (origin !== log.name || log.type !== LOG) throw new BadSignature(`${log.name} signed for ${origin}`);
  const seen = by.filter((key) => key.type === WITNESS).map((key) => key.name);
  return { ...point, witnesses: seen };
}

/** The three lines that a checkpoint signs. */
export const statement = (point: Checkpoint): string => `${point.origin}\n${point.size}\n${toBase64(point.root)}\n`;
