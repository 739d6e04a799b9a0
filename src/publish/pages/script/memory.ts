// What this phone saw last of a log, so that it notices if the past was rewritten.

export interface Seen {
  /** The signed checkpoint; its signature is checked again when it is used. */
  note: string;
  /** The day it was seen, by this phone's clock. */
  on: string;
}

export interface Memory {
  load(origin: string): Seen | undefined;
  save(origin: string, note: string): void;
}

/** Knows nothing and keeps nothing. */
export const noMemory: Memory = { load: () => undefined, save: () => undefined };

/** In the browser's storage for this site. Where there is none, nothing is remembered, and nothing fails. */
export function storageMemory(storage: () => Storage, today: () => string): Memory {
  const name = (origin: string) => `yishan/seen/v1 ${origin}`;
  return {
    load(origin) {
      try {
        const { note, on } = JSON.parse(storage().getItem(name(origin)) ?? "null") ?? {};
        return typeof note === "string" && typeof on === "string" ? { note, on } : undefined;
      } catch {
        return undefined;
      }
    },
    save(origin, note) {
      try {
        storage().setItem(name(origin), JSON.stringify({ note, on: today() }));
      } catch {
        // Full, forbidden or absent.
      }
    },
  };
}
