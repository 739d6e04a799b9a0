// The golden vectors get the same verdict here as in Rust.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import test from "node:test";
import { LOG, core, dice, hex, pathOf, rootOf, signer, utf8 } from "./folder.mjs";

const read = (name) => readFileSync(new URL(`../../vectors/${name}`, import.meta.url), "utf8").split("\n").filter((line) => line && line[0] !== "#");
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (h) => parseInt(h, 16));
const accepts = (run) => {
  try {
    return run() !== false;
  } catch (why) {
    if (why instanceof core.Malformed || why instanceof core.BadSignature || why instanceof core.Unsigned || why instanceof core.OtherVersion) return false;
    throw why;
  }
};

test("records are read or refused as Rust does", () => {
  const types = { line: core.isLine, voucher: core.readVoucher, entry: core.readEntry };
  const seen = { good: 0, bad: 0 };
  for (const record of read("records.txt")) {
    const [, verdict, kind, rest] = /^(good|bad \w+|bad-hex \w+) (line|voucher|entry) (.*)$/.exec(record);
    const bytes = verdict.startsWith("bad-hex") ? unhex(rest) : utf8(rest);
    assert.equal(accepts(() => types[kind](bytes)), verdict === "good", record.slice(0, 200));
    seen[verdict === "good" ? "good" : "bad"] += 1;
  }
  assert.ok(seen.good > 60 && seen.bad > 50, JSON.stringify(seen));
});

test("a record with any byte changed is refused, or is another record of the one spelling", () => {
  const random = dice(7);
  for (const record of read("records.txt").filter((line) => line.startsWith("good line"))) {
    const bytes = utf8(record.slice("good line ".length));
    for (let n = 0; n < 40; n++) {
      const changed = bytes.slice();
      changed[random(bytes.length)] = random(256);
      if (accepts(() => core.isLine(changed))) assert.equal(JSON.stringify(JSON.parse(core.text(changed))), core.text(changed));
    }
  }
});

/** What the books here do not look at, because `yishan verify` does. */
const UNCHECKED = ["MadeTooEarly", "TimeWentBack", "NoRole", "RefundTooLarge", "StillNeeded", "OverAllocated", "HoursOverlap", "HoursDiffer", "WishRoute", "SiteHasBelow", "SamePerson", "NotEnoughGoods", "ReasonNeeded", "PeriodAhead", "ReconcileDiffers", "NoLot", "ConflictKnown", "DrawDiffers", "Drawn", "OverSold", "MoreThanPaid", "CountDiffers", "CountsDiffer", "MoreThanLeft", "TicketSum", "Ticketed", "TicketVoid", "YearUnexplained"];

test("the short ledger gives the same leaves and the same numbers", async () => {
  const entries = [];
  const make = () => new core.Books(async (place) => entries[Number(place.split("/")[0])].voucher.lines[Number(place.split("/")[1])]);
  let books = make();
  const unseen = [];
  for (const record of read("books.txt")) {
    const [, what, name, rest] = /^(entry|leaf|sums|refused (\w+)) (.*)$/.exec(record);
    const bytes = utf8(rest);
    if (what === "entry") {
      entries.push(core.readEntry(bytes));
      await books.enter(entries.at(-1));
      entries.last = bytes;
    } else if (what === "leaf") assert.equal(hex(core.leafHash(entries.last)), rest);
    else if (what === "sums") assert.equal(JSON.stringify(books.sums()), rest);
    else {
      const refused = await books.enter(core.readEntry(bytes)).then(() => false, (why) => why instanceof core.Refused || Promise.reject(why));
      if (!refused) unseen.push(name);
      // A refusal may leave something behind, and what is not refused does: begin again.
      books = make();
      for (const entry of entries) await books.enter(entry);
    }
  }
  assert.ok(entries.length > 80, `${entries.length} entries`);
  assert.deepEqual(unseen.filter((name) => !UNCHECKED.includes(name)), []);
});

test("roots, proofs, checkpoints and tlog-proofs are believed or not as in Rust", async () => {
  const lines = read("tlog.txt");
  const value = (name) => lines.find((line) => line.startsWith(`${name} `)).slice(name.length + 1);
  const key = core.readKey(value("key"));
  const leaves = Array.from({ length: 20 }, (_, n) => utf8(String(n)));
  const roots = new Map(lines.filter((line) => line.startsWith("root ")).map((line) => line.split(" ").slice(1)).map(([size, root]) => [Number(size), root]));
  for (const [size, root] of roots) assert.equal(hex(rootOf(leaves.slice(0, size))), root);
  const hashes = (list) => (list === "-" ? [] : list.split(",").map(core.fromBase64));
  const seen = { good: 0, bad: 0 };
  for (let at = 0; at < lines.length; at++) {
    const [, bad, what, first, second, list] = /^(bad )?(inclusion|checkpoint|receipt) (\d+)(?: (\d+))?(?: (\S+))?/.exec(lines[at]) ?? [];
    if (!what) continue;
    const file = [];
    while (lines[at + 1]?.startsWith("|")) file.push(lines[++at].slice(2));
    const bytes = utf8(file.map((line) => `${line}\n`).join(""));
    const good = accepts(() => {
      if (what === "checkpoint") return core.openCheckpoint(bytes, key, []).size === Number(first);
      if (what === "inclusion") {
        const root = core.rootFrom(hashes(list), Number(first), Number(second), core.leafHash(utf8(first)));
        return root !== undefined && hex(root) === roots.get(Number(second));
      }
      const proof = core.readProof(core.text(bytes));
      const point = core.openCheckpoint(proof.note, key, []);
      const root = core.rootFrom(proof.path, proof.index, point.size, core.leafHash(utf8(first)));
      return proof.index === Number(first) && root !== undefined && hex(root) === hex(point.root);
    });
    assert.equal(good, !bad, lines[at]);
    seen[bad ? "bad" : "good"] += 1;
  }
  assert.ok(seen.good >= 10 && seen.bad >= 35, JSON.stringify(seen));
});

test("the root of every earlier size follows from the tiles, and every entry's proof leads to it", async () => {
  const leaves = Array.from({ length: 20 }, (_, n) => utf8(String(n)));
  for (let size = 1; size <= 20; size++) {
    const hashes = core.concat(...leaves.slice(0, size).map(core.leafHash));
    const tiles = new core.Tiles(size, rootOf(leaves.slice(0, size)), async () => hashes);
    for (let old = 0; old <= size; old++) assert.equal(hex(await tiles.rootAt(old)), hex(rootOf(leaves.slice(0, old))));
    for (let index = 0; index < size; index++) {
      const root = core.rootFrom(pathOf(index, leaves.slice(0, size)), index, size, core.leafHash(leaves[index]));
      assert.equal(hex(root), hex(tiles.root));
    }
  }
});

test("the reference of the specification", () => {
  assert.equal(core.reference("yishan.example/qianan", "wechat", "4200002345202611223344556677"), "yXlkbu0-_ok2WJUB-_9Oeg");
});

const SPECCHECK = [true, true, true, true, true, true, false, false, false, true, true, true];

test("the twelve published edge cases get the verdicts of ZIP 215", (t) => {
  const folder = [..."../".repeat(8).matchAll(/\.\.\//g)].map((_, depth) => new URL(`${"../".repeat(depth)}shared/vectors/ed25519-speccheck.json`, import.meta.url));
  const path = folder.find((one) => existsSync(one));
  if (!path) return t.skip("the published cases are not here");
  const cases = JSON.parse(readFileSync(path, "utf8"));
  assert.deepEqual(cases.map((one) => core.holds(unhex(one.pub_key), unhex(one.message), unhex(one.signature))), SPECCHECK);
  // Of them only number 3 has neither a small key nor an odd spelling, and needs no cofactor.
  assert.deepEqual(cases.map((one) => core.holdsStrictly(unhex(one.pub_key), unhex(one.message), unhex(one.signature))), SPECCHECK.map((_, n) => n === 3));
});

/** The eight points of small order in all their fourteen spellings. */
function small() {
  const order8 = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a 26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";
  const bases = [...order8.split(" "), "01" + "00".repeat(31), "ec" + "ff".repeat(30) + "7f", "00".repeat(32), "ed" + "ff".repeat(30) + "7f", "ee" + "ff".repeat(30) + "7f"];
  return bases.flatMap((base) => {
    const other = unhex(base);
    other[31] ^= 0x80;
    return [unhex(base), other];
  });
}

test("every pair of small points in every spelling gets the verdict of ZIP 215, and no log has such a key", () => {
  const all = small();
  assert.equal(all.length, 14);
  for (const a of all) {
    assert.ok(!core.isSound(a) && !core.isOfficerKey(a));
    for (const r of all) {
      const signature = core.concat(r, new Uint8Array(32));
      assert.ok(core.holds(a, utf8("Zcash"), signature));
      assert.ok(!core.holdsStrictly(a, utf8("Zcash"), signature));
      signature[32] = 1;
      assert.ok(!core.holds(a, utf8("Zcash"), signature));
    }
  }
});

test("a key with a part of small order is no officer's, and S has one spelling", () => {
  const { key, sign } = signer(42);
  assert.ok(core.isOfficerKey(key) && core.isSound(LOG.key));
  const mixed = core.addPoints(key, small()[0]);
  assert.ok(!core.isOfficerKey(mixed) && core.isSound(mixed));
  const message = utf8("text");
  const signature = sign(message);
  assert.ok(core.holds(key, message, signature) && core.holdsStrictly(key, message, signature));
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const s = BigInt("0x" + hex(signature.slice(32).reverse())) + order;
  const larger = core.concat(signature.slice(0, 32), unhex(s.toString(16).padStart(64, "0")).reverse());
  assert.ok(!core.holds(key, message, larger) && !core.holdsStrictly(key, message, larger));
});
