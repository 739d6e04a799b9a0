// Many numbers at once, one a line, checked one after the other.

import type { Verdict } from "./check.ts";

export const MAX_NUMBERS = 200;
const MAX_PASTED = 100_000;
/** After so many in a row that could not be checked there is no use in going on. */
const GIVE_UP = 3;

export interface Checked {
  given: string;
  verdict: Verdict;
}

/** The lines of what was pasted, each once, and how many are more than are checked at once. */
export function numbers(pasted: string): { list: string[]; over: number } {
  const lines = pasted.slice(0, MAX_PASTED).split(/[\r\n]+/).map((line) => line.trim());
  // The last line may have been cut in two.
  if (pasted.length > MAX_PASTED) lines.pop();
  const list = Array.from(new Set(lines.filter((line) => line !== "")));
  return { list: list.slice(0, MAX_NUMBERS), over: Math.max(0, list.length - MAX_NUMBERS) + (pasted.length > MAX_PASTED ? 1 : 0) };
}

/** Checks them in order and tells of each; stops where the network seems to have gone, or where told to. */
export async function checkAll(list: string[], check: (given: string) => Promise<Verdict>, tell: (one: Checked, done: number) => boolean): Promise<void> {
  let failed = 0;
  for (const [at, given] of list.entries()) {
    const verdict = await check(given);
    failed = verdict.verdict === "unchecked" ? failed + 1 : 0;
    if (!tell({ given, verdict }, at + 1) || failed === GIVE_UP) return;
  }
}

/** The word for a verdict; a gift that was undone since has its own. */
export const wordOf = ({ verdict, reason }: Verdict): string => (/^re(?:versed|funded)/.test(reason) ? reason : verdict);
