// One check of one thing: what was typed, scanned or kept → one of five verdicts, with its reasons.
//
// Here is what looks up a line; `given.ts` adds the close of a day and receipts, which a page leaves to
// its worker.
//
// `recorded` rests on signatures alone. `false` means that something was read whole and contradicts
// a signature; whatever could not be read is `unchecked`, never `false`.

import { type Bytes, equal, hex, text, toBase64, utf8 } from "./bytes.ts";
import { hashPart, printCode } from "./code.ts";
import type { Entry, Line } from "./entry.ts";
import { type Hint, type Hinted, DIGITS, MAX_SHARD, beginOf, newestOf, oldOf, readDigits, readShard } from "./find.ts";
import type { Input } from "./input.ts";
import { type Io, Unchecked } from "./io.ts";
import { BUNDLE, Log, type Place, type Proven, readable } from "./log.ts";
import type { Memory } from "./memory.ts";
import { BadSignature, type Checkpoint, type Key, MAX_NOTE, Unsigned, openCheckpoint, readKey } from "./note.ts";
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
  found?: { place: string; code: string; entry: Entry; line: Line; leaf: string; later: Later[] };
  /** Set by a demonstration: what was damaged, and the number before and after in fen. */
  demo?: { damage: string; before?: number; after?: number };
  /** The founding, once it was read: whose ledger it is. */
  fund?: Line;
  point?: Checkpoint;
  /** What to keep and show to others if the verdict is `false`. */
  evidence?: Record<string, unknown>;
}

/** A reversal of a line, or a refund of it that stands. */
export interface Later {
  place: string;
  line: Line;
}

/** A verdict that is no error. */
export class Answer extends Error {
  constructor(readonly verdict: Verdict["verdict"], readonly reason: string, readonly values: Step["values"] = {}) {
    super(reason);
  }
}

/** What one check has found out so far. */
export class Check {
  readonly steps: Step[] = [];
  key?: Key;
  log?: Log;
  private founding?: Line;

  constructor(readonly fund: Fund, readonly io: Io, readonly memory: Memory) {}

  step(name: string, ok = true, values: Step["values"] = {}): void {
    this.steps.push({ name, ok, values });
  }

  /** Runs it to a verdict, whatever happens. */
  async conclude(run: () => Promise<Partial<Verdict>>): Promise<Verdict> {
    const about = () => ({ reason: "recorded", values: {}, steps: this.steps, point: this.log && this.log.point, fund: this.founding });
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
    const { origin, officers } = (this.founding = first.voucher.lines[0]);
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

  /** The last words on a proven line, and on what became of it. */
  found({ entry, leaf }: { entry: Entry; leaf: Bytes }, at: number, later: Later[] = []): Partial<Verdict> {
    const code = printCode({ entry: entry.seq, line: at, hash: hashPart(leaf) });
    const line = entry.voucher.lines[at];
    const found = { place: `${entry.seq}/${at}`, code, entry, line, leaf: hex(leaf), later };
    const waits = this.steps.some(({ name, ok }) => name === "witnessed" && !ok);
    if (waits) return { verdict: "waiting", reason: "waiting-witnesses", found };
    const back = later.reduce((sum, { line }) => sum + (line.fen || 0), 0);
    if (later.some(({ line }) => line.kind === "reverse")) return { reason: "reversed", found };
    return { reason: back === 0 ? "recorded" : back < line.fen ? "refunded-part" : "refunded", found };
  }
}

/** What looks up one line: everything but the close of a day and a receipt, which `given.ts` reads. */
export type LineInput = Exclude<Input, { kind: "day" | "receipt" }>;

/** Checks one line by its number, reference, code or place. */
export const checkLine = (input: LineInput, fund: Fund, io: Io, memory: Memory): Promise<Verdict> => {
  const one = new Check(fund, io, memory);
  return one.conclude(() => lineOf(one, input));
};

export async function lineOf(one: Check, input: LineInput): Promise<Partial<Verdict>> {
  switch (input.kind) {
    case "typo":
      throw input.group ? new Answer("unknown", "unknown-typo-at", { group: input.group }) : new Answer("unknown", "unknown-typo");
    case "nothing":
      throw new Answer("unknown", "unknown-format");
    case "number":
      return searched(one, (origin) => channels(input.number, one.fund.channels).map((channel) => reference(origin, channel, input.number)));
    case "reference":
      return searched(one, () => [input.reference]);
    case "code":
      return placed(one, input.code.entry, input.code.line, input.code.hash, input.range);
    case "place":
      return placed(one, input.entry, input.line);
  }
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
  const hints = range ? undefined : near(one, entry);
  const { tiles, point } = await one.open();
  if (entry < point.size) tiles.prefetch(entry);
  const found = await proven(one, entry, range || (entry < point.size ? await hints : undefined));
  const lines = found.entry.voucher.lines.length;
  if (hash && hashPart(found.leaf) !== hash) throw new Answer("unknown", "unknown-other", { entry });
  if (line >= lines) throw new Answer("unknown", "unknown-line", { entry, lines });
  if (hash) one.step("code-matches");
  return one.found(found, line, await later(one, found.entry, line));
}

const linesIn = async (one: Check, file: string) =>
  readable(file, await one.io(file, { max: MAX_SHARD, fresh: true }), (bytes) => readShard(bytes, file));

/** What the shards say of references that begin like this. What leaves the newest is in the old one before, under its name of then: so in this order. */
async function linesOf(one: Check, begin: string): Promise<Hinted[]> {
  const newest = await linesIn(one, newestOf(begin));
  const digits = readable(DIGITS, await one.io(DIGITS, { max: 100, fresh: true }), readDigits);
  const lines = (await linesIn(one, oldOf(begin, digits))).concat(newest);
  // Seen on its way from one to the other, a line is in both.
  return [...new Map(lines.map((line) => [`${line.ref} ${line.entry}/${line.line}`, line])).values()];
}

/** Where an entry stands in its bundle, or one shortly before it: any shard knows of some of every bundle. */
async function near(one: Check, entry: number): Promise<Hint | undefined> {
  try {
    const lines = await linesOf(one, "0000");
    const before = lines.filter((line) => line.entry <= entry && line.entry >= entry - (entry % BUNDLE));
    return before.pop();
  } catch {
    return undefined;
  }
}

/** Looks references up, the likeliest first. */
async function searched(one: Check, references: (origin: string) => string[]): Promise<Partial<Verdict>> {
  const log = await one.open();
  for (const wanted of references(log.point.origin)) {
    const lines = await linesOf(one, beginOf(wanted));
    const hint = lines.find(({ ref }) => ref === wanted);
    if (!hint) continue;
    const found = await proven(one, hint.entry, hint);
    const line = found.entry.voucher.lines[hint.line];
    // The shard is only a hint, but this one points to what the signed log does not say.
    const ref = line && line.ref;
    if (ref !== wanted) {
      throw new Contradiction(hint.file, String(ref), wanted, { entry: hint.entry, bytes: found.bytes });
    }
    one.step("number-matches");
    return one.found(found, hint.line, await later(one, found.entry, hint.line, lines));
  }
  throw new Answer("unknown", "unknown-number", { size: log.point.size });
}

/** No more than so many later lines are followed; a host may claim any number. */
const MAX_LATER = 16;

/** What became of a line: the reversals and refunds that its shard knows of, each proven, or said not to be. */
export async function later(one: Check, entry: Entry, at: number, lines?: Hinted[]): Promise<Later[]> {
  const line = entry.voucher.lines[at];
  if (!line.ref) return [];
  try {
    const found = await undone(one, line, `${entry.seq}/${at}`, lines);
    // Nobody signs that a shard leaves nothing out.
    if (found.length === 0) one.step("later-none");
    return found;
  } catch (why) {
    if (!(why instanceof Unchecked)) throw why;
    one.step("later-unchecked", false);
    return [];
  }
}

async function undone(one: Check, line: Line, place: string, lines?: Hinted[]): Promise<Later[]> {
  const log = one.log!;
  const marks = (lines || (await linesOf(one, beginOf(line.ref))))
    .filter((mark) => mark.ref === line.ref && `${mark.entry}/${mark.line}` !== place && mark.entry < log.point.size);
  const out: Later[] = [];
  for (const mark of marks.slice(0, MAX_LATER)) {
    const { entry, bytes } = await log.entry(mark.entry, mark);
    const by = entry.voucher.lines[mark.line];
    // A refund is never refunded: so two that name each other are not followed for ever.
    if (!by || by.of !== place || (by.kind !== "reverse" && by.kind + line.kind !== "refundgift")) {
      throw new Contradiction(mark.file, by ? `${by.kind} ${by.of}` : "no line", `reverse ${place}`, { entry: mark.entry, bytes });
    }
    const own = `${mark.entry}/${mark.line}`;
    // A refund that was booked back is none.
    if (by.kind === "refund" && (await undone(one, by, own)).length > 0) continue;
    one.step(`later-${by.kind}`, true, { place: own });
    await one.officer(entry);
    out.push({ place: own, line: by });
  }
  return out;
}
