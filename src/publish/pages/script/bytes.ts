// Bytes and their spellings. Every reader takes one spelling and no other.

export type Bytes = Uint8Array;

/** What was read is not what should be there: it says nothing, so nothing follows from it. */
export class Malformed extends Error {}

/** The UTF-8 of `text`. */
export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

/** The text that `bytes` are in UTF-8, with a byte order mark if there is one. */
export function text(bytes: Bytes): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Malformed();
  }
}

export function concat(...parts: Bytes[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export const equal = (a: Bytes, b: Bytes): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);

/** Lower-case hexadecimal. */
export const hex = (bytes: Bytes): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Standard base64 with padding (RFC 4648 §4). */
export function toBase64(bytes: Bytes): string {
  let binary = "";
  bytes.forEach((byte) => (binary += String.fromCharCode(byte)));
  return btoa(binary);
}

/** Reads what `toBase64` writes. */
export function fromBase64(base64: string): Bytes {
  let binary: string;
  try {
    binary = atob(base64);
  } catch {
    throw new Malformed();
  }
  if (btoa(binary) !== base64) throw new Malformed();
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

/** Base64url without padding (RFC 4648 §5), as references are spelled. */
export const toBase64Url = (bytes: Bytes): string =>
  toBase64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/** Reads what `toBase64Url` writes for 16 bytes. */
export function fromReference(reference: string): Bytes {
  if (!/^[\w-]{21}[AQgw]$/.test(reference)) throw new Malformed();
  return fromBase64(reference.replace(/-/g, "+").replace(/_/g, "/") + "==");
}

/** Reads a whole number without sign or leading zero, at most 2^53 - 1. */
export function fromDecimal(digits: string): number {
  const number = /^(0|[1-9]\d{0,15})$/.test(digits) ? Number(digits) : NaN;
  if (!Number.isSafeInteger(number)) throw new Malformed();
  return number;
}

/** What a pattern and its groups match; all of it undefined if it does not match. */
export const match = (pattern: RegExp, text: string): string[] => pattern.exec(text) || [];

/** An object of these keys; `Object.fromEntries` is younger than the browsers this must run in. */
export function record<T>(keys: string[], value: (key: string) => T): Record<string, T> {
  const out: Record<string, T> = {};
  for (const key of keys) out[key] = value(key);
  return out;
}
