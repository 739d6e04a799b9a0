// What a donor keeps on the phone: a calendar, a certificate's words; and many numbers at once.

import assert from "node:assert/strict";
import test from "node:test";
import { FUND, core, host, ledger, memory, number, publish } from "./folder.mjs";

/** A browser's storage, of so many characters. */
function storage(most = Infinity) {
  const kept = new Map();
  return {
    kept,
    getItem: (name) => kept.get(name) ?? null,
    removeItem: (name) => kept.delete(name),
    setItem: (name, value) => {
      if (value.length > most) throw new DOMException("full", "QuotaExceededError");
      kept.set(name, value);
    },
  };
}
const gift = (n, fen = 100) => ({ day: `2026-11-${String(1 + (n % 28)).padStart(2, "0")}`, fen, place: `${n}/0` });

test("a calendar is kept only once it is asked for, holds each gift once, and is forgotten whole", () => {
  const own = storage();
  const diary = new core.Diary(() => own, "fund");
  assert.equal(diary.load(), undefined);
  assert.deepEqual([diary.add(gift(5)), diary.add(gift(3)), diary.add(gift(5))], ["kept", "kept", "known"]);
  assert.deepEqual(diary.load().map(({ place }) => place), ["3/0", "5/0"], "the oldest first");
  assert.equal(new core.Diary(() => own, "another").load(), undefined);
  assert.deepEqual([...own.kept.keys()], ["yishan/calendar/v1 fund"]);
  assert.ok(diary.clear());
  assert.equal(diary.load(), undefined);
  assert.equal(own.kept.size, 0);
});

test("without storage, or with a full one, nothing fails and nothing is lost", () => {
  const none = new core.Diary(() => { throw new DOMException("no", "SecurityError"); }, "fund");
  assert.deepEqual([none.load(), none.add(gift(1)), none.clear()], [undefined, "refused", false]);
  const little = new core.Diary(() => small, "fund");
  const small = storage(200);
  const told = Array.from({ length: 8 }, (_, n) => little.add(gift(n)));
  assert.ok(told.includes("refused") && told[0] === "kept");
  assert.equal(little.load().length, told.filter((one) => one === "kept").length);
  const large = new core.Diary(() => big, "fund");
  const big = storage();
  big.setItem("yishan/calendar/v1 fund", JSON.stringify(Array.from({ length: core.MAX_KEPT }, (_, n) => gift(n))));
  assert.equal(large.add(gift(99_999)), "full");
});

test("what stands in the storage may be anything; only gifts are taken from it", () => {
  const own = storage();
  const diary = new core.Diary(() => own, "fund");
  const hostile = [
    "", "null", "{}", "[", "7", '"x"', "[null,1,[]]", '[{"day":"2026-11-31x","fen":1,"place":"1/0"}]', '[{"day":"2026-11-01","fen":-1,"place":"1/0"}]',
    '[{"day":"2026-11-01","fen":1e99,"place":"1/0"}]', '[{"day":"2026-11-01","fen":1,"place":"<b>"}]', '[{"day":["2026-11-01"],"fen":"1","place":"1/0"}]',
  ];
  for (const text of hostile) {
    own.setItem("yishan/calendar/v1 fund", text);
    assert.deepEqual(diary.load(), [], text);
    assert.equal(diary.add(gift(1)), "kept");
  }
  own.setItem("yishan/calendar/v1 fund", JSON.stringify([gift(1), gift(1), { ...gift(2), more: "x" }]));
  assert.deepEqual(diary.load(), [gift(1), gift(2)]);
});

test("the weeks of a month begin on Monday and hold each of its days once", () => {
  for (const [month, days, first] of [["2026-11", 30, 6], ["2026-02", 28, 6], ["2028-02", 29, 1], ["2026-06", 30, 0], ["2100-02", 28, 0]]) {
    const weeks = core.weeks(month);
    assert.ok(weeks.every((week) => week.length === 7));
    assert.deepEqual(weeks.flat().filter((day) => day > 0), Array.from({ length: days }, (_, n) => n + 1), month);
    assert.equal(weeks[0].indexOf(1), first, month);
  }
  assert.deepEqual(core.monthsOf([gift(1), { ...gift(2), day: "2025-01-31" }, gift(3)]), ["2025-01", "2026-11"]);
});

test("pasted numbers are taken one a line, each once, and no more than are checked at once", () => {
  assert.deepEqual(core.numbers(" 4200 0001 \r\n\n4200 0001\nYS-1\r"), { list: ["4200 0001", "YS-1"], over: 0 });
  assert.deepEqual(core.numbers("  \n\t\n"), { list: [], over: 0 });
  const many = core.numbers(Array.from({ length: 5000 }, (_, n) => number(n)).join("\n"));
  assert.equal(many.list.length, core.MAX_NUMBERS);
  assert.ok(many.over > 1000);
  const huge = core.numbers("9".repeat(50_000_000));
  assert.deepEqual(huge, { list: [], over: 1 });
  const lines = core.numbers(`${number(1)}\n`.repeat(1_000_000));
  assert.deepEqual(lines.list, [number(1)]);
});

test("many numbers are checked in order from one reading of the folder, and a lost network ends it", async () => {
  const made = ledger();
  const { files } = publish(made);
  const asked = [];
  const io = core.once(host(files, asked));
  const list = [number(1), number(2), number(99_999), "?", number(3), "20/0"];
  const told = [];
  const check = (given) => core.check(given, FUND, io, memory());
  await core.checkAll(list, check, ({ given, verdict }, done) => told.push([given, verdict.verdict]) === done);
  assert.deepEqual(told, list.map((given, n) => [given, n === 2 || n === 3 ? "unknown" : "recorded"]));
  assert.equal(asked.filter(({ path }) => path === "checkpoint").length, 1);
  let count = 0;
  const away = (given) => core.check(given, FUND, host(new Map()), memory());
  await core.checkAll(Array.from({ length: 50 }, (_, n) => number(n)), away, () => (count += 1) > 0);
  assert.equal(count, 3, "after three it is no use");
  count = 0;
  await core.checkAll(list, check, () => (count += 1) < 2);
  assert.equal(count, 2, "it stops where it is told to");
});

test("what failed once is asked again, and other ranges are other questions", async () => {
  let tries = 0;
  const io = core.once(async (path, { range }) => {
    tries += 1;
    if (tries === 1) throw new core.Unchecked("offline", path);
    return Uint8Array.of(range ? range[0] : 0);
  });
  await assert.rejects(io("a", { max: 1 }));
  assert.deepEqual([...(await io("a", { max: 1 })), ...(await io("a", { max: 1 })), ...(await io("a", { max: 1, range: [7, 1] }))], [0, 0, 7]);
  assert.equal(tries, 3);
});

test("amounts in capitals", () => {
  for (const [fen, words] of [
    [1, "壹分"], [10, "壹角整"], [51, "伍角壹分"], [100, "壹元整"], [101, "壹元零壹分"], [110, "壹元壹角整"], [1000, "壹拾元整"], [10_500, "壹佰零伍元整"],
    [100_005, "壹仟元零伍分"], [1_001_000, "壹万零壹拾元整"], [3_817_862, "叁万捌仟壹佰柒拾捌元陆角贰分"], [10_000_100, "壹拾万零壹元整"], [100_000_000_00, "壹亿元整"],
    [100_010_000_00, "壹亿零壹万元整"], [123_456_789_012_00, "壹仟贰佰叁拾肆亿伍仟陆佰柒拾捌万玖仟零壹拾贰元整"], [1_000_000_000_000_00, "壹万亿元整"],
    [90_071_992_547_409_91, "玖拾万零柒佰壹拾玖亿玖仟贰佰伍拾肆万柒仟肆佰零玖元玖角壹分"],
  ]) assert.equal(core.capitals(fen), `人民币${words}`, String(fen));
});
