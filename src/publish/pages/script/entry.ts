// Entries, vouchers and lines: the one spelling of ledger-spec.md, sections 1 to 6, and no other.
// What is read is bytes of the log, so it is kept as text and never spelled anew.

import { type Bytes, Malformed, text, utf8 } from "./bytes.ts";

/** A line of a voucher: its kind, and its fields as the spec names them. */
export interface Line {
  kind: string;
  [field: string]: any;
}

export interface Voucher {
  by: string;
  made: string;
  nonce: string;
  lines: Line[];
}

export interface Entry {
  seq: number;
  prev: string;
  at: string;
  voucher: Voucher;
  /** The voucher's exact bytes, which its officer signed. */
  signed: Bytes;
  /** The signature in base64. */
  sig: string;
}

const MAX_ENTRY = 65_535;
const MAX_VOUCHER = 65_235;
const MAX_LINES = 1000;
export const KINDS = ["gift", "refund", "interest", "fee", "transfer", "promise", "pay"];
export const LEVELS = ["primary", "junior", "senior", "college"];

class Reader {
  at = 0;
  constructor(readonly text: string) {}

  is(token: string): boolean {
    return this.text.startsWith(token, this.at);
  }

  expect(token: string): void {
    if (!this.is(token)) this.fail(token);
    this.at += token.length;
  }

  /** What the sticky expression finds here, or nothing follows. */
  take(spelling: RegExp, what: string): RegExpExecArray {
    spelling.lastIndex = this.at;
    const found = spelling.exec(this.text) ?? this.fail(what);
    this.at += found[0].length;
    return found;
  }

  fail(what: string): never {
    throw new Malformed(`${this.text.slice(this.at, this.at + 40)} where ${what} belongs`);
  }
}

type Type = (r: Reader) => any;

/** A quoted value of one pattern that also passes `fits`. */
const quoted = (what: string, pattern: string, fits: (text: string) => boolean = () => true): Type => {
  const spelling = new RegExp(`"(${pattern})"`, "y");
  return (r) => {
    const found = r.take(spelling, what)[1];
    return fits(found) ? found : r.fail(what);
  };
};

const whole = (least: number): Type => {
  const spelling = /0|[1-9]\d*/y;
  return (r) => {
    const number = Number(r.take(spelling, "a number")[0]);
    return Number.isSafeInteger(number) && number >= least ? number : r.fail("a number");
  };
};

const list = (of: Type, least: number, most: number): Type => (r) => {
  r.expect("[");
  const out = [];
  while (out.length === 0 ? !r.is("]") : r.is(",")) {
    if (out.length > 0) r.expect(",");
    if (out.length === most) r.fail(`the end of ${most}`);
    out.push(of(r));
  }
  r.expect("]");
  return out.length >= least ? out : r.fail(`at least ${least}`);
};

/** An object of these fields in this order; one whose name ends in `?` may be left out. */
const object = (fields: Record<string, Type>): Type => (r) => {
  r.expect("{");
  const out: Record<string, any> = {};
  let first = true;
  for (const [named, type] of Object.entries(fields)) {
    const name = named.replace("?", "");
    const key = `${first ? "" : ","}"${name}":`;
    if (name !== named && !r.is(key)) continue;
    r.expect(key);
    out[name] = type(r);
    first = false;
  }
  r.expect("}");
  return out;
};

const DAY = "(?:20|21)\\d\\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])";
const CLOCK = "T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d";
const ZONE = "[+-](?:0\\d|1[0-4]):[0-5]\\d";
const isDay = (day: string) => new Date(`${day.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(day.slice(8, 10));
const isZone = (zone: string) => !/-00:00$|14:(?!00)/.test(zone.slice(-6));

const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]/;
const PERSONAL = /[@＠]|[0-9０-９]{7}|(?:[0-9０-９][ -]*){11}/;
const isText = (text: string) =>
  text !== "" && utf8(text).length <= 200 && text.trim() === text && !HIDDEN.test(text) && !PERSONAL.test(text);
const words: Type = (r) => {
  const found = r.take(/"((?:[^"\\]|\\["\\])*)"/y, "a text")[1].replace(/\\(.)/gs, "$1");
  return isText(found) ? found : r.fail("a text");
};

const fen = whole(1);
const count = whole(0);
const day = quoted("a day", DAY, isDay);
const wall = quoted("a time", DAY + CLOCK, isDay);
const zone = quoted("a zone", ZONE, isZone);
const stamp = quoted("a time with its zone", DAY + CLOCK + ZONE, (t) => isDay(t) && isZone(t));
const id = quoted("a handle", "[a-z][a-z0-9-]{0,23}");
const code = quoted("a code", "[0-9A-Z-]{1,40}");
const origin = quoted("an origin", "[a-z0-9][a-z0-9./:_-]{0,99}");
const place = quoted("a place", "(?:0|[1-9]\\d{0,15})/(?:0|[1-9]\\d{0,4})", (text) => {
  const [entry, line] = text.split("/").map(Number);
  return Number.isSafeInteger(entry) && line <= 65_535;
});
const ref = quoted("16 bytes", "[\\w-]{21}[AQgw]");
const digest = quoted("a digest", "[0-9a-f]{64}");
const key = quoted("a key", "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=");
const signature = quoted("a signature", "[A-Za-z0-9+/]{85}[AQgw]==");
const word = (...words: string[]) => quoted("a word", words.join("|"));
const bool: Type = (r) => r.take(/true|false/y, "true or false")[0] === "true";
const tally: Type = (r) => {
  r.expect("[");
  const n = count(r);
  r.expect(",");
  const sum = count(r);
  r.expect("]");
  return [n, sum];
};

/** Amounts by handle, in the byte order of the handles. */
const held: Type = (r) => {
  r.expect("{");
  const out: Record<string, number> = {};
  let last = "";
  while (!r.is("}")) {
    if (last !== "") r.expect(",");
    const handle = id(r);
    if (!(handle > last)) r.fail("a later handle");
    r.expect(":");
    out[handle] = count(r);
    last = handle;
  }
  r.expect("}");
  return out;
};

const roles = list(word("clerk", "approver", "cashier", "steward", "auditor"), 1, 5);
const tallies = object(Object.fromEntries(KINDS.map((kind) => [kind, tally])));
const moves = object({ done: tallies, undone: tallies });
const balance = object({ held, free: count, promised: count });
const paid = { paid: wall, ref };

/** The fields of each kind of line (section 6). */
const LINES: Record<string, Type> = {
  gift: object({ fen, to: id, ...paid }),
  found: object({
    origin, name: words, holder: words, zone, "licence?": code, "filing?": code,
    policy: object({ solo: bool, quorum: count, limits: list(object({ from: count, need: count }), 1, 8) }),
    officers: list(object({ id, key, roles }), 1, 50),
  }),
  appoint: object({ officer: id, key, roles, "until?": day }),
  retire: object({ officer: id }),
  open: object({ account: id, kind: word("wechat", "alipay", "bank", "cash"), owner: word("federation", "charity", "person") }),
  shut: object({ account: id }),
  refund: object({ of: place, fen, from: id, ...paid }),
  transfer: object({ fen, from: id, to: id, ...paid }),
  fee: object({ fen, from: id, ...paid }),
  interest: object({ fen, to: id, ...paid }),
  nominate: object({ student: id, level: word(...LEVELS), source: word("education", "civil", "community", "township", "self") }),
  visit: object({ student: id, on: day, finding: word("fit", "unfit") }),
  admit: object({ student: id }),
  leave: object({ student: id, why: word("finished", "better", "moved", "wish", "other") }),
  allocate: object({ student: id, fen, for: words }),
  approve: object({ of: place }),
  reject: object({ of: place, why: words }),
  pay: object({ of: place, fen, from: id, ...paid }),
  acknowledge: object({ of: place, way: word("signed", "call", "visit") }),
  document: object({
    sha256: digest, kind: word("bill", "minutes", "slip", "photo", "other"), "rows?": count, "excluded?": tally, "of?": place,
  }),
  reverse: object({ of: place, why: words }),
  close: object({
    day, from: count, opening: balance, moved: moves, closing: balance, ever: moves,
    students: object(Object.fromEntries(LEVELS.map((level) => [level, count]))),
  }),
};

const line: Type = (r) => {
  const kind = r.take(/\{"([a-z]+)":/y, "a line")[1];
  const type = Object.prototype.hasOwnProperty.call(LINES, kind) ? LINES[kind] : r.fail("a kind of line");
  const fields = type(r);
  r.expect("}");
  return kind === "document" || kind === "open" ? { ...fields, of_kind: fields.kind, kind } : { ...fields, kind };
};

const voucher: Type = (r) => {
  const from = r.at;
  const read = object({ by: id, made: stamp, nonce: ref, lines: list(line, 1, MAX_LINES) })(r);
  const signed = utf8(r.text.slice(from, r.at));
  return signed.length <= MAX_VOUCHER ? { read, signed } : r.fail("the end of a voucher");
};

const envelope = object({ seq: count, prev: digest, at: stamp, voucher, sig: signature });

function read(type: Type, bytes: Bytes): any {
  if (bytes.length > MAX_ENTRY) throw new Malformed(`${bytes.length} bytes`);
  const r = new Reader(text(bytes));
  const value = type(r);
  return r.at === r.text.length ? value : r.fail("the end");
}

export const readLine = (bytes: Bytes): Line => read(line, bytes);
export const readVoucher = (bytes: Bytes): Voucher => read(voucher, bytes).read;
export function readEntry(bytes: Bytes): Entry {
  const { voucher, ...rest } = read(envelope, bytes);
  return { ...rest, voucher: voucher.read, signed: voucher.signed };
}
