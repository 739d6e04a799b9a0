// Builds ../check.js, what it fetches when it is wanted, and the checkers in one file.
//
//     node build.mjs            writes them
//     node build.mjs --check    compares them with what is there, byte for byte
//     node build.mjs --core     makes node_modules/.built.mjs, which the tests import

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const here = (name) => new URL(name, import.meta.url);
const read = (name) => readFileSync(here(name), "utf8");
const NOBLE = "@noble/ed25519 and @noble/hashes, (c) Paul Miller, MIT";
const QR = "qr, (c) Paul Miller, MIT or Apache-2.0";

async function bundle(entry, more) {
  const { outputFiles } = await build({
    entryPoints: [here(entry).pathname], bundle: true, write: false, charset: "utf8", legalComments: "none", logLevel: "error", ...more,
  });
  return outputFiles[0].text;
}

/** One file for browsers from Chromium 67 and iOS 14 on, which know neither `globalThis` nor `?.`. */
const script = (from, entry) => bundle(entry, {
  minify: true, format: "iife", target: ["chrome67", "safari14"], define: { globalThis: "self" }, banner: { js: `/* yishan, see script/.${from.length > 0 ? ` With ${from.join("; ")}.` : ""} */` },
  // Safari 14.0 has both; what esbuild fears of its destructuring is a fault in rare nested defaults.
  supported: { bigint: true, destructuring: true },
});

const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** The page that works from a disk: words, look and scripts in it, and a policy that allows no others. */
function checker(lang, code) {
  const words = read(`words.${lang}.html`);
  const style = `\n${read("checker.css")}`;
  if (/<\/script|<!--/i.test(code)) throw new Error("the script cannot stand in a page");
  const policy = `default-src 'none'; script-src ${hash(code)}; style-src ${hash(style)}; connect-src http: https:; img-src data:; base-uri 'none'; form-action 'none'`;
  const fill = { lang: lang === "zh" ? "zh-CN" : "en", policy, style, words: words.trim(), script: code };
  return read("checker.html").replace(/\[([a-z-]+)\]/g, (all, name) => {
    const own = new RegExp(`<template data-msg="${name}">(.*)</template>`).exec(words)?.[1] ?? fill[name];
    if (own === undefined) throw new Error(`checker.html wants ${all}`);
    return own;
  });
}

if (process.argv.includes("--core")) {
  writeFileSync(here("node_modules/.built.mjs"), await bundle("core.ts", { format: "esm", target: "es2022" }));
  process.exit(0);
}

const [main, replay, photo, keep, cert, single] = await Promise.all([
  script([NOBLE], "main.ts"), script([NOBLE], "worker.ts"), script([QR], "qr.ts"), script([], "keep.ts"), script([QR], "cert.ts"), script([NOBLE, QR], "single.ts"),
]);
const files = { "check.js": main, "replay.js": replay, "qr.js": photo, "keep.js": keep, "cert.js": cert };
for (const lang of ["zh", "en"]) files[`checker.${lang}.html`] = checker(lang, single);

let wrong = 0;
for (const [name, text] of Object.entries(files)) {
  const path = here(`../${name}`);
  const same = existsSync(path) && readFileSync(path, "utf8") === text;
  const [size, zipped] = [Buffer.byteLength(text), gzipSync(text, { level: 9 }).length];
  const bad = process.argv.includes("--check") ? !same : (writeFileSync(path, text), false);
  wrong += bad ? 1 : 0;
  console.log(`${bad ? "FAILED  differs from its source: " : ""}${name}: ${size} bytes, ${zipped} zipped`);
}
process.exit(wrong === 0 ? 0 : 1);
