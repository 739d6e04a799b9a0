// What a donor is told: five verdicts, and never the wrong one.

import assert from "node:assert/strict";
import test from "node:test";
import { FUND, LOG, ORIGIN, core, cosignature, host, ledger, memory, note, number, publish, receipt, refOf, shardsOf, signer, utf8, vkey } from "./folder.mjs";

const made = ledger();
const good = publish(made);
const { entries, places, days } = made;
/** A number whose entry lies in a full bundle, one in a partial one, and one that `ma` recorded. */
const [early, late] = [[...places].find(([, { entry }]) => entry === 20)[0], [...places].find(([, { entry }]) => entry === 290)[0]];
const byMa = [...places].find(([, { entry }]) => JSON.parse(core.text(entries[entry])).voucher.by === "ma" && entry > 100)[0];
const run = (given, files = good.files, fund = FUND, kept = memory(), asked = []) => core.check(given, fund, host(files, asked), kept);
const names = ({ steps }) => steps.map(({ name, ok }) => (ok ? name : `-${name}`));
const with_ = (path, change, files = good.files) => new Map(files).set(path, change(files.get(path)?.slice()));

test("a transaction number, its reference, place, code and receipt all find the same gift", async () => {
  const place = places.get(early);
  const first = await run(number(early));
  assert.equal(first.verdict, "recorded");
  assert.deepEqual([first.found.place, first.found.line.fen, first.found.line.ref], [`${place.entry}/${place.line}`, 100 + early, refOf(early)]);
  assert.deepEqual(names(first), ["key-pinned", "log-signed", "first-visit", "in-log", "officer-founder", "number-matches", "later-none"]);
  const { code } = first.found;
  const checkpoint = good.files.get("checkpoint");
  const [, offset, length] = [0, ...good.where[place.entry]];
  for (const given of [
    refOf(early), first.found.place, code, code.toLowerCase(), code.replace(/-/g, " "), `https://fund.example/r/#${code}`, `#${code}.${offset}.${length}`, `${code}.99.999`,
    ` ${number(early).replace(/(\d{4})/g, "$1 ")}`, `\`${number(early)}`, receipt(entries, place.entry, place.line, checkpoint), utf8(code),
  ]) {
    const again = await run(given);
    assert.equal(again.verdict, "recorded", `${again.reason} ${String(given).slice(0, 60)}`);
    assert.equal(again.found.place, first.found.place);
    assert.equal(again.found.leaf, first.found.leaf);
  }
  assert.equal((await run(number(late))).verdict, "recorded");
});

test("what is not published yet, not there, mistyped or unreadable has its own word", async () => {
  const future = publish(made, { size: 100 }).files;
  const { code } = (await run(number(late))).found;
  const last = [...days.keys()].at(-1);
  const cases = [
    ["300/0", "waiting-beyond"], [code, "waiting-beyond", future], [last, "waiting-day", future], ["2026-12-31", "waiting-day"], ["2000-01-01", "unknown-day"],
    ["2026年1月2日", "unknown-day"], [number(99_999), "unknown-number"], ["No.12/a", "unknown-number"], ["20/7", "unknown-line"], ["", "unknown-format"],
    ["我的捐款", "unknown-format"], ["?", "unknown-format"], ["a b", "unknown-format"], [new Uint8Array([0xff, 0xfe]), "unknown-format"], [code.replace(/.$/, (c) => (c === "7" ? "8" : "7")), "unknown-typo"],
    [core.printCode({ entry: 20, line: 0, hash: "ZZZZZZZZ" }), "unknown-other"], [utf8("yishan/receipt/v2\n"), "unchecked-version"], [utf8("yishan/receipt/v1\n"), "unchecked-format"],
    ["2026-11-09", "waiting-day"], [[...days.keys()][0], "unchecked-missing", new Map([...good.files].filter(([path]) => !path.startsWith("day/")))],
    // A shard of the next publication is already there.
    [number(late), "waiting-beyond", new Map([...future, ...[...good.files].filter(([path]) => path.startsWith("find/"))])],
  ];
  for (const [given, reason, files] of cases) {
    const told = await run(given, files);
    assert.equal(told.reason, reason, String(given));
    assert.equal(told.verdict, reason.split("-")[0]);
  }
});

test("nothing is asked of anybody about a mistyped code", async () => {
  const asked = [];
  const { code } = (await run(number(early))).found;
  assert.equal((await run(code.replace(/\d{3}/, "999"), good.files, FUND, memory(), asked)).reason, "unknown-typo");
  assert.deepEqual(asked, []);
});

test("an officer who was no founder is checked where the page says they were appointed", async () => {
  assert.ok(names(await run(number(byMa))).includes("-officer-unchecked"));
  const hint = (entry) => ({ ...FUND, appointed: { ma: { entry, line: 0, offset: good.where[entry][0], length: good.where[entry][1] } } });
  assert.ok(names(await run(number(byMa), good.files, hint(made.appointed))).includes("officer-appointed"));
  assert.ok(names(await run(number(byMa), good.files, hint(1))).includes("-officer-unchecked"), "an entry that appoints nobody");
});

test("witnesses the page asks for must have signed, and a false one is told", async () => {
  const [a, b] = [signer(21), signer(22)];
  const fund = { ...FUND, witnesses: [vkey("w.example/a", a, 4), vkey("w.example/b", b, 4)], quorum: 2 };
  const both = publish(made, { witnesses: [{ name: "w.example/a", who: a }, { name: "w.example/b", who: b }] }).files;
  const one = publish(made, { witnesses: [{ name: "w.example/a", who: a }] }).files;
  assert.equal((await run(number(early), both, fund)).verdict, "recorded");
  assert.equal((await run(number(early), one, fund)).reason, "waiting-witnesses");
  const forged = with_("checkpoint", (bytes) => core.concat(bytes, utf8(cosignature(good.body.replace("300", "301"), b, "w.example/b"))), one);
  assert.equal((await run(number(early), forged, fund)).verdict, "false");
});

test("the key in the page wins over the folder's, and without one that is said", async () => {
  const stranger = signer(99);
  const other = with_("log.vkey", () => utf8(`${vkey(ORIGIN, stranger)}\n`));
  assert.ok(names(await run(number(early), other)).includes("-key-differs"));
  assert.ok(names(await run(number(early), good.files, { ...FUND, vkey: undefined })).includes("-key-unpinned"));
  // A whole other ledger in the log's name, well made, under another key.
  const copy = publish(made, { log: stranger }).files;
  assert.equal((await run(number(early), copy)).verdict, "false");
  const elsewhere = { ...FUND, vkey: vkey("log.example/food", LOG) };
  assert.equal((await run(number(early), good.files, elsewhere)).reason, "unchecked-key");
});

test("a rewritten past is noticed by a phone that saw it before, and evidence holds both", async () => {
  const phone = memory();
  const before = publish(made, { size: 280 });
  assert.equal((await run(number(early), before.files, FUND, phone)).verdict, "recorded");
  assert.ok(names(await run(number(early), good.files, FUND, phone)).includes("grown"));
  assert.equal(phone.kept.seen.note, core.text(good.files.get("checkpoint")));
  assert.ok(names(await run(number(early), before.files, FUND, phone)).includes("-older"));
  assert.equal(phone.kept.seen.note, core.text(good.files.get("checkpoint")), "an older one is not what was seen last");
  const forged = entries.slice();
  forged[100] = utf8(core.text(forged[100]).replace(/"fen":(\d+)/, '"fen":1'));
  for (const size of [300, 290]) {
    const fork = publish({ entries: forged, days }, { size });
    const told = await run(number(early), fork.files, FUND, memory({ note: core.text(before.files.get("checkpoint")), on: "2026-11-01" }));
    assert.equal(told.reason, "false-file");
    assert.equal(told.evidence.other_checkpoint, core.text(before.files.get("checkpoint")));
    assert.equal(told.evidence.checkpoint, core.text(fork.files.get("checkpoint")));
  }
  const same = publish({ entries: forged, days }, { size: 280 });
  assert.equal((await run(number(early), same.files, FUND, memory({ note: core.text(before.files.get("checkpoint")), on: "x" }))).verdict, "false");
  const paper = receipt(entries.slice(0, 280), 20, 0, before.files.get("checkpoint"));
  assert.equal((await run(paper, publish({ entries: forged, days }).files)).verdict, "false");
  assert.ok(names(await run(paper)).includes("site-agrees"));
});

test("what is remembered never makes a check fail", async () => {
  const broken = core.storageMemory(() => { throw new Error("no storage here"); }, () => "2026-11-22");
  assert.equal((await run(number(early), good.files, FUND, broken)).verdict, "recorded");
  for (const note of ["", "x", core.text(good.files.get("checkpoint")).replace("300", "301")]) {
    assert.ok(names(await run(number(early), good.files, FUND, memory({ note, on: "x" }))).includes("first-visit"));
  }
  const kept = new Map();
  const storage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };
  const real = core.storageMemory(() => storage, () => "2026-11-22");
  await run(number(early), good.files, FUND, real);
  assert.deepEqual((await run(number(early), good.files, FUND, real)).steps.find(({ name }) => name === "grown").values, { size: 300, on: "2026-11-22" });
});

test("a partial tile that has gone is replaced by the full one", async () => {
  const small = publish(made, { size: 100 });
  const files = new Map([...good.files, ["checkpoint", small.files.get("checkpoint")]]);
  assert.equal((await run("20/0", files)).verdict, "recorded");
});

test("a receipt needs no folder, but says so", async () => {
  const paper = receipt(entries, 20, 0, good.files.get("checkpoint"));
  const told = await run(paper, new Map());
  assert.equal(told.verdict, "recorded");
  assert.ok(names(told).includes("-site-unchecked"));
  assert.equal((await run(paper, new Map(), { ...FUND, vkey: undefined })).verdict, "unchecked");
  assert.equal((await run(paper, new Map(), { ...FUND, vkey: vkey("log.example/food", LOG) })).reason, "unknown-fund");
  assert.equal((await run(paper, new Map(), { ...FUND, vkey: vkey(ORIGIN, signer(9)) })).verdict, "false");
});

test("a gift says so if the folder's own hints are wrong, and only the signed entry counts", async () => {
  const shard = shardsOf(refOf(early))[0];
  const swap = (change) => with_(shard, (bytes) => utf8(core.text(bytes).split("\n").map((line) => (line.startsWith(refOf(early)) ? change(line) : line)).join("\n")));
  const { entry, line } = places.get(early);
  // Another offset: the whole bundle tells where the entry is.
  assert.equal((await run(number(early), swap((text) => text.replace(/\d+ (\d+)$/, "7 $1")))).verdict, "recorded");
  const wrong = await run(number(early), swap((text) => text.replace(` ${entry} ${line} `, ` ${entry + 1} 0 `)));
  assert.deepEqual([wrong.verdict, wrong.values.file, wrong.values.entry], ["false", shard, entry + 1]);
  assert.equal((await run(number(early), with_(shard, () => utf8("<html>\n")))).reason, "unchecked-html");
});

test("a changed entry is named with both values, and its bytes are kept", async () => {
  const { entry } = places.get(early);
  const tampered = with_("tile/entries/000", (bytes) => {
    const at = good.where[entry][0] + core.text(entries[entry]).indexOf('"fen":') + 6;
    bytes[at] ^= 1;
    return bytes;
  });
  const told = await run(number(early), tampered);
  assert.deepEqual([told.verdict, told.values.entry, told.values.file], ["false", entry, "tile/entries/000"]);
  assert.match(told.values.found, /^[0-9a-f]{64}$/);
  assert.ok(told.evidence.bytes.length > 100 && told.evidence.checkpoint.startsWith(ORIGIN));
  assert.ok(!JSON.stringify(told.evidence).includes(number(early)), "the donor's number is nobody's business");
});

test("a day is added up again, and the whole ledger is read", async () => {
  const [day, seq] = [...days][1];
  const io = host(good.files);
  let progress = 0;
  const added = await core.addDay(day, FUND, io, memory(), () => (progress += 1));
  assert.deepEqual([added.verdict, added.reason, added.values.entries, progress], ["recorded", "day-agrees", 40, 40]);
  assert.equal((await core.addDay("2026-12-31", FUND, io, memory(), () => {})).reason, "waiting-day");
  const all = await core.replayAll(FUND, io, memory(), () => {});
  assert.deepEqual([all.reason, all.values.size], ["replay-agrees", 300]);
  // Ledgers whose own key signed what does not add up.
  const close = (change) => {
    const forged = entries.slice();
    forged[seq] = utf8(change(core.text(forged[seq])));
    return publish({ entries: forged, days }).files;
  };
  const less = close((text) => text.replace(/"moved":\{"done":\{"gift":\[(\d+),(\d+)/, (_, n, fen) => `"moved":{"done":{"gift":[${n},${fen - 1}`));
  const held = close((text) => text.replace(/"closing":\{"held":\{"wx":\d+/, '"closing":{"held":{"wx":1'));
  for (const files of [less, held]) {
    assert.equal((await core.addDay(day, FUND, host(files), memory(), () => {})).verdict, "false");
    const told = await core.replayAll(FUND, host(files), memory(), () => {});
    assert.deepEqual([told.verdict, told.values.entry], ["false", seq], "its officer did not sign that");
  }
});

test("the replay names the first entry that breaks the chain, a signature or a number", async () => {
  const told = async (change) => core.replayAll(FUND, host(publish({ entries: change(entries.slice()), days }).files), memory(), () => {});
  const edit = (at, change) => (all) => ((all[at] = utf8(change(core.text(all[at])))), all);
  for (const [change, entry, what] of [
    [edit(60, (text) => text.replace(/"prev":"./, '"prev":"_'.replace("_", text[17] === "0" ? "1" : "0"))), 60, /^prev/],
    [edit(61, (text) => text.replace('"fen":', '"fen":1')), 61, /^signature/],
    [edit(62, (text) => text.replace('"by":"chen"', '"by":"zhou"').replace('"by":"ma"', '"by":"zhou"')), 62, /^officer/],
    [edit(63, (text) => text.replace('"at":"2026-11-02', '"at":"2026-11-01')), 63, /^at/],
    [edit(64, (text) => text.replace('"seq":64', '"seq":65')), 64, /^seq/],
  ]) {
    const { verdict, values } = await told(change);
    assert.deepEqual([verdict, values.entry], ["false", entry]);
    assert.match(values.found, what);
  }
  // The newer program's line: nobody here can say that it is wrong.
  assert.equal((await told(edit(65, (text) => text.replace('{"gift":', '{"present":')))).reason, "unchecked-format");
});

test("a signed entry that names itself otherwise, or a note that is not three lines, is not taken", async () => {
  const forged = entries.slice();
  forged[20] = utf8(core.text(forged[20]).replace('"seq":20', '"seq":21'));
  assert.equal((await run("20/0", publish({ entries: forged, days }).files)).verdict, "false");
  const extended = with_("checkpoint", () => utf8(note(`${good.body}more\n`, LOG)));
  assert.equal((await run("20/0", extended)).reason, "unchecked-format");
  // Signed in the log's name by another key, and not signed at all.
  assert.equal((await run("20/0", with_("checkpoint", () => utf8(note(good.body, signer(77)))))).verdict, "false");
  assert.equal((await run("20/0", with_("checkpoint", () => utf8(`${good.body}\n`)))).verdict, "unchecked");
});

test("a host that is away, broken or talks of something else is never called false, nor believed", async () => {
  const page = utf8(`<!doctype html><html><body>${"sign in ".repeat(4000)}</body></html>`);
  const answer = (body, init) => new Response(body, init);
  const faults = {
    offline: () => Promise.reject(new TypeError("no network")),
    hangs: (_, { signal }) => new Promise((_, failed) => signal.addEventListener("abort", () => failed(new Error("late")))),
    missing: () => answer("not here", { status: 404 }),
    server: () => answer("broken", { status: 500 }),
    page: () => answer(page, { status: 200, headers: { "content-type": "text/html" } }),
    // Longer than an entry may be, so that its first two bytes could be a length.
    "page with a mark": () => answer(utf8(`\ufeff\r\n<HTML>${"sign in ".repeat(9000)}`)),
    "page after a remark": () => answer(utf8(`<!-- portal -->${"sign in ".repeat(9000)}`)),
    "page of a script": () => answer(utf8(`\n${" ".repeat(100)}<script>location = "/sign-in"</script>${"sign in ".repeat(9000)}`)),
    "page for a range": () => answer(page.slice(0, 400), { status: 206, headers: { "content-range": "bytes 0-399/9999" } }),
    empty: () => answer(new Uint8Array(0)),
    half: (bytes) => answer(bytes.slice(0, bytes.length / 2)),
    "all but one byte": (bytes) => answer(bytes.slice(0, -1)),
    "another range": (bytes) => answer(bytes.slice(0, 10), { status: 206, headers: { "content-range": `bytes 0-9/${bytes.length}` } }),
    "breaks off": (bytes) => answer(new ReadableStream({ start(c) { c.enqueue(bytes.slice(0, 5)); c.error(new Error("reset")); } })),
    "not satisfiable": () => answer("", { status: 416 }),
  };
  const serve = (fault, victim, count) => async (url, init) => {
    const path = decodeURIComponent(new URL(url).pathname.slice("/sub/".length));
    const bytes = good.files.get(path);
    count[path] = (count[path] ?? 0) + 1;
    if (path === victim || victim === "*") return fault(bytes ?? new Uint8Array(0), init);
    return bytes ? answer(bytes) : answer("not here", { status: 404 });
  };
  const { entry, line } = places.get(late);
  const [day] = [...days].at(-1);
  // What is left of a shard or bundle may still hold the line or the entry, which is proven as ever;
  // a place is found without shards.
  const needed = (path, given) => !/^log\.vkey|^v1\/|^find\/(1|new)\/|^tile\/entries/.test(path) && (path !== "find/digits" || given === number(late));
  const seen = {};
  for (const given of [number(late), `${entry}/${line}`, day]) {
    const asked = {};
    assert.equal((await core.check(given, FUND, core.web("http://host/sub/", 500, serve(null, "-", asked)), memory())).verdict, "recorded");
    for (const [name, fault] of Object.entries(faults)) {
      for (const victim of [...Object.keys(asked), "*"]) {
        const io = core.web("http://host/sub/", name === "hangs" ? 15 : 500, serve(fault, victim, {}));
        const told = await core.check(given, FUND, io, memory());
        assert.notEqual(told.verdict, "false", `${name} for ${victim}`);
        if (told.found) assert.equal(told.found.leaf, core.hex(core.leafHash(entries[given === day ? days.get(day) : entry])));
        if (victim === "*" || needed(victim, given)) assert.notEqual(told.verdict, "recorded", `${name} for ${victim}`);
        if (victim === "*") assert.equal(told.verdict, "unchecked", name);
        seen[told.reason] = (seen[told.reason] ?? 0) + 1;
      }
    }
  }
  console.log(`# ${JSON.stringify(seen)}`);
});

test("one more try is made, ranges are honoured whichever way a host answers, and no answer is read beyond its bound", async () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, n) => n % 251);
  let asked = [];
  const at = (answers) => core.web("http://host/", 500, async (_, init) => {
    asked.push(init.headers.Range);
    return answers.shift()();
  });
  const range = { max: 40, range: [10, 40] };
  const part = () => new Response(bytes.slice(10, 50), { status: 206, headers: { "content-range": "bytes 10-49/100000" } });
  const whole = () => new Response(bytes);
  for (const answers of [[part], [whole], [() => new Response("", { status: 503 }), whole], [() => { throw new TypeError(); }, whole]]) {
    asked = [];
    assert.deepEqual([...await at(answers)("file", range)], [...bytes.slice(10, 50)]);
    assert.equal(asked[0], "bytes=10-49");
  }
  await assert.rejects(at([whole])("file", { max: 99_999 }), { reason: "format" });
  await assert.rejects(at([() => new Response("", { status: 404 })])("file", { max: 10 }), { reason: "missing" });
  let pulled = 0;
  const endless = () => new Response(new ReadableStream({ pull(c) { pulled += 1; c.enqueue(new Uint8Array(1000)); } }));
  await assert.rejects(at([endless])("file", { max: 5000 }), { reason: "format" });
  assert.equal((await at([endless])("file", { max: 50_000, enough: (got) => got.length > 2000 })).length, 3000);
  assert.ok(pulled < 40);
});

test("a check of one gift costs a phone less than 60 kB", async () => {
  for (const given of [number(early), number(late), refOf(early), "3/0", "250/0", "290/0"]) {
    const asked = [];
    await run(given, good.files, FUND, memory(), asked);
    const cost = asked.reduce((sum, { from, to }) => sum + to - from, 0);
    assert.ok(cost < 60_000, `${cost}`);
    assert.ok(asked.length <= 14, `${asked.length} requests`);
    // A place is found without reading its bundle from the beginning.
    for (const { path, from, to } of asked) assert.ok(!path.startsWith("tile/entries") || to - from <= 4096, `${path} ${from} ${to}`);
  }
});
