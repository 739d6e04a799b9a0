// What is built fits into its budget, keeps the page's policy, and says everything in both languages.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { core } from "./folder.mjs";

const pages = new URL("../../../src/publish/pages/", import.meta.url);
const read = (name) => readFileSync(new URL(name, pages), "utf8");
const source = readdirSync(new URL("script/", pages)).filter((name) => name.endsWith(".ts")).map((name) => read(`script/${name}`)).join("\n");

test("check.js has at most 20 KiB on the wire", () => {
  const size = gzipSync(read("check.js"), { level: 9 }).length;
  assert.ok(size <= 20 * 1024, `${size}`);
});

test("no script needs what Chromium 67 and iOS 14 do not have, or what a strict policy forbids", () => {
  const young = /\bglobalThis\b|\.fromEntries\(|\.replaceAll\(|\.matchAll\(|\.allSettled\(|\.flatMap\(|\bstructuredClone\(|\.replaceChildren\(|\bcrypto\.subtle\b/;
  const unsafe = /\beval\(|new Function\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write|setAttribute\("style"|\.style\b|javascript:/;
  for (const name of ["check.js", "replay.js", "qr.js", "keep.js", "cert.js"]) {
    const text = read(name);
    assert.equal(young.exec(text)?.[0], undefined, name);
    assert.equal(unsafe.exec(text)?.[0], undefined, name);
    // The name of SVG is no address: the package of QR codes could write that too.
    assert.deepEqual((text.match(/https?:\/\/[\w./]+/g) ?? []).filter((url) => url !== "http://www.w3.org/2000/svg"), [], name);
    assert.match(text.split("\n")[0], name === "keep.js" ? /^\/\* yishan.*\*\/$/ : /^\/\*.*MIT.*\*\/$/);
  }
  for (const lang of ["zh", "en"]) assert.deepEqual(read(`checker.${lang}.html`).match(/<[a-z]+ [^>]*(?:src|href)=/g) ?? [], [], lang);
});

test("every text is there in both languages, with the same values", () => {
  const words = (lang) => new Map([...read(`script/words.${lang}.html`).matchAll(/^<template data-msg="([^"]+)">([^<]+)<\/template>$/gm)].map(([, name, text]) => [name, text]));
  const [zh, en] = [words("zh"), words("en")];
  assert.deepEqual([...zh.keys()], [...en.keys()]);
  for (const [name, text] of zh) {
    const values = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
    assert.deepEqual(values(text), values(en.get(name)), name);
  }
  const find = (pattern, name = (found) => found) => [...source.matchAll(pattern)].map(([, found]) => name(found));
  const used = [
    ...find(/"((?:unknown|waiting|unchecked|false|day|replay)-[a-z]+)"/g), ...find(/step\("([\w-]+)"/g, (one) => `step-${one}`), ...find(/say\("([\w-]+)"/g),
    ...find(/"((?:fact|expert|cert|offer|demo)-[a-z-]+)"/g), ...find(/"((?:calendar|batch)-(?!out|sum|rows|stop|start|open|gifts)[a-z-]+)"/g), ...find(/Unchecked\((?:isPage\(bytes\) \? )?"([a-z]+)"/g, (one) => `unchecked-${one}`), ...find(/fold\("([a-z]+)"/g, (one) => `fold-${one}`),
    ...["recorded", "waiting", "unknown", "unchecked", "false"].map((one) => `verdict-${one}`),
    ...Object.keys(core.LINES).map((one) => `kind-${one}`), "step-officer-appointed", "step-key-differs", "unchecked-cut",
    ...["reversed", "refunded", "refunded-part"].flatMap((one) => [one, `verdict-${one}`]), ...["reverse", "refund"].flatMap((one) => [`fact-${one}`, `later-${one}`, `step-later-${one}`]),
    ...["kept", "known", "full", "refused"].map((one) => `calendar-${one}`), ...["amount", "total", "signature", "none"].map((one) => `demo-${one}`),
    "do-false", "do-unchecked", "limits-later", "limits-line", "step-later-none", "step-later-unchecked",
  ].filter((name) => name !== "day-agrees-");
  assert.ok(used.length > 90, `${used.length}`);
  for (const name of used) assert.ok(zh.has(name), `there is no text ${name}`);
});

test("outside what is for experts no text speaks of hashes or signatures", () => {
  for (const lang of ["zh", "en"]) {
    for (const [, name, text] of read(`script/words.${lang}.html`).matchAll(/data-msg="([^"]+)">([^<]+)</g)) {
      if (!name.startsWith("expert-")) assert.doesNotMatch(text, /哈希|默克尔|签名|[Hh]ash|Merkle|signature/, name);
    }
  }
});
