// «My calendar»: gifts that were checked on this phone, kept on it and nowhere else, and only if asked to.

export interface Kept {
  /** The day it was paid, `2026-11-22`. */
  day: string;
  fen: number;
  /** Where the line stands, `41/7`: so that no gift is kept twice. */
  place: string;
}

/** What became of keeping a gift: there was no room left, or the browser did not let it. */
export type Outcome = "kept" | "known" | "full" | "refused";

/** Ten years of one gift a day; well under what a browser gives a site. */
export const MAX_KEPT = 4000;

export const diaryName = (origin: string): string => `yishan/calendar/v1 ${origin}`;

const DAY = /^2[01]\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const PLACE = /^(?:0|[1-9]\d{0,15})\/(?:0|[1-9]\d{0,4})$/;

/** What is kept may have been changed by anybody who has the phone: whatever is no gift is left out. */
function read(text: string): Kept[] {
  let all: unknown;
  try {
    all = JSON.parse(text);
  } catch {
    return [];
  }
  const places = new Set<string>();
  const fits = (one: any): boolean => {
    const fine = !!one && DAY.test(one.day) && Number.isSafeInteger(one.fen) && one.fen > 0 && PLACE.test(one.place) && !places.has(one.place);
    if (fine) places.add(one.place);
    return fine;
  };
  const gifts = Array.isArray(all) ? all.slice(0, MAX_KEPT).filter(fits) : [];
  return gifts.map(({ day, fen, place }) => ({ day, fen, place })).sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
}

export class Diary {
  /** `storage` throws where there is none. */
  constructor(private readonly storage: () => Storage, readonly origin: string) {}

  /** The gifts, the oldest first; nothing if nobody asked to keep any. */
  load(): Kept[] | undefined {
    try {
      const text = this.storage().getItem(diaryName(this.origin));
      return text === null ? undefined : read(text);
    } catch {
      return undefined;
    }
  }

  /** Keeps these, which may be none, and from now on. */
  private save(gifts: Kept[]): boolean {
    try {
      this.storage().setItem(diaryName(this.origin), JSON.stringify(gifts));
      return true;
    } catch {
      return false;
    }
  }

  add(gift: Kept): Outcome {
    const gifts = this.load() || [];
    if (gifts.some(({ place }) => place === gift.place)) return "known";
    if (gifts.length >= MAX_KEPT) return "full";
    return this.save([...gifts, gift]) ? "kept" : "refused";
  }

  /** Forgets all gifts, and that any were to be kept. */
  clear(): boolean {
    try {
      this.storage().removeItem(diaryName(this.origin));
      return true;
    } catch {
      return false;
    }
  }
}
