// Receipt codes: read as in Rust, and mistyped ones are noticed without asking anybody.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { core, dice } from "./folder.mjs";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const unhex = (text) => Uint8Array.from(text.match(/../g), (h) => parseInt(h, 16));

test("the kept codes are printed and read as in Rust", () => {
  const seen = { code: 0, typo: 0, none: 0 };
  for (const line of readFileSync(new URL("../../vectors/codes.txt", import.meta.url), "utf8").split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [, what, rest] = /^(\w+) (.*)$/.exec(line);
    seen[what] += 1;
    if (what !== "code") {
      assert.equal(typeof core.parseCode(rest), what === "typo" ? "string" : "undefined", rest);
      continue;
    }
    const [, entry, at, hash, written] = /^(\d+)\/(\d+) (\w+) (.*)$/.exec(rest);
    const code = { entry: Number(entry), line: Number(at), hash: core.hashPart(unhex(hash)) };
    const all = written.split(" | ");
    assert.equal(core.printCode(code), all[0]);
    all.forEach((one) => assert.deepEqual(core.parseCode(one), code, one));
  }
  assert.ok(seen.code >= 5 && seen.typo >= 8 && seen.none >= 3, JSON.stringify(seen));
});

test("every single wrong character and nearly every swap of neighbours is a typo", () => {
  const random = dice(5);
  let [wrong, swaps, missed] = [0, 0, 0];
  for (let n = 0; n < 100; n++) {
    const hash = Array.from({ length: 8 }, () => ALPHABET[random(32)]).join("");
    const code = core.printCode({ entry: random(10 ** (1 + (n % 9))), line: random(1000), hash });
    const places = [...code].map((_, at) => at).filter((at) => code[at] !== "-");
    for (const at of places) {
      // Also in the first two letters, as long as the dashes are in their places.
      for (const other of `${ALPHABET}U`) {
        if (other === code[at]) continue;
        const typed = code.slice(0, at) + other + code.slice(at + 1);
        assert.equal(typeof core.parseCode(typed), "string", `${code} as ${typed}`);
        wrong += 1;
      }
    }
    for (const [a, b] of places.slice(3).map((at, n) => [places[n + 2], at])) {
      const typed = [...code];
      [typed[a], typed[b]] = [typed[b], typed[a]];
      if (code[a] === code[b]) continue;
      swaps += 1;
      missed += typeof core.parseCode(typed.join("")) === "string" ? 0 : 1;
    }
  }
  console.log(`# ${wrong} wrong characters, all noticed; ${swaps - missed} of ${swaps} swaps noticed`);
  assert.ok(missed * 100 <= swaps * 3);
});

test("of a mistyped code the group that cannot be right is named, if one can be told", () => {
  const code = core.printCode({ entry: 41, line: 7, hash: "K7QM2PXD" });
  const last = code.slice(-1);
  for (const [typed, group] of [
    [`YS-41-07-K7QM-2PXD-${last}`, "07"], [`YS-41-007-K7Q-2PXD-${last}`, "K7Q"], [`YS-41-007-K7QU-2PXD-${last}`, "K7QU"], [`ys-41-007-k7qm-2px?-${last}`, "2PX?"],
    [`YS-041-007-K7QM-2PXD-${last}`, "041"], [`YS-41-007-K7QM-2PXD-${last}${last}`, last + last], [`YS41007K7QU2PXD${last}`, "U"], ["YS41007K7Q#", "#"], ["ＹＳ－４１－００７－Ｋ７Ｑ－２ＰＸＤ－２", "K7Q"],
    // Each group could be right: one character was taken for another.
    [code.replace("K7QM", "K7QN"), ""], [code.replace("41", "42"), ""],
  ]) assert.equal(core.parseCode(typed), group, typed);
  assert.deepEqual(core.readInput(`YS-41-07-K7QM-2PXD-${last}`), { kind: "typo", group: "07" });
});
