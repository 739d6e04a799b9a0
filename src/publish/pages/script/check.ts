// One check of one thing: what was typed, scanned or kept → one of five verdicts, with its reasons.
//
// `recorded` rests on signatures alone. `false` means that something was read whole and contradicts
// a signature; whatever could not be read is `unchecked`, never `false`.

import { type Bytes, Malformed, equal, hex, text, toBase64, utf8 } from "./bytes.ts";
import { hashPart, printCode } from "./code.ts";
import { type Entry, type Line, readEntry } from "./entry.ts";
import { type Hint, MAX_SHARD, readDigits, readShard, shardOf } from "./find.ts";
import { readInput } from "./input.ts";
import { type Io, Unchecked } from "./io.ts";
import { BUNDLE, Log, type Place, type Proven, readable } from "./log.ts";
import type { Memory } from "./memory.ts";
import { leafHash, rootFrom } from "./merkle.ts";
import { BadSignature, type Checkpoint, type Key, MAX_NOTE, Unsigned, openCheckpoint, readKey } from "./note.ts";
import { OtherVersion, readReceipt } from "./receipt.ts";
import { channels, reference } from "./ref.ts";
import { Contradiction } from "./tiles.ts";
import { isSignedBy } from "./voucher.ts";

/** What the page knows of the fund without asking the folder. */
export interface Fund {
  /** The log's key, a vkey; without it the folder's own is used, and said so. */
  vkey?: string;
  /** The vkeys of witnesses, and how many of them must have signed. */
  witnesses: string[];
  quorum: number;
  /** Channels of the fund's own lists, beside WeChat, Alipay and paper. */
  channels: string[];
  /** Where officers who were not founders were appointed: hints. */
  appointed: Record<string, Hint>;
}

/** One step, by the name of its words; `ok` is false if it was not made or needs a word of caution. */
export interface Step {
  name: string;
  ok: boolean;
  values: Record<string, string | number>;
}

export interface Verdict {
  verdict: "recorded" | "waiting" | "unknown" | "unchecked" | "false";
  /** Why, by the name of its words: `unknown-typo`, `unchecked-offline`, … */
  reason: string;
  values: Record<string, string | number>;
  steps: Step[];
  found?: { place: string; code: string; entry: Entry; line: Line; leaf: string };
  point?: Checkpoint;
  /** What to keep and show to others if the verdict is `false`. */
  evidence?: Record<string, unknown>;
}

/** A verdict that is no error. */
class Answer extends Error {
  constructor(readonly verdict: Verdict["verdict"], readonly reason: string, readonly values: Step["values"] = {}) {
    super(reason);
  }
}

/** What one check has found out so far. */
export class Check {
  readonly steps: Step[] = [];
  key?: Key;
  log?: Log;

  constructor(readonly fund: Fund, readonly io: Io, readonly memory: Memory) {}

  step(name: string, ok = true, values: Step["values"] = {}): void {
    this.steps.push({ name, ok, values });
  }

  /** Runs it to a verdict, whatever happens. */
  async conclude(run: () => Promise<Partial<Verdict>>): Promise<Verdict> {
    const about = () => ({ reason: "recorded", values: {}, steps: this.steps, point: this.log && this.log.point });
    try {
      const done = await run();
      return { verdict: "recorded", ...about(), ...done };
    } catch (why) {
      if (why instanceof Answer) return { ...about(), verdict: why.verdict, reason: why.reason, values: why.values };
      if (why instanceof Contradiction) return { ...about(), ...this.refuted(why) };
      const known = why instanceof Unchecked ? why : new Unchecked("browser", String(why));
      return { ...about(), verdict: "unchecked", reason: `unchecked-${known.reason}`, values: { file: known.file } };
    }
  }

  private refuted({ file, found, expected, also }: Contradiction): Partial<Verdict> & { verdict: "false"; reason: string } {
    const { entry, bytes, note } = also;
    const values = { file, found, expected, ...(entry !== undefined && { entry }) };
    const evidence = {
      format: "yishan/evidence/v1", ...values, vkey: this.fund.vkey || this.key && this.key.name,
      checkpoint: this.log && this.log.point.note, other_checkpoint: note, bytes: bytes && toBase64(bytes.subarray(0, 70_000)),
    };
    return { verdict: "false", reason: entry === undefined ? "false-file" : "false-entry", values, evidence };
  }

  /** The log's key: the one in the page wins. */
  private async ownKey(): Promise<Key> {
    const read = (vkey: string, file: string) => readable(file, utf8(vkey), () => readKey(vkey));
    const pinned = (this.fund.vkey || "").trim();
    const folder = this.io("log.vkey", { max: 1000 }).then((bytes) => readable("log.vkey", bytes, text).trim());
    if (!pinned) {
      this.key = read(await folder, "log.vkey");
      this.step("key-unpinned", false, { key: this.key.id });
      return this.key;
    }
    this.key = read(pinned, "vkey");
    // What is no key at all is a fault of the host.
    const other = await folder.then((vkey) => vkey !== pinned && !!readKey(vkey)).catch(() => false);
    this.step(other ? "key-differs" : "key-pinned", !other, { key: this.key.id });
    return this.key;
  }

  /** A signed checkpoint, from the folder or a receipt. */
  signed(file: string, note: Bytes, key: Key): Checkpoint {
    const witnesses = this.fund.witnesses.map((vkey) => readable("witness", utf8(vkey), () => readKey(vkey)));
    try {
      return readable(file, note, () => openCheckpoint(note, key, witnesses));
    } catch (why) {
      const by = why instanceof Unsigned ? why.message : "";
      // Signed in the log's name, but not by its key: that is no other fund.
      if (why instanceof BadSignature || by.split(" ").includes(key.name)) {
        throw new Contradiction(file, by || (why as Error).message, key.name, { bytes: note });
      }
      if (why instanceof Unsigned) throw new Unchecked("key", file);
      throw why;
    }
  }

  /** Reads key and checkpoint. */
  async open(): Promise<Log> {
    if (this.log) return this.log;
    const note = this.io("checkpoint", { max: MAX_NOTE, fresh: true });
    note.catch(() => undefined);
    const key = this.key || (await this.ownKey());
    const point = this.signed("checkpoint", await note, key);
    this.step("log-signed", true, { size: point.size, origin: point.origin });
    if (this.fund.witnesses.length > 0) {
      const enough = point.witnesses.length >= this.fund.quorum;
      this.step("witnessed", enough, { count: point.witnesses.length, quorum: this.fund.quorum });
    }
    return (this.log = new Log(point, this.io));
  }

  /** Compares with what this phone saw last: the log may only have grown. */
  async grown(): Promise<void> {
    const { point, tiles } = this.log!;
    const seen = this.memory.load(point.origin);
    const old = seen && this.remembered(seen.note);
    if (!seen || !old) this.step("first-visit");
    else {
      const values = { size: old.size, on: seen.on };
      if (old.size > point.size) return this.step("older", false, values);
      try {
        const root = await tiles.rootAt(old.size);
        if (!equal(root, old.root)) {
          throw new Contradiction("checkpoint", hex(root), hex(old.root), { note: old.note });
        }
      } catch (why) {
        if (!(why instanceof Unchecked)) throw why;
        return this.step("grown-unchecked", false, values);
      }
      this.step("grown", true, values);
    }
    this.memory.save(point.origin, point.note);
  }

  private remembered(note: string): Checkpoint | undefined {
    try {
      return openCheckpoint(utf8(note), this.key!, []);
    } catch {
      return undefined;
    }
  }

  /** Checks the officer's signature under the key that the ledger itself gave them. */
  async officer(entry: Entry): Promise<void> {
    const { by } = entry.voucher;
    const { point } = this.log!;
    const first = entry.seq === 0 ? entry : (await this.log!.entry(0)).entry;
    const { origin, officers } = first.voucher.lines[0];
    if (origin !== point.origin) throw new Contradiction("tile/entries/000", String(origin), point.origin, { entry: 0 });
    const founder = officers.find((one: { id: string }) => one.id === by);
    if (founder && isSignedBy(entry, origin, founder.key)) return this.step("officer-founder", true, { by });
    const appointed = await this.appointed(entry).catch((why) => {
      if (why instanceof Unchecked) return false;
      throw why;
    });
    // Appointed later, or with another key since: finding that entry takes reading them all.
    this.step(appointed ? "officer-appointed" : "officer-unchecked", appointed, { by });
  }

  /** Whether the entry is signed with the key of the appointment that the page knows of. */
  private async appointed(entry: Entry): Promise<boolean> {
    const { by } = entry.voucher;
    const hint = this.fund.appointed[by];
    if (!hint || hint.entry >= entry.seq) return false;
    const line = (await this.log!.entry(hint.entry, hint)).entry.voucher.lines[hint.line];
    return !!line && line.kind === "appoint" && line.officer === by && isSignedBy(entry, this.log!.point.origin, line.key);
  }

  /** The last words on a proven line. */
  found({ entry, leaf }: { entry: Entry; leaf: Bytes }, at: number): Partial<Verdict> {
    const code = printCode({ entry: entry.seq, line: at, hash: hashPart(leaf) });
    const found = { place: `${entry.seq}/${at}`, code, entry, line: entry.voucher.lines[at], leaf: hex(leaf) };
    const waits = this.steps.some(({ name, ok }) => name === "witnessed" && !ok);
    return waits ? { verdict: "waiting", reason: "waiting-witnesses", found } : { found };
  }
}

/** Checks what was typed, scanned or read from a file. */
export function check(given: string | Bytes, fund: Fund, io: Io, memory: Memory): Promise<Verdict> {
  const one = new Check(fund, io, memory);
  return one.conclude(async () => {
    const input = readInput(given);
    switch (input.kind) {
      case "typo":
      case "nothing":
        throw new Answer("unknown", input.kind === "typo" ? "unknown-typo" : "unknown-format");
      case "receipt":
        return receipt(one, input.bytes);
      case "day":
        return day(one, input.day);
      case "number":
        return searched(one, (origin) => channels(input.number, fund.channels).map((channel) => reference(origin, channel, input.number)));
      case "reference":
        return searched(one, () => [input.reference]);
      case "code":
        return placed(one, input.code.entry, input.code.line, input.code.hash, input.range);
      case "place":
        return placed(one, input.entry, input.line);
    }
  });
}

/** The line of an entry, in one go with everything that does not need it first. */
async function proven(one: Check, number: number, hint?: Place): Promise<Proven> {
  const log = one.log!;
  if (number >= log.point.size) throw new Answer("waiting", "waiting-beyond", { entry: number, size: log.point.size });
  log.tiles.prefetch(0);
  log.entry(0).catch(() => undefined);
  const [found] = await Promise.all([log.entry(number, hint), one.grown()]);
  one.step("in-log", true, { entry: number, size: log.point.size });
  await one.officer(found.entry);
  return found;
}

async function placed(one: Check, entry: number, line: number, hash?: string, range?: Place): Promise<Partial<Verdict>> {
  const digits = range ? Promise.resolve(0) : digitsOf(one);
  digits.catch(() => undefined);
  const { tiles, point } = await one.open();
  if (entry < point.size) tiles.prefetch(entry);
  const found = await proven(one, entry, range || (entry < point.size ? await near(one, digits, entry) : undefined));
  const lines = found.entry.voucher.lines.length;
  if (hash && hashPart(found.leaf) !== hash) throw new Answer("unknown", "unknown-other", { entry });
  if (line >= lines) throw new Answer("unknown", "unknown-line", { entry, lines });
  if (hash) one.step("code-matches");
  return one.found(found, line);
}

const digitsOf = async (one: Check): Promise<number> =>
  readable("find/digits", await one.io("find/digits", { max: 100, fresh: true }), readDigits);

const linesOf = async (one: Check, file: string) =>
  readable(file, await one.io(file, { max: MAX_SHARD, fresh: true }), readShard);

/** Where an entry stands in its bundle, or one shortly before it: any shard knows of some of every bundle. */
async function near(one: Check, digits: Promise<number>, entry: number): Promise<Hint | undefined> {
  try {
    const lines = await linesOf(one, `find/${await digits}/${"0".repeat(await digits)}`);
    const before = lines.filter((line) => line.entry <= entry && line.entry >= entry - (entry % BUNDLE));
    return before.pop();
  } catch {
    return undefined;
  }
}

/** Looks references up, the likeliest first. */
async function searched(one: Check, references: (origin: string) => string[]): Promise<Partial<Verdict>> {
  const [log, digits] = await Promise.all([one.open(), digitsOf(one)]);
  for (const wanted of references(log.point.origin)) {
    const file = shardOf(wanted, digits);
    const hint = (await linesOf(one, file)).find(({ ref }) => ref === wanted);
    if (!hint) continue;
    const found = await proven(one, hint.entry, hint);
    const line = found.entry.voucher.lines[hint.line];
    // The shard is only a hint, but this one points to what the signed log does not say.
    const ref = line && line.ref;
    if (ref !== wanted) {
      throw new Contradiction(file, String(ref), wanted, { entry: hint.entry, bytes: found.bytes });
    }
    one.step("number-matches");
    return one.found(found, hint.line);
  }
  throw new Answer("unknown", "unknown-number", { size: log.point.size });
}

/** The close of a day. */
async function day(one: Check, wanted: string): Promise<Partial<Verdict>> {
  const { found, bytes } = await closeOf(one, wanted);
  one.step("in-log", true, { entry: found.seq, size: one.log!.point.size });
  await Promise.all([one.grown(), one.officer(found)]);
  return one.found({ entry: found, leaf: leafHash(bytes) }, 0);
}

/** The entry that closed a day, shown to be in the log. */
export async function closeOf(one: Check, wanted: string): Promise<{ found: Entry; bytes: Bytes }> {
  const file = `day/${wanted}.json`;
  const got = one.io(file, { max: 65_535 });
  got.catch(() => undefined);
  const log = await one.open();
  const bytes = await got.catch(async (why) => {
    if (why instanceof Unchecked && why.reason === "missing") throw await notClosed(one, wanted);
    throw why;
  });
  const found = readable(file, bytes, readEntry);
  if (found.seq >= log.point.size) throw new Answer("waiting", "waiting-day", { day: wanted });
  const [leaf, own] = [await log.tiles.node(0, found.seq), leafHash(bytes)];
  const [line] = found.voucher.lines;
  if (!equal(leaf, own)) throw new Contradiction(file, hex(own), hex(leaf), { entry: found.seq, bytes });
  if (line.kind !== "close" || line.day !== wanted) throw new Contradiction(file, line.kind, `close ${wanted}`, { entry: found.seq, bytes });
  return { found, bytes };
}

/** A day without a file: still to be closed, or one that had no close. */
async function notClosed(one: Check, wanted: string): Promise<Answer> {
  // Nobody signed these: they only decide between the words for «not there».
  const listed = async (file: string): Promise<any> =>
    readable(file, await one.io(file, { max: 1_000_000, fresh: true }), (bytes) => {
      try {
        return JSON.parse(text(bytes));
      } catch {
        throw new Malformed();
      }
    });
  const { closed } = await listed("v1/status.json");
  const last = closed ? String(closed.day) : "";
  const values = { day: wanted, last };
  if (wanted > last) return new Answer("waiting", "waiting-day", values);
  const month = await listed(`v1/days/${wanted.slice(0, 7)}.json`).catch((why) => {
    if (why.reason === "missing") return { days: [] };
    throw why;
  });
  if (month.days.some(({ day }: { day: string }) => day === wanted)) throw new Unchecked("missing", `day/${wanted}.json`);
  return new Answer("unknown", "unknown-day", values);
}

/** A receipt proves itself; the folder only shows whether it still tells the same story. */
async function receipt(one: Check, bytes: Bytes): Promise<Partial<Verdict>> {
  let read;
  try {
    read = readable("receipt", bytes, readReceipt);
  } catch (why) {
    throw why instanceof OtherVersion ? new Unchecked("version", "receipt") : why;
  }
  let offline: unknown;
  await one.open().catch((why) => {
    if (!(why instanceof Unchecked) || !one.key) throw why;
    offline = why;
  });
  const origin = text(read.note).split("\n")[0];
  if (origin !== one.key!.name && !text(read.note).includes(`\n— ${one.key!.name} `)) {
    throw new Answer("unknown", "unknown-fund", { origin });
  }
  const point = one.signed("receipt", read.note, one.key!);
  const wrong = (found: string, expected: string) => new Contradiction("receipt", found, expected, { entry: read.entry, bytes, note: point.note });
  if (read.index !== read.entry) throw wrong(`index ${read.index}`, `index ${read.entry}`);
  const leaf = leafHash(read.bytes);
  const root = rootFrom(read.path, read.index, point.size, leaf);
  if (!root || !equal(root, point.root)) throw wrong(root ? hex(root) : "no path", hex(point.root));
  const entry = readable("receipt", read.bytes, readEntry);
  if (entry.seq !== read.entry) throw wrong(`seq ${entry.seq}`, `seq ${read.entry}`);
  if (read.line >= entry.voucher.lines.length) throw wrong(`${entry.voucher.lines.length} lines`, `line ${read.line}`);
  one.step("receipt-proves", true, { entry: read.entry, size: point.size });
  if (offline) one.step("site-unchecked", false, { file: (offline as Unchecked).file });
  else await still(one, point, entry);
  return { ...one.found({ entry, leaf }, read.line), point };
}

/** Whether the folder's log is one that continues, or precedes, the receipt's. */
async function still(one: Check, point: Checkpoint, entry: Entry): Promise<void> {
  const { tiles, point: now } = one.log!;
  const values = { size: point.size };
  try {
    await one.grown();
    if (point.size > now.size) one.step("site-older", false, values);
    else {
      const root = await tiles.rootAt(point.size);
      if (!equal(root, point.root)) throw new Contradiction("checkpoint", hex(root), hex(point.root), { note: point.note });
      one.step("site-agrees", true, values);
    }
    await one.officer(entry);
  } catch (why) {
    if (!(why instanceof Unchecked)) throw why;
    one.step("site-unchecked", false, { file: why.file });
  }
}
