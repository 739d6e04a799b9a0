// Checks whatever was given: a line, the close of a day, or a receipt.

import { type Bytes, Malformed, equal, hex, text } from "./bytes.ts";
import { Answer, Check, type Fund, type Later, type Verdict, later, lineOf } from "./check.ts";
import { type Entry, readEntry } from "./entry.ts";
import { readInput } from "./input.ts";
import { type Io, Unchecked } from "./io.ts";
import { readable } from "./log.ts";
import type { Memory } from "./memory.ts";
import { leafHash, rootFrom } from "./merkle.ts";
import type { Checkpoint } from "./note.ts";
import { OtherVersion, readReceipt } from "./receipt.ts";
import { Contradiction } from "./tiles.ts";

/** Checks what was typed, scanned or read from a file. */
export function check(given: string | Bytes, fund: Fund, io: Io, memory: Memory): Promise<Verdict> {
  const one = new Check(fund, io, memory);
  return one.conclude(async () => {
    const input = readInput(given);
    if (input.kind === "receipt") return receipt(one, input.bytes);
    return input.kind === "day" ? day(one, input.day) : lineOf(one, input);
  });
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
  const undone = offline ? [] : await still(one, point, entry, read.line);
  return { ...one.found({ entry, leaf }, read.line, undone), point };
}

/** Whether the folder's log is one that continues, or precedes, the receipt's; what became of the line. */
async function still(one: Check, point: Checkpoint, entry: Entry, line: number): Promise<Later[]> {
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
    return await later(one, entry, line);
  } catch (why) {
    if (!(why instanceof Unchecked)) throw why;
    one.step("site-unchecked", false, { file: why.file });
    return [];
  }
}
