// Whatever a host changes in the folder, nothing is recorded that the signed ledger does not hold.

import assert from "node:assert/strict";
import test from "node:test";
import { FUND, core, dice, host, ledger, memory, mutate, number, publish, refOf, shardsOf } from "./folder.mjs";

const made = ledger();
// Most on a small log, which has no full tile to hash; the others on one with two bundles.
const small = { ...made, entries: made.entries.slice(0, 100) };
const LARGE = { ...made, ...publish(made) };
const SMALL = { ...small, ...publish(small) };
const ALL = Number(process.env.YISHAN_MUTATIONS ?? 10_000) * 0.6;

// «Recorded on altered content» is any of: the verdict shows an entry that is not, byte for byte, the
// one that the signed ledger holds at the place it names; it shows another line of it than the number
// asks for; or a byte was changed of what it rests on: the checkpoint, a hash tile that was fetched,
// or an entry that was read. Shards are hints: a wrong one may cost a longer way to the same answer.
test(`${ALL} seeded changes of the folder: none is recorded on altered content`, async () => {
  const random = dice(20261122);
  const told = { recorded: 0, waiting: 0, unknown: 0, unchecked: 0, false: 0 };
  for (let n = 0; n < ALL; n++) {
    const { files, where, entries } = n % 20 === 0 ? LARGE : SMALL;
    const [key, place] = [...made.places][random(n % 20 === 0 ? 600 : 180)];
    const kinds = ["checkpoint", "find/digits", ...shardsOf(refOf(key)), ...[...files.keys()].filter((path) => path.startsWith("tile/"))];
    const path = kinds[random(kinds.length)];
    const [bytes, from, to] = mutate(files.get(path), random);
    if (core.equal(bytes, files.get(path))) continue;
    const asked = [];
    const verdict = await core.check(number(key), FUND, host(new Map(files).set(path, bytes), asked), memory());
    told[verdict.verdict] += 1;
    if (verdict.verdict !== "recorded") continue;
    const [entry, line] = verdict.found.place.split("/").map(Number);
    const truth = core.readEntry(entries[entry]);
    assert.deepEqual(verdict.found.entry, truth, `change ${n}`);
    assert.deepEqual(verdict.found.line, truth.voucher.lines[line], `change ${n}`);
    assert.equal(verdict.found.line.ref, refOf(key), `change ${n}`);
    assert.equal(verdict.found.leaf, core.hex(core.leafHash(entries[entry])));
    const read = [0, place.entry].map((entry) => [Math.floor(entry / 256), where[entry][0], where[entry][0] + where[entry][1]]);
    const rests = path === "checkpoint" || (/^tile\/\d/.test(path) && asked.some((one) => one.path === path))
      || (/^tile\/entries/.test(path) && to - from === 1 && read.some(([bundle, first, end]) => path.includes(`/00${bundle}`) && from >= first && to <= end));
    assert.ok(!rests, `change ${n} of byte ${from} of ${path}`);
  }
  console.log(`# ${JSON.stringify(told)}`);
  assert.ok(told.recorded < ALL / 2 && told.false > ALL / 10 && told.unchecked > ALL / 10 && told.unknown > ALL / 100, JSON.stringify(told));
});
