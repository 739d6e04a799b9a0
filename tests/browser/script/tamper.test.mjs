// The demonstration: what it damages is noticed by the same check that passes without it.

import assert from "node:assert/strict";
import test from "node:test";
import { FUND, core, host, ledger, publish } from "./folder.mjs";

const made = ledger();
const { files } = publish(made);
const [day] = [...made.days].at(-1);
const [, { entry, line }] = [...made.places].find(([, { entry, line }]) => entry === 290 && line === 2);
const run = async (damage, given, among = files) => {
  const { io, told } = core.damaged(host(among), damage, given);
  return { told, verdict: await core.check(given, FUND, io, core.noMemory) };
};

test("a gift's amount, a day's total or the signature changed on the way is «does not agree»", async () => {
  const amount = await run("amount", `${entry}/${line}`);
  assert.deepEqual([amount.verdict.reason, amount.verdict.values.entry], ["false-entry", entry]);
  const { fen } = core.readEntry(made.entries[entry]).voucher.lines[line];
  assert.equal(amount.told.before, fen);
  assert.ok(amount.told.after !== fen && String(amount.told.after).length === String(fen).length, "the length is the same");
  const total = await run("total", day);
  assert.deepEqual([total.verdict.reason, total.verdict.values.file], ["false-entry", `day/${day}.json`]);
  const [close] = core.readEntry(made.entries[made.days.get(day)]).voucher.lines;
  assert.equal(total.told.before, close.moved.done.gift[1]);
  for (const given of [`${entry}/${line}`, day]) {
    const signature = await run("signature", given);
    assert.deepEqual([signature.verdict.verdict, signature.verdict.values.file], ["false", "checkpoint"]);
    const none = await run("none", given);
    assert.equal(none.verdict.verdict, "recorded");
    assert.deepEqual(none.told, {});
  }
});

test("every line of an entry, and the first entry of a bundle, can be the one whose amount is changed", async () => {
  for (const [, place] of [...made.places].filter(([, { entry }]) => [3, 20, 255, 256, 299].includes(entry))) {
    const { told, verdict } = await run("amount", `${place.entry}/${place.line}`);
    assert.equal(verdict.verdict, "false");
    assert.equal(told.before, core.readEntry(made.entries[place.entry]).voucher.lines[place.line].fen);
  }
});

test("where there is nothing to damage, or the host is away, nothing is called false", async () => {
  assert.equal((await run("amount", "1/0")).verdict.verdict, "recorded", "an account has no amount");
  assert.equal((await run("amount", "9999/0")).verdict.verdict, "waiting");
  for (const damage of ["amount", "total", "signature"]) {
    assert.equal((await run(damage, "20/0", new Map())).verdict.verdict, "unchecked");
  }
});

test("a job with a fault neither reads what this phone remembers nor changes it", async () => {
  const touched = () => assert.fail("the memory was asked");
  const memory = { load: touched, save: touched };
  for (const damage of ["amount", "none", "signature"]) {
    const told = await core.work({ given: "20/0", damage, base: "http://host/", fund: FUND }, memory, () => {}, host(files));
    assert.equal(told.verdict, damage === "none" ? "recorded" : "false");
    assert.equal(told.demo.damage, damage);
  }
});
