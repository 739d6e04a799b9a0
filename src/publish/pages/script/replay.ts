// Adding up again: a day, and the whole ledger. Both on request only.

import { Books, KINDS, RARE, Refused, posting } from "./books.ts";
import { Check, type Fund, type Verdict } from "./check.ts";
import type { Line } from "./entry.ts";
import { closeOf } from "./given.ts";
import type { Io } from "./io.ts";
import type { Log, Proven } from "./log.ts";
import type { Memory } from "./memory.ts";
import { Contradiction } from "./tiles.ts";
import { hex, record } from "./bytes.ts";

/** Called with how many entries of how many are done. */
export type Progress = (done: number, all: number) => void;

/**
 * What can be added from a day's own entries: approvals and reversals look further back, and so does what
 * was paid, for a student or for an expense: the two are added together.
 */
const OWN = [...KINDS, ...RARE].filter((kind) => !["promise", "rededicate", "spend"].includes(kind));

/** The entries from one number to another, both included, each shown to be in the log. */
async function* entries(log: Log, from: number, to: number, progress: Progress): AsyncGenerator<Proven> {
  for (let bundle = Math.floor(from / 256); bundle <= Math.floor(to / 256); bundle++) {
    for (const one of await log.bundleOf(bundle)) {
      if (one.entry.seq < from || one.entry.seq > to) continue;
      yield one;
      progress(one.entry.seq - from + 1, to - from + 1);
    }
  }
}

/** Adds a closed day up again and compares with what its signed close states. */
export function addDay(day: string, fund: Fund, io: Io, memory: Memory, progress: Progress): Promise<Verdict> {
  const one = new Check(fund, io, memory);
  return one.conclude(async () => {
    const { found: closed } = await closeOf(one, day);
    const [close] = closed.voucher.lines;
    const sums = record(OWN, () => [0, 0]);
    for await (const { entry } of entries(one.log!, close.from, closed.seq, progress)) {
      for (const line of entry.voucher.lines) {
        const kind = posting(line)?.[0];
        if (kind === undefined || !OWN.includes(kind)) continue;
        sums[kind] = [sums[kind][0] + 1, sums[kind][1] + line.fen];
      }
    }
    const differs = (what: string, added: unknown, stated: unknown) => {
      if (String(added) === String(stated)) return;
      throw new Contradiction(`day/${day}.json`, `${what} ${stated}`, `${what} ${added}`, { entry: closed.seq });
    };
    const { done } = close.moved;
    for (const kind of OWN) differs(kind, sums[kind], kind === "pay" ? both(done, "pay", "spend") : tally(done, kind));
    const stated: Record<string, number> = { held: held(close.closing), open: open(close.closing), promised: close.closing.promised };
    for (const [fund, added] of Object.entries(closing(close))) differs(fund, added, stated[fund]);
    await one.grown();
    const [count, fen] = sums.gift;
    return { reason: "day-agrees", values: { day, entries: closed.seq - close.from + 1, count, fen } };
  });
}

type Sums = Record<string, number[]>;
const tally = (tallies: Sums, kind: string): number[] => tallies[kind] ?? [0, 0];
const both = (tallies: Sums, one: string, other: string): number[] => tally(tallies, one).map((n, at) => n + tally(tallies, other)[at]);

const add = (all: Record<string, number> = {}): number => Object.values(all).reduce((sum, fen) => sum + fen, 0);
const held = (balance: Line): number => add(balance.held);
/** What is not promised: free, restricted to the purposes of pots, or to be passed on. */
const open = (balance: Line): number => balance.free + add(balance.pots) + (balance.agency ?? 0);

/** The closing that follows from a close's own opening and movements. */
function closing({ opening, moved }: Line): Record<string, number> {
  const net = (kind: string) => tally(moved.done, kind)[1] - tally(moved.undone, kind)[1];
  const income = ["gift", "interest", "grant", "match", "proceeds", "clawback", "collect", "surplus"].reduce((sum, kind) => sum + net(kind), -net("refund") - net("fee") - net("shortage"));
  const [paid, passed] = [net("pay") + net("spend"), net("entrust") - net("pass")];
  return {
    held: held(opening) + income + passed - paid,
    open: open(opening) + income + passed - net("promise"),
    promised: opening.promised + net("promise") - paid,
  };
}

/** Reads every entry from the first and computes every close again. */
export function replayAll(fund: Fund, io: Io, memory: Memory, progress: Progress): Promise<Verdict> {
  const one = new Check(fund, io, memory);
  return one.conclude(async () => {
    const log = await one.open();
    await one.grown();
    const { size } = log.point;
    const books = new Books(async (place) => {
      const [entry, line] = place.split("/").map(Number);
      const found = entry < size ? (await log.entry(entry)).entry.voucher.lines[line] : undefined;
      if (!found) throw new Refused("place", place, "an earlier line");
      return found;
    });
    let [prev, at] = ["0".repeat(64), ""];
    for await (const { entry, leaf, file, bytes } of size > 0 ? entries(log, 0, size - 1, progress) : []) {
      const wrong = (found: string, expected: string) => new Contradiction(file, found, expected, { entry: entry.seq, bytes });
      if (entry.prev !== prev) throw wrong(`prev ${entry.prev}`, `prev ${prev}`);
      if (entry.at < at) throw wrong(`at ${entry.at}`, `at ${at} or later`);
      const { origin } = entry.voucher.lines[0];
      if (entry.seq === 0 && origin !== log.point.origin) throw wrong(String(origin), log.point.origin);
      try {
        await books.enter(entry);
      } catch (why) {
        if (why instanceof Refused) throw wrong(`${why.what}: ${why.found}`, `${why.what}: ${why.expected}`);
        throw why;
      }
      [prev, at] = [hex(leaf), entry.at];
    }
    one.step("replayed", true, { size });
    return { reason: "replay-agrees", values: { size, payments: books.payments, day: books.day } };
  });
}
