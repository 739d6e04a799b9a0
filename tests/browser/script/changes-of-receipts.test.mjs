// Whatever is changed in a receipt, it proves only what the ledger holds.

import assert from "node:assert/strict";
import test from "node:test";
import { FUND, core, dice, host, ledger, memory, mutate, publish, receipt } from "./folder.mjs";

const made = ledger();
const { files } = publish(made);
const small = publish({ ...made, entries: made.entries.slice(0, 100) });
const ALL = Number(process.env.YISHAN_MUTATIONS ?? 10_000) * 0.4;

// A receipt's second line says which line of the entry it is about, and nobody signs that: with
// another line there it proves, rightly, that other line. All bytes after it count.
test(`${ALL} seeded changes of receipts: none is recorded on altered content`, async () => {
  const random = dice(41);
  const told = { recorded: 0, waiting: 0, unknown: 0, unchecked: 0, false: 0 };
  const entries = made.entries.slice(0, 100);
  const papers = Array.from({ length: 20 }, () => made.places.get(random(180)))
    .map((place) => [place, receipt(entries, place.entry, place.line, small.files.get("checkpoint"))]);
  for (let n = 0; n < ALL; n++) {
    const [place, paper] = papers[random(papers.length)];
    const [bytes] = mutate(paper, random);
    if (core.equal(bytes, paper)) continue;
    // With the folder as it is now, as it was, and with none.
    const folder = [files, small.files, new Map()][n % 3];
    const verdict = await core.check(bytes, FUND, host(folder), memory());
    told[verdict.verdict] += 1;
    if (verdict.verdict !== "recorded") continue;
    const rest = (file) => file.slice(file.indexOf(10, 18) + 1);
    assert.ok(core.equal(rest(bytes), rest(paper)), `change ${n}`);
    const [entry, line] = verdict.found.place.split("/").map(Number);
    assert.equal(entry, place.entry, `change ${n}`);
    assert.notEqual(line, place.line, `change ${n}`);
    assert.deepEqual(verdict.found.line, core.readEntry(entries[entry]).voucher.lines[line], `change ${n}`);
  }
  console.log(`# ${JSON.stringify(told)}`);
  assert.ok(told.recorded < ALL / 50 && told.false > ALL / 10 && told.unchecked > ALL / 10, JSON.stringify(told));
});
