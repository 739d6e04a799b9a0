// A gift that was reversed or refunded since is no plain «recorded».

import assert from "node:assert/strict";
import test from "node:test";
import { FUND, core, host, ledger, memory, number, publish, receipt, shardsOf, utf8 } from "./folder.mjs";

const made = ledger();
const good = publish(made);
const { entries, places } = made;
const run = (given, files = good.files) => core.check(given, FUND, host(files), memory());
const names = ({ steps }) => steps.map(({ name, ok }) => (ok ? name : `-${name}`)).filter((name) => name.includes("later"));
const numberAt = (place) => number([...places].find(([, { entry, line }]) => `${entry}/${line}` === place)[0]);
const refAt = (place) => core.readEntry(entries[place.split("/")[0]]).voucher.lines[place.split("/")[1]].ref;
/** The folder with other lines in the newest shard of the gift at `place`. */
const shard = (place, change) => {
  const path = shardsOf(refAt(place))[1];
  return new Map(good.files).set(path, utf8(change(core.text(good.files.get(path)))));
};

const CASES = [
  ["3/0", "reversed", ["50/0"]],
  ["4/0", "refunded", ["51/0"]],
  ["5/0", "refunded-part", ["52/0", "55/0"]],
  // Its refund was booked back.
  ["6/0", "recorded", []],
  ["7/0", "recorded", []],
];

test("whatever way a gift is asked for, it says what became of it, each with its own proven entry", async () => {
  for (const [place, reason, later] of CASES) {
    const [entry, line] = place.split("/").map(Number);
    const first = await run(numberAt(place));
    const paper = receipt(entries, entry, line, good.files.get("checkpoint"));
    for (const told of [first, await run(place), await run(first.found.code), await run(paper)]) {
      assert.deepEqual([told.verdict, told.reason], ["recorded", reason], place);
      assert.deepEqual(told.found.later.map(({ place }) => place), later);
      for (const { place: own, line } of told.found.later) {
        assert.deepEqual(line, core.readEntry(entries[own.split("/")[0]]).voucher.lines[0]);
        assert.equal(line.of, place);
      }
      assert.ok(later.length > 0 || names(told).includes("later-none"));
    }
  }
  // What was undone is told of other lines too.
  assert.equal((await run("53/0")).reason, "reversed");
  assert.deepEqual(names(await run("50/0")), [], "a reversal has no reference, and nothing is said of it");
});

test("a mark that points to what the signed log does not say is called false, and one beyond it is left out", async () => {
  for (const change of [
    (text) => text.replace(`${refAt("3/0")} 50 0 `, `${refAt("3/0")} 51 0 `),
    (text) => text.replace(`${refAt("3/0")} 50 0 `, `${refAt("3/0")} 50 1 `),
    (text) => `${text}${refAt("3/0")} 20 0 2 300\n`,
  ]) {
    const told = await run(numberAt("3/0"), shard("3/0", change));
    assert.deepEqual([told.verdict, told.values.file], ["false", shardsOf(refAt("3/0"))[1]]);
  }
  assert.equal((await run("7/0", shard("7/0", (text) => `${text}${refAt("7/0")} 300 0 2 300\n`))).reason, "recorded");
  // A wrong offset costs a longer way to the same answer.
  assert.equal((await run("3/0", shard("3/0", (text) => text.replace(/ 50 0 \d+ /, " 50 0 7 ")))).reason, "reversed");
});

test("refunds that undo each other, or themselves, are called false and not followed for ever", async () => {
  const refund = (seq, of) => {
    const ref = core.reference("log.example/fund", "wechat-refund", `9${seq}`);
    const entry = JSON.parse(core.text(entries[seq]));
    const lines = [{ refund: { of, fen: 10, from: "wx", paid: "2026-11-02T08:20:00", ref } }];
    return utf8(JSON.stringify({ ...entry, voucher: { ...entry.voucher, lines } }));
  };
  const forged = entries.slice();
  [forged[60], forged[61]] = [refund(60, "61/0"), refund(61, "60/0")];
  const { files } = publish({ ...made, entries: forged });
  for (const place of ["60/0", "61/0"]) assert.equal((await run(place, files)).verdict, "false");
});

test("a shard that leaves a reversal out is believed, and it is said that nobody vouches for that", async () => {
  const told = await run(numberAt("3/0"), shard("3/0", (text) => text.replace(new RegExp(`^${refAt("3/0")} 50 .*\n`, "m"), "")));
  assert.equal(told.reason, "recorded");
  assert.deepEqual(names(told), ["later-none"]);
});

test("where it cannot be looked up, the gift is recorded still, and that is said", async () => {
  const [entry, line] = [3, 0];
  const paper = receipt(entries, entry, line, good.files.get("checkpoint"));
  const without = new Map([...good.files].filter(([path]) => !path.startsWith("find/")));
  for (const given of ["3/0", paper]) {
    const told = await run(given, without);
    assert.deepEqual([told.verdict, told.reason], ["recorded", "recorded"]);
    assert.deepEqual(names(told), ["-later-unchecked"]);
  }
  assert.deepEqual(names(await run(paper, new Map())), [], "with no folder at all nothing is asked");
});

test("what became of a gift costs two shards more than its place, and the width of shards is asked for once", async () => {
  const asked = [];
  await core.check("7/0", FUND, host(good.files, asked), memory());
  const paths = asked.map(({ path }) => path).filter((path) => path.startsWith("find/"));
  assert.deepEqual(paths.sort(), ["find/1/0", "find/new/0", ...shardsOf(refAt("7/0")), "find/digits", "find/digits"].sort());
});

test("a host that claims a thousand refunds is not followed for ever", async () => {
  const asked = [];
  const files = shard("5/0", (text) => text + `${refAt("5/0")} 52 0 2 300\n`.repeat(1000));
  const told = await core.check("5/0", FUND, host(files, asked), memory());
  assert.equal(told.verdict, "recorded");
  assert.ok(asked.length < 60, `${asked.length}`);
});
