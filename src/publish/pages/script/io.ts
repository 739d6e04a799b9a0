// Fetching: bounded, with a time limit and one more try, and never taking an error for an answer.

import type { Bytes } from "./bytes.ts";
import { DIGITS } from "./find.ts";

/** Something could not be had, so nothing can be said. */
export class Unchecked extends Error {
  /** `reason`: `missing` (404), `offline`, `server`, `html`, `cut`, `format` or `browser`. */
  constructor(readonly reason: string, readonly file: string) {
    super(`${file}: ${reason}`);
  }
}

export interface Wanted {
  /** No more than so many bytes; longer answers are refused. */
  max: number;
  /** Only these bytes: from where, and how many at most. */
  range?: [from: number, length: number];
  /** Stops reading once this is true of the bytes so far. */
  enough?: (bytes: Bytes) => boolean;
  /** Asks the host again even if the phone has a copy. */
  fresh?: boolean;
}

/** Gives the bytes of a file of the folder, or throws `Unchecked`. */
export type Io = (path: string, wanted: Wanted) => Promise<Bytes>;

/** The folder under `base`, read with `fetch`. `timeout`: for how many milliseconds a host may be silent. */
export function web(base: string, timeout = 12_000, fetcher: typeof fetch = (...asked) => fetch(...asked)): Io {
  return async (path, wanted) => {
    let tries = 0;
    for (;;) {
      try {
        // Some hosts refuse a stranger's page the header for ranges: the second time without it.
        const plain = tries > 0 && (typeof location === "undefined" || new URL(base).origin !== location.origin);
        if (!plain || !wanted.range) return await attempt(fetcher, base, path, wanted, timeout);
        return cut(await attempt(fetcher, base, path, without(wanted), timeout), wanted.range);
      } catch (why) {
        const known = why instanceof Unchecked ? why : new Unchecked("offline", path);
        tries += 1;
        if (tries > 1 || !/offline|server|cut/.test(known.reason)) throw known;
      }
    }
  };
}

/** The same answers to the same questions, for many checks of one moment. What failed is asked again, and what old shards are called. */
export function once(io: Io): Io {
  const known = new Map<string, Promise<Bytes>>();
  return (path, wanted) => {
    if (path === DIGITS) return io(path, wanted);
    const question = `${path} ${wanted.range}`;
    const asked = known.get(question) || io(path, wanted);
    asked.catch(() => known.delete(question));
    known.set(question, asked);
    return asked;
  };
}

const cut = (bytes: Bytes, [from, length]: [number, number]): Bytes => bytes.slice(from, from + length);

/** The same without a header for the range: as much as the range ends with. */
function without({ range, fresh, enough }: Wanted): Wanted {
  const [from, length] = range!;
  return { fresh, max: 17_000_000, enough: (bytes) => bytes.length >= from + length || (!!enough && enough(bytes.subarray(from))) };
}

async function attempt(fetcher: typeof fetch, base: string, path: string, wanted: Wanted, timeout: number): Promise<Bytes> {
  const stop = new AbortController();
  let timer = setTimeout(() => stop.abort(), timeout);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => stop.abort(), timeout);
  };
  const { range } = wanted;
  try {
    const headers: Record<string, string> = range ? { Range: `bytes=${range[0]}-${range[0] + range[1] - 1}` } : {};
    const cache = wanted.fresh ? "no-cache" : "default";
    const response = await fetcher(new URL(path, base).href, { headers, cache, signal: stop.signal, credentials: "omit" });
    const { status } = response;
    if (status === 404 || status === 410) throw new Unchecked("missing", path);
    if (range && status === 416) return new Uint8Array(0);
    if (status !== 200 && !(range && status === 206)) throw new Unchecked("server", path);
    if (!range) return await read(response, path, wanted, alive);
    if (status === 206) {
      // A stranger's page may not be shown this header; then the hash will tell.
      const says = response.headers.get("content-range");
      if (says && !says.startsWith(`bytes ${range[0]}-`)) throw new Unchecked("server", path);
      return await read(response, path, wanted, alive);
    }
    return cut(await read(response, path, without(wanted), alive), range);
  } finally {
    clearTimeout(timer);
    // What was not read is not wanted; after the last byte this does nothing.
    stop.abort();
  }
}

/** The body, as far as it is wanted. */
async function read(response: Response, path: string, { max, enough }: Wanted, alive: () => void): Promise<Bytes> {
  const reader = response.body!.getReader();
  let out = new Uint8Array(16_384);
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return out.slice(0, length);
    alive();
    if (length + value.length > max) throw new Unchecked("format", path);
    if (length + value.length > out.length) {
      const larger = new Uint8Array(2 * (length + value.length));
      larger.set(out.subarray(0, length));
      out = larger;
    }
    out.set(value, length);
    length += value.length;
    if (enough && enough(out.subarray(0, length))) return out.slice(0, length);
  }
}
