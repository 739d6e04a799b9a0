// What a page asks for, and who does it: a worker, or the page itself.

import type { Bytes } from "./bytes.ts";
import type { Fund, Verdict } from "./check.ts";
import { check } from "./given.ts";
import { type Io, web } from "./io.ts";
import { type Memory, type Seen, noMemory } from "./memory.ts";
import { type Progress, addDay, replayAll } from "./replay.ts";
import { type Damage, damaged } from "./tamper.ts";

export interface Job {
  /** What was typed, scanned or read from a file; without it the books are added up. */
  given?: string | Bytes;
  /** Adds up this day, or without it the whole ledger. */
  day?: string;
  /** Shows what becomes of a folder with this fault, and remembers nothing. */
  damage?: Damage;
  base: string;
  fund: Fund;
  /** What this phone saw last; a worker has no storage to ask. */
  seen?: Seen;
}

/** `io`: how the folder is read, if it is not simply fetched; a worker fetches. */
export type Work = (job: Job, memory: Memory, progress: Progress, io?: Io) => Promise<Verdict>;

/** Does any job where it stands. */
export const work: Work = async ({ given, day, damage, base, fund }, memory, progress, io = web(base)) => {
  if (damage) {
    const { io: worse, told } = damaged(io, damage, given as string);
    return { ...(await check(given!, fund, worse, noMemory)), demo: { damage, ...told } };
  }
  if (given !== undefined) return check(given, fund, io, memory);
  return day === undefined ? replayAll(fund, io, memory, progress) : addDay(day, fund, io, memory, progress);
};
