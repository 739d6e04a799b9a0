// Opens the published pages in a real browser and says, check by check, whether people can read them.
//
//     node check.mjs SITE_DIR SHOTS_DIR
//
// Prints one line per check and a last line `N passed, N failed`; exit code 1 if any failed.

import { chromium, devices } from "playwright-core";
import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { AXE, BROWSER, FLAGS, check, expect, finish, home } from "./harness.mjs";
import { serve } from "./serve.mjs";

const [site, shots] = process.argv.slice(2).map((path) => resolve(path));
if (!shots) {
  console.error("usage: node check.mjs SITE_DIR SHOTS_DIR");
  process.exit(2);
}
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const UNDER = "/sub/path/";
const { isMobile, hasTouch, ...pixel } = devices["Pixel 5"];
const SIZES = {
  phone: { ...pixel, isMobile, hasTouch },
  narrow: { viewport: { width: 320, height: 640 } },
  desktop: { viewport: { width: 1280, height: 900 } },
};
/** No check may hang the run. */
const PATIENCE = 15_000;

/** The names in a folder that look so, in order. */
const named = (folder, look) => (existsSync(join(site, folder)) ? readdirSync(join(site, folder)).filter((name) => look.test(name)).sort() : []);

/** The pages there are, one of each kind and of days the newest and the oldest, in both languages. */
function pages() {
  const days = named("d", /^\d{4}-\d\d-\d\d$/);
  const grants = named("out", /^p\d+-\d+$/);
  const one = [
    "",
    ...named(".", /^(?!en$)/).filter((name) => existsSync(join(site, name, "index.html"))).map((name) => `${name}/`),
    ...new Set([days.at(-1), days[0]].map((day) => `d/${day}/`)),
    ...named("days", /^\d{4}-\d\d$/).slice(-1).map((month) => `days/${month}/`),
    ...named("out", /^\d{4}-\d\d$/).slice(-1).map((month) => `out/${month}/`),
    ...grants.slice(-1).map((name) => `out/${name}/`),
  ];
  return one.map((path) => `${path}index.html`).flatMap((path) => [path, `en/${path}`]);
}

/** Pages on which no amount of money has to stand. */
const WORDS_ONLY = /^(en\/)?(r|log|how|tamper|hours|wishes|tickets)\//;

/** A fresh browser window that hears everything a page complains of or asks for. */
async function window(browser, base, options) {
  const context = await browser.newContext({ locale: "zh-CN", ...options });
  context.setDefaultTimeout(PATIENCE);
  const heard = { errors: [], outside: [] };
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && heard.errors.push(message.text()));
  page.on("pageerror", (error) => heard.errors.push(error.message));
  page.on("request", (request) => request.url().startsWith(base) || heard.outside.push(request.url()));
  page.on("response", (response) => response.status() >= 400 && heard.errors.push(`${response.status()} ${response.url()}`));
  return { context, page, heard };
}

const overflow = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Everything to press is large enough: 44 px, and the main ones 60; but for words within a text. */
async function targets(page) {
  const small = await page.evaluate(() => [...document.querySelectorAll("a, button, summary, input, label[for]")].flatMap((one) => {
    const { width, height } = one.getBoundingClientRect();
    const hidden = width <= 1 || height <= 1 || getComputedStyle(one).visibility === "hidden";
    const within = one.tagName === "A" && getComputedStyle(one).display === "inline" && one.parentElement.textContent.trim() !== one.textContent.trim();
    const label = one.tagName === "LABEL" && !one.previousElementSibling?.matches("input[type=radio]");
    const least = one.matches(".main") ? 60 : 44;
    return hidden || within || label || height >= least - 0.5 ? [] : [`${one.outerHTML.slice(0, 80)} is ${Math.round(height)} px high`];
  }));
  expect(small.length === 0, [...new Set(small)].slice(0, 4).join("; "));
}

async function axe(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(
    (values) => globalThis.axe.run(document, { runOnly: { type: "tag", values } }), RULES);
  expect(found.passes.length > 5, `axe looked at ${found.passes.length} rules only`);
  const told = found.violations.map((v) => `${v.id} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 120)}`);
  expect(told.length === 0, told.join("; "));
}

/** The amounts of the last close as programs read them, by name, in yuan. */
function amounts() {
  const { closed } = JSON.parse(readFileSync(join(site, "v1/status.json"), "utf8"));
  expect(closed, "no day is closed, so there is no total to look for");
  const { held, pots = {}, ...sums } = closed.closing;
  // Of pots the first page has the sum, and a page of their own has each.
  const restricted = Object.values(pots).reduce((sum, fen) => sum + fen, 0);
  return Object.entries({ ...sums, ...held, ...(restricted > 0 && { restricted }) }).map(([name, fen]) => [name, (fen / 100).toFixed(2)]);
}

/** Title, language, numbers and tables, with nothing but HTML. */
async function readable(browser, base, path) {
  const { context, page, heard } = await window(browser, base, { ...SIZES.phone, javaScriptEnabled: false });
  try {
    await page.goto(base + path);
    expect((await page.title()).trim() !== "", "no title");
    const lang = await page.locator("html").getAttribute("lang");
    expect(lang.startsWith(path.startsWith("en/") ? "en" : "zh"), `lang is ${lang}`);
    expect((await page.locator("h1").count()) === 1, "not exactly one h1");
    const text = await page.locator("main").innerText();
    expect(/\d+\.\d\d/.test(text) || WORDS_ONLY.test(path), "no amount of money is shown");
    if (/^(en\/)?index\.html$/.test(path)) {
      const plain = text.replaceAll(/(?<=\d),(?=\d{3})/g, "");
      for (const [name, yuan] of amounts()) {
        expect(plain.includes(yuan), `${name} ${yuan} is not on the page`);
      }
    }
    expect(heard.errors.length + heard.outside.length === 0, [...heard.errors, ...heard.outside].join("; "));
  } finally {
    await context.close();
  }
}

/** One page at one size in one colour: fits, is quiet, asks nobody else, and axe finds nothing. */
async function fits(browser, base, path, size, colorScheme) {
  const { context, page, heard } = await window(browser, base, { ...SIZES[size], colorScheme });
  try {
    await page.goto(base + path, { waitUntil: "load" });
    const wide = await overflow(page);
    expect(wide <= 0, `scrolls sideways by ${wide} px`);
    const shot = `${path.replaceAll("/", "-").replace(".html", "")}-${size}-${colorScheme}.png`;
    // The top of the page: a day of hundreds of gifts is longer than a picture may be.
    await page.screenshot({ path: join(shots, shot) });
    await targets(page);
    await axe(page);
    if (size === "narrow") {
      await page.addStyleTag({ content: "html { font-size: 225% !important; }" });
      const wider = await overflow(page);
      expect(wider <= 0, `at twice the text size it scrolls sideways by ${wider} px`);
    }
    expect(heard.errors.length === 0, `console: ${heard.errors.join("; ")}`);
    expect(heard.outside.length === 0, `asked elsewhere: ${heard.outside.join(" ")}`);
  } finally {
    await context.close();
  }
}

/** Every address of the pages, and everything they link to, is in the folder. */
async function links(browser, base) {
  const { context, page } = await window(browser, base, SIZES.desktop);
  const seen = new Map();
  try {
    for (const path of pages()) {
      await page.goto(base + path);
      const found = await page.$$eval("[href]:not([href^='data:']), [src]", (all) => all.map((e) => e.href ?? e.src));
      const ids = await page.$$eval("a[href^='#']", (all) => all.filter((a) => !document.querySelector(a.hash)).map((a) => a.hash));
      expect(ids.length === 0, `${path} points to ${ids.join(" ")}, which it does not have`);
      found.forEach((url) => seen.has(url) || seen.set(url.split("#")[0], path));
    }
    expect(seen.size > 5, `only ${seen.size} links`);
    for (const [url, from] of [...seen].slice(0, 500)) {
      expect(url.startsWith(base), `${from} links outside: ${url}`);
      const { status } = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
      expect(status === 200, `${from} links to ${url}: ${status}`);
    }
  } finally {
    await context.close();
  }
}

async function main() {
  expect(BROWSER, "no chromium here");
  mkdirSync(shots, { recursive: true });
  const { base, stop } = await serve(site, UNDER);
  const browser = await chromium.launch({
    executablePath: BROWSER, headless: true, args: FLAGS, timeout: 60_000, env: { ...process.env, HOME: home("browser") },
  });
  try {
    for (const path of pages()) {
      await check(`${path}: readable without scripts`, () => readable(browser, base, path));
      for (const size of Object.keys(SIZES)) {
        for (const colour of ["light", "dark"]) {
          await check(`${path}: ${size}, ${colour}`, () => fits(browser, base, path, size, colour));
        }
      }
    }
    await check("every link leads to a file of the folder", () => links(browser, base));
  } finally {
    await browser.close();
    stop();
  }
}

await finish(main);
