// A published folder in memory, made from nothing but the specification: a ledger of a few hundred
// entries, its tiles, bundles, shards and checkpoint, and hosts that serve it well or badly.

import * as core from "../../../src/publish/pages/script/node_modules/.built.mjs";

export { core };
export const { utf8, concat, toBase64, hex, sha256 } = core;
export const ORIGIN = "log.example/fund";

/** The old and the newest shard of a reference, where one digit names the old. */
export const shardsOf = (reference) => [core.oldOf(core.beginOf(reference), 1), core.newestOf(core.beginOf(reference))];

/** Numbers that are the same on every run (mulberry32). */
export function dice(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** A signer from a seed; `core` only checks, so signing is done with what it is checked by. */
export const signer = (seed) => {
  const secret = new Uint8Array(32).fill(seed);
  const key = core.getPublicKey(secret);
  return { key, sign: (message) => core.sign(message, secret) };
};

export function vkey(name, { key }, type = 1) {
  const typed = concat(Uint8Array.of(type), key);
  return `${name}+${hex(sha256(concat(utf8(`${name}\n`), typed)).subarray(0, 4))}+${toBase64(typed)}`;
}

const id = (name, who, type) => core.readKey(vkey(name, who, type)).id;
const line = (name, keyId, blob) => `— ${name} ${toBase64(concat(Uint8Array.from(keyId.match(/../g), (h) => parseInt(h, 16)), blob))}\n`;

/** A note of `body` by the log, and a witness's line to follow it. */
export const note = (body, who, name = ORIGIN) => `${body}\n${line(name, id(name, who), who.sign(utf8(body)))}`;
export function cosignature(body, who, name, time = 1_790_000_000n) {
  const stamp = Uint8Array.from(time.toString(16).padStart(16, "0").match(/../g), (h) => parseInt(h, 16));
  return line(name, id(name, who, 4), concat(stamp, who.sign(utf8(`cosignature/v1\ntime ${time}\n${body}`))));
}

export const LOG = signer(1);
export const OFFICERS = { chen: signer(11), li: signer(12), sun: signer(13), ma: signer(14) };
const wall = (n) => `2026-11-${String(1 + Math.floor(n / 40)).padStart(2, "0")}T08:${String(n % 40).padStart(2, "0")}:00`;

/** Writes entries one after the other. */
export class Ledger {
  entries = [];
  prev = "0".repeat(64);
  add(by, lines, at = wall(this.entries.length), change = (entry) => entry) {
    const nonce = core.toBase64Url(sha256(utf8(`nonce ${this.entries.length}`)).subarray(0, 16));
    const voucher = JSON.stringify({ by, made: `${at}+08:00`, nonce, lines });
    const digest = hex(sha256(utf8(voucher)));
    const sig = toBase64(OFFICERS[by].sign(utf8(`yishan/voucher/v1\n${ORIGIN}\n${digest}\n`)));
    const entry = change(`{"seq":${this.entries.length},"prev":"${this.prev}","at":"${at}+08:00","voucher":${voucher},"sig":"${sig}"}`);
    this.entries.push(utf8(entry));
    this.prev = hex(core.leafHash(utf8(entry)));
    return this.entries.length - 1;
  }
}

export const number = (n) => `4200002026${String(n).padStart(18, "0")}`;
export const refOf = (n) => core.reference(ORIGIN, "wechat", number(n));
const gift = (n, fen = 100 + n) => ({ gift: { fen, to: "wx", paid: wall(n), ref: refOf(n) } });

/** Counts what a close states. */
class Sums {
  constructor() {
    [this.moved, this.ever] = [0, 0].map(() => ({ done: this.none(), undone: this.none() }));
    this.balance = { held: {}, free: 0, promised: 0 };
    [this.opening, this.from] = [this.balance, 0];
  }
  none = () => core.record(core.KINDS, () => [0, 0]);
  post(kind, fen, undone = false) {
    for (const moves of [this.moved, this.ever]) {
      const tallies = moves[undone ? "undone" : "done"];
      tallies[kind] = [tallies[kind][0] + 1, tallies[kind][1] + fen];
    }
    this.add(undone === (kind === "refund") ? fen : -fen);
  }
  add(fen) {
    this.balance = { held: { wx: (this.balance.held.wx ?? 0) + fen }, free: this.balance.free + fen, promised: 0 };
  }
  close(day, seq) {
    const close = { day, from: this.from, opening: this.opening, moved: this.moved, closing: this.balance, ever: structuredClone(this.ever), students: core.record(core.LEVELS, () => 0) };
    [this.from, this.opening, this.moved] = [seq + 1, this.balance, { done: this.none(), undone: this.none() }];
    return { close };
  }
}

/** What is undone, by the entry that does it: a gift, by all of it, by 40 fen, by 30, and these booked back. */
export const UNDONE = {
  50: ["reverse", "3/0"], 51: ["refund", "4/0"], 52: ["refund", "5/0", 40], 53: ["refund", "6/0", 30], 54: ["reverse", "53/0"], 55: ["refund", "5/0", 10],
};

/** A ledger: founding, account, an officer appointed later, gifts of some lines each, closes, reversals, refunds. */
export function ledger(size = 300) {
  const [log, sums] = [new Ledger(), new Sums()];
  const key = (by) => toBase64(OFFICERS[by].key);
  log.add("sun", [{ found: {
    origin: ORIGIN, name: "日行一善", holder: "联合会", zone: "+08:00", policy: { solo: false, quorum: 1, limits: [{ from: 0, need: 1 }] },
    officers: [{ id: "chen", key: key("chen"), roles: ["clerk"] }, { id: "li", key: key("li"), roles: ["approver"] }, { id: "sun", key: key("sun"), roles: ["steward"] }],
  } }]);
  log.add("sun", [{ open: { account: "wx", kind: "wechat", owner: "federation" } }]);
  const appointed = log.add("sun", [{ appoint: { officer: "ma", key: key("ma"), roles: ["clerk"] } }]);
  const [places, days] = [new Map(), new Map()];
  sums.balance = { held: { wx: 0 }, free: 0, promised: 0 };
  for (let n = 0; log.entries.length < size; ) {
    const seq = log.entries.length;
    if (seq % 40 === 39) {
      const day = wall(seq).slice(0, 10);
      days.set(day, seq);
      log.add("chen", [sums.close(day, seq)]);
      continue;
    }
    if (UNDONE[seq]) {
      const [kind, of, part] = UNDONE[seq];
      const [entry, line] = of.split("/").map(Number);
      const [[target, { fen: all }]] = Object.entries(JSON.parse(core.text(log.entries[entry])).voucher.lines[line]);
      const fen = part ?? all;
      if (kind === "reverse") sums.post(target, fen, true);
      else sums.post("refund", fen);
      const ref = core.reference(ORIGIN, "wechat-refund", `50${seq}`);
      log.add("chen", [kind === "reverse" ? { reverse: { of, why: "wrong account" } } : { refund: { of, fen, from: "wx", paid: wall(seq), ref } }]);
      continue;
    }
    const count = 1 + (seq % 4);
    const lines = Array.from({ length: count }, (_, at) => {
      places.set(n, { entry: seq, line: at });
      sums.post("gift", 100 + n);
      return gift(n++);
    });
    log.add(seq % 7 === 3 ? "ma" : "chen", lines);
  }
  return { entries: log.entries, places, days, appointed };
}

const WIDTH = 256;

/** The published files of a log of these entries. */
export function publish({ entries, days = new Map() }, { log = LOG, witnesses = [], size = entries.length } = {}) {
  const files = new Map();
  const put = (path, bytes) => files.set(path, typeof bytes === "string" ? utf8(bytes) : bytes);
  const some = entries.slice(0, size);
  const where = [];
  let row = some.map(core.leafHash);
  for (let index = 0; index * WIDTH < size; index++) {
    const bundle = some.slice(index * WIDTH, (index + 1) * WIDTH);
    let offset = 0;
    const framed = bundle.map((entry) => {
      where.push([offset + 2, entry.length]);
      offset += 2 + entry.length;
      return concat(Uint8Array.of(entry.length >> 8, entry.length & 255), entry);
    });
    put(core.tilePath("entries", index, bundle.length), concat(...framed));
  }
  for (let level = 0; row.length > 0; level++) {
    const above = [];
    for (let index = 0; index * WIDTH < row.length; index++) {
      const hashes = row.slice(index * WIDTH, (index + 1) * WIDTH);
      put(core.tilePath(level, index, hashes.length), concat(...hashes));
      if (hashes.length === WIDTH) above.push(core.rows(hashes)[8][0]);
    }
    row = above;
  }
  const root = core.join(core.parts(size).map(({ level, index }) => rootOf(some.slice(index * 2 ** level, (index + 1) * 2 ** level))));
  const body = `${ORIGIN}\n${size}\n${toBase64(root)}\n`;
  put("checkpoint", note(body, log) + witnesses.map(({ name, who }) => cosignature(body, who, name)).join(""));
  put("log.vkey", `${vkey(ORIGIN, log)}\n`);
  put("find/digits", "1\n");
  const shards = new Map(Array.from("0123456789abcdef").flatMap((digit) => [[`find/1/${digit}`, ""], [`find/new/${digit}`, ""]]));
  // Also of entries that no version of the format allows.
  some.forEach((bytes, seq) => JSON.parse(core.text(bytes)).voucher.lines.forEach((one, at) => {
    const { ref, of } = Object.values(one)[0];
    const [entry, line] = (of ?? "").split("/").map(Number);
    const undone = (one.reverse || one.refund) && Object.values(JSON.parse(core.text(some[entry])).voucher.lines[line])[0].ref;
    for (const name of [ref, undone].filter(Boolean)) {
      // From the fortieth entry on they are recent.
      const path = shardsOf(name)[seq < 40 ? 0 : 1];
      shards.set(path, `${shards.get(path)}${name} ${seq} ${at} ${where[seq].join(" ")}\n`);
    }
  }));
  shards.forEach((text, path) => put(path, text));
  const closed = [...days].filter(([, seq]) => seq < size);
  closed.forEach(([day, seq]) => put(`day/${day}.json`, entries[seq]));
  put("v1/days/2026-11.json", JSON.stringify({ schema: 1, days: closed.map(([day]) => ({ day })) }));
  put("v1/status.json", JSON.stringify({ schema: 1, closed: closed.length ? { day: closed.at(-1)[0] } : null }));
  return { files, where, root, body };
}

/** The root by the recursion of RFC 6962, which shares nothing with the tiles. */
export function rootOf(entries) {
  if (entries.length === 0) return sha256(new Uint8Array(0));
  if (entries.length === 1) return core.leafHash(entries[0]);
  const left = 2 ** Math.floor(Math.log2(entries.length - 1));
  return core.nodeHash(rootOf(entries.slice(0, left)), rootOf(entries.slice(left)));
}

/** The inclusion proof, by the recursion of RFC 6962. */
export function pathOf(index, entries) {
  if (entries.length <= 1) return [];
  const left = 2 ** Math.floor(Math.log2(entries.length - 1));
  return index < left
    ? [...pathOf(index, entries.slice(0, left)), rootOf(entries.slice(left))]
    : [...pathOf(index - left, entries.slice(left)), rootOf(entries.slice(0, left))];
}

export function receipt(entries, entry, line, checkpoint) {
  const path = pathOf(entry, entries).map((hash) => `${toBase64(hash)}\n`).join("");
  return concat(utf8(`yishan/receipt/v1\n${entry}/${line}\n`), entries[entry], utf8(`\nc2sp.org/tlog-proof@v1\nindex ${entry}\n${path}\n`), checkpoint);
}

/** A host of files: `asked` collects what was asked for, and of what bytes. */
export function host(files, asked = []) {
  return async (path, wanted) => {
    const file = files.get(path);
    if (!file) throw new core.Unchecked("missing", path);
    let [from, to] = [0, file.length];
    if (wanted.range) [from, to] = [wanted.range[0], Math.min(to, wanted.range[0] + wanted.range[1])];
    const end = to;
    if (wanted.enough) for (to = Math.min(end, from + 512); to < end && !wanted.enough(file.subarray(from, to)); ) to = Math.min(end, to + 512);
    if (to - from > wanted.max) throw new core.Unchecked("format", path);
    asked.push({ path, from, to });
    return file.slice(from, to);
  };
}

/** Changes bytes at random; says where they differ. */
export function mutate(bytes, random) {
  const at = random(bytes.length);
  const out = bytes.slice();
  switch (random(7)) {
    case 0: out[at] ^= 1 << random(8); return [out, at, at + 1];
    case 1: out[at] = random(256); return [out, at, at + 1];
    case 2: out[at] = 48 + random(10); return [out, at, at + 1];
    case 3: return [concat(bytes.slice(0, at), bytes.slice(at + 1)), at, bytes.length];
    case 4: return [concat(bytes.slice(0, at), Uint8Array.of(random(256)), bytes.slice(at)), at, bytes.length];
    case 5: return [bytes.slice(0, at), at, bytes.length];
    default: {
      const other = random(bytes.length);
      [out[at], out[other]] = [out[other], out[at]];
      return [out, Math.min(at, other), Math.max(at, other) + 1];
    }
  }
}

export const FUND = { vkey: vkey(ORIGIN, LOG), witnesses: [], quorum: 0, channels: [], appointed: {} };

export function memory(seen) {
  const kept = { seen };
  return { kept, load: () => kept.seen, save: (_, note) => (kept.seen = { note, on: "2026-11-22" }) };
}
