// Entries, vouchers and lines: the one spelling of ledger-spec.md, sections 1 to 6, and no other.
//
// JavaScript spells JSON just as the ledger does: no blanks, no needless escapes, numbers in decimal,
// fields in the order in which they were read. So a text that is spelled again as it was is in the one
// spelling, twice no field; what is left to look at are names, order and values.

import { type Bytes, Malformed, record, text as decode, utf8 } from "./bytes.ts";

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
  /** The lines as they are spelled. */
  spelled: string[];
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
export const LEVELS = ["primary", "junior", "senior", "college"];

type Test = (value: any) => boolean;

/** A text of one pattern that also passes `fits`. */
const text = (pattern: string, fits: (text: string) => boolean = () => true): Test => {
  const spelling = new RegExp(`^(?:${pattern})$`);
  return (value) => typeof value === "string" && spelling.test(value) && fits(value);
};

const whole = (least: number): Test => (value) => Number.isSafeInteger(value) && value >= least;

const list = (of: Test, least: number, most: number): Test => (value) =>
  Array.isArray(value) && value.length >= least && value.length <= most && value.every(of);

const isObject: Test = (value) => value instanceof Object && !Array.isArray(value);

/** An object of these fields in this order; one whose name ends in `?` may be left out. */
const object = (fields: Record<string, Test>): Test => (value) => {
  if (!isObject(value)) return false;
  const names = Object.keys(value);
  for (const named of Object.keys(fields)) {
    const name = named.replace("?", "");
    if (names[0] === name) {
      if (!fields[named](value[name])) return false;
      names.shift();
    } else if (name === named) return false;
  }
  return names.length === 0;
};

const DAY = "2[01]\\d\\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])";
const CLOCK = "T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d";
const ZONE = "[+-](?:0\\d|1[0-4]):[0-5]\\d";
const isDay = (day: string) => new Date(`${day.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(day.slice(8, 10));
const isZone = (zone: string) => !/-00:00$|14:(?!00)/.test(zone.slice(-6));

const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]/;
const PERSONAL = /[@＠]|[0-9０-９]{7}|(?:[0-9０-９][ -]*){11}/;
const isText = (text: string) =>
  text !== "" && utf8(text).length <= 200 && text.trim() === text && !HIDDEN.test(text) && !PERSONAL.test(text);
const words: Test = (value) => typeof value === "string" && isText(value);

const fen = whole(1);
const count = whole(0);
const day = text(DAY, isDay);
const wall = text(DAY + CLOCK, isDay);
const stamp = text(DAY + CLOCK + ZONE, (t) => isDay(t) && isZone(t));
const id = text("[a-z][a-z0-9-]{0,23}");
const place = text("(?:0|[1-9]\\d{0,15})/(?:0|[1-9]\\d{0,4})", (text) => {
  const [entry, line] = text.split("/").map(Number);
  return Number.isSafeInteger(entry) && line <= 65_535;
});
const ref = text("[\\w-]{21}[AQgw]");
const digest = text("[0-9a-f]{64}");
const signature = text("[A-Za-z0-9+/]{85}[AQgw]==");
const tally = list(count, 2, 2);

/** Amounts by handle, in the byte order of the handles. */
const held: Test = (value) =>
  isObject(value) && Object.keys(value).every((name, at, names) => id(name) && count(value[name]) && (at === 0 || names[at - 1] < name));

// Which tallies there are shows when the close is computed again.
const tallies: Test = (value) => isObject(value) && Object.values(value).every(tally);
const moves = object({ done: tallies, undone: tallies });
const balance = object({ held, free: count, promised: count, "pots?": held, "agency?": fen });
const paid = { paid: wall, ref };

/** The fields of each kind of line (section 6). */
export const LINES: Record<string, Test> = Object.assign(Object.create(null), {
  gift: object({ fen, to: id, ...paid, "for?": id }),
  refund: object({ of: place, fen, from: id, ...paid }),
  transfer: object({ fen, from: id, to: id, ...paid }),
  fee: object({ fen, from: id, ...paid }),
  interest: object({ fen, to: id, ...paid, "for?": id }),
  allocate: object({ student: id, fen, for: words, "from?": id, "within?": isObject }),
  pay: object({ of: place, fen, from: id, ...paid }),
  reverse: object({ of: place, why: words }),
  close: object({
    day, from: count, opening: balance, moved: moves, closing: balance, ever: moves,
    students: object(record(LEVELS, () => count)),
  }),
});

// What these say is not looked into here: `yishan verify` does that. In their order, which packs best.
"acknowledge admit appoint approve arrive ask backcheck box campaign carry category certify chair claim clawback collect confirm conflict correct countersign deliver deposit difference disinfect dispatch document draw drop duty entrust escalate expense found grant helpers inspect issue leave match nominate norms notice open org pair pass pot proceeds receive reconcile red rededicate reject retire scrap sell serve shut site standard statement stocktake term terms ticket unbox unpair vacate visit volunteer year".split(" ").forEach((kind) => (LINES[kind] = isObject));

const line: Test = (value) => {
  const [kind, ...more] = isObject(value) ? Object.keys(value) : [];
  return more.length === 0 && kind in LINES && LINES[kind](value[kind]);
};
const voucher = object({ by: id, made: stamp, nonce: ref, lines: list(line, 1, MAX_LINES) });
const envelope = object({ seq: count, prev: digest, at: stamp, voucher, sig: signature });

function read(fits: Test, bytes: Bytes): any {
  if (bytes.length > MAX_ENTRY) throw new Malformed();
  const spelled = decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(spelled);
  } catch {
    throw new Malformed();
  }
  if (JSON.stringify(value) !== spelled || !fits(value)) throw new Malformed(spelled.slice(0, 80));
  return value;
}

function unfold({ lines, ...rest }: any): Voucher {
  const unfolded = lines.map((one: any) => {
    const [kind] = Object.keys(one);
    return { ...one[kind], kind };
  });
  return { ...rest, lines: unfolded, spelled: lines.map((one: unknown) => JSON.stringify(one)) };
}

export const isLine = (bytes: Bytes): boolean => read(line, bytes) !== undefined;

export function readVoucher(bytes: Bytes): Voucher {
  if (bytes.length > MAX_VOUCHER) throw new Malformed();
  return unfold(read(voucher, bytes));
}

export function readEntry(bytes: Bytes): Entry {
  const entry = read(envelope, bytes);
  const signed = utf8(JSON.stringify(entry.voucher));
  return { ...entry, voucher: readVoucher(signed), signed };
}
