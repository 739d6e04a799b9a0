// What a check costs a phone: bytes, strangers asked, cookies, taps (limits that fail), and seconds on a slow
// phone and network (told, and never a failure: they depend on how busy this machine is). Beside it, the five
// verdicts in Chromium, each with a picture.
//
//     node weigh.mjs SITE RECEIPT SHOTS

import { chromium, devices } from "playwright-core";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { BROWSER, FLAGS, check, expect, finish } from "./harness.mjs";
import { serve } from "./serve.mjs";
import { VERDICTS, place } from "./verdicts.mjs";

const [site, receipt, shots] = process.argv.slice(2).map((path) => resolve(path));
const UNDER = "/sub/path/";
const PATIENCE = 30_000;
/** The limits, in bytes as they travel: everything of the first page, everything of a check, the script. */
const LIMITS = { home: 60 * 1024, check: 100 * 1024, script: 20 * 1024 };
/** A cheap phone on a bad network: four times slower, 1.6 Mbit/s, 150 ms. */
const SLOW = { cpu: 4, offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 };

const figures = {};
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;

/** A fresh phone that counts what it fetches, of whom, and what is tapped. */
async function phone(browser, base, { slow = false, ...options } = {}) {
  const { isMobile, hasTouch, ...pixel } = devices["Pixel 5"];
  const context = await browser.newContext({ ...pixel, isMobile, hasTouch, locale: "zh-CN", ...options });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const heard = { bytes: 0, scripts: 0, outside: [], cookies: [], requests: 0, taps: 0 };
  const protocol = await context.newCDPSession(page);
  await protocol.send("Network.enable");
  const urls = new Map();
  protocol.on("Network.requestWillBeSent", ({ requestId, request }) => {
    urls.set(requestId, request.url);
    heard.requests += 1;
    if (!/^(data|blob):/.test(request.url) && new URL(request.url).origin !== new URL(base).origin) heard.outside.push(request.url);
  });
  protocol.on("Network.responseReceivedExtraInfo", ({ headers }) => {
    for (const name of Object.keys(headers)) if (name.toLowerCase() === "set-cookie") heard.cookies.push(headers[name]);
  });
  protocol.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    heard.bytes += encodedDataLength;
    if (/\.js$/.test(urls.get(requestId) ?? "")) heard.scripts += encodedDataLength;
  });
  if (slow) {
    const { cpu: rate, ...network } = SLOW;
    await protocol.send("Emulation.setCPUThrottlingRate", { rate });
    await protocol.send("Network.emulateNetworkConditions", network);
  }
  const tap = async (selector) => {
    heard.taps += 1;
    await page.tap(selector);
  };
  return { context, page, heard, tap };
}

/** Waits for a verdict. */
async function verdict(page) {
  await page.waitForFunction(() => {
    const card = document.querySelector("[data-card]");
    return card && !["idle", "checking"].includes(card.dataset.state);
  });
  return page.getAttribute("[data-card]", "data-state");
}

async function quiet({ context, heard }) {
  const cookies = [...heard.cookies, ...(await context.cookies()).map((cookie) => cookie.name)];
  expect(heard.outside.length === 0, `asked elsewhere: ${heard.outside.join(" ")}`);
  expect(cookies.length === 0, `cookies: ${cookies.join(" ")}`);
}

async function first(browser, base) {
  const one = await phone(browser, base);
  await one.page.goto(base, { waitUntil: "networkidle" });
  figures["home, all of it"] = `${kib(one.heard.bytes)} in ${one.heard.requests} requests`;
  expect(one.heard.bytes <= LIMITS.home, `${kib(one.heard.bytes)} are more than ${kib(LIMITS.home)}`);
  await quiet(one);
  await one.context.close();
}

/** From the address of a QR code to the verdict, with no tap. */
async function scanned(browser, base, code, slow) {
  const one = await phone(browser, base, { slow });
  const begun = performance.now();
  await one.page.goto(`${base}r/index.html#${code}`, { waitUntil: "commit" });
  expect((await verdict(one.page)) === "recorded", await one.page.innerText("[data-card]"));
  const seconds = (performance.now() - begun) / 1000;
  await one.page.waitForLoadState("networkidle");
  return { ...one, seconds };
}

async function byCode(browser, base, code) {
  const one = await scanned(browser, base, code, false);
  figures["a scanned code, all of it"] = `${kib(one.heard.bytes)}, of it script ${kib(one.heard.scripts)}, ${one.heard.requests} requests`;
  expect(one.heard.taps === 0, `${one.heard.taps} taps`);
  expect(one.heard.bytes <= LIMITS.check, `${kib(one.heard.bytes)} are more than ${kib(LIMITS.check)}`);
  await quiet(one);
  await one.context.close();
}

/** The number typed in on the first page: one tap into the box, one on the button. */
async function typed(browser, base, gift, slow) {
  const one = await phone(browser, base, { slow });
  await one.page.goto(base, { waitUntil: "load" });
  await one.tap("[name=what]");
  await one.page.keyboard.type(gift);
  const begun = performance.now();
  await one.tap("form[data-form] button, [data-check] form button");
  expect((await verdict(one.page)) === "recorded", await one.page.innerText("[data-card]"));
  const seconds = (performance.now() - begun) / 1000;
  expect(one.heard.taps <= 2, `${one.heard.taps} taps`);
  await quiet(one);
  await one.context.close();
  return seconds;
}

async function verdicts(browser, lang, colorScheme) {
  for (const { verdict: wanted, what, host } of VERDICTS(place(receipt))) {
    await check(`${wanted}, ${lang}, ${colorScheme}`, async () => {
      const { base, stop } = await serve(site, UNDER, host);
      const one = await phone(browser, base, { colorScheme });
      try {
        await one.page.goto(`${base}${lang === "en" ? "en/" : ""}r/index.html`);
        await one.page.fill("[name=what]", what);
        await one.page.click("[data-check] form button");
        const told = await verdict(one.page);
        await one.page.locator("[data-card]").scrollIntoViewIfNeeded();
        await one.page.screenshot({ path: join(shots, `verdict-${lang}-${wanted}-${colorScheme}.png`), fullPage: true });
        expect(told === wanted, told);
      } finally {
        await one.context.close();
        stop();
      }
    });
  }
}

/** Whatever single file a host fails with, whichever way: nothing is called false. */
async function failing(browser, code) {
  const ways = { 500: () => 500, 404: () => 404, 503: () => 503 };
  const paths = [/^checkpoint$/, /^tile\/0\//, /^tile\/entries\//, /^find\//, /^tile\/|^find\/|^checkpoint$/];
  for (const [name, status] of Object.entries(ways)) {
    for (const path of paths) {
      await check(`${name} for ${path} is never «does not agree»`, async () => {
        const { base, stop } = await serve(site, UNDER, { status: (file) => (path.test(file) ? status() : 200) });
        const one = await phone(browser, base);
        try {
          await one.page.goto(`${base}r/index.html#${code}`);
          const told = await verdict(one.page);
          expect(told === "unchecked" || (told === "recorded" && path.test("find/1/0")), told);
        } finally {
          await one.context.close();
          stop();
        }
      });
    }
  }
}

async function main() {
  expect(BROWSER, "no chromium here");
  mkdirSync(shots, { recursive: true });
  const home = mkdtempSync(join(tmpdir(), "yishan-weigh-"));
  const { base, stop } = await serve(site, UNDER, { good: true });
  const browser = await chromium.launch({ executablePath: BROWSER, headless: true, args: FLAGS, timeout: 60_000, env: { ...process.env, HOME: home } });
  const gift = place(receipt);
  try {
    const one = await phone(browser, base);
    await one.page.goto(`${base}r/index.html`);
    await one.page.fill("[name=what]", gift);
    await one.page.click("[data-check] form button");
    await verdict(one.page);
    const code = /YS-[\w-]+/.exec(await one.page.locator("[data-card]").evaluate((card) => card.textContent))?.[0];
    await one.context.close();
    expect(code, "the card shows no receipt code");
    await check("the first page", () => first(browser, base));
    await check("a scanned code: no tap, and little fetched", () => byCode(browser, base, code));
    await check("the script that checks", () => {
      const bytes = gzipSync(readFileSync(join(site, "check.js")), { level: 9 }).length;
      figures["check.js, gzip"] = kib(bytes);
      expect(bytes <= LIMITS.script, `${kib(bytes)} are more than ${kib(LIMITS.script)}`);
    });
    await check("a number typed on the first page: two taps", () => typed(browser, base, gift, false));
    await check("seconds on a slow phone are measured", async () => {
      const cold = await scanned(browser, base, code, true);
      await cold.context.close();
      figures["slow phone, cold, address to verdict"] = `${cold.seconds.toFixed(2)} s (aim 2.5 s)`;
      figures["slow phone, tap to verdict"] = `${(await typed(browser, base, gift, true)).toFixed(2)} s (aim 1 s)`;
    });
    for (const lang of ["zh", "en"]) for (const colour of ["light", "dark"]) await verdicts(browser, lang, colour);
    await failing(browser, code);
  } finally {
    await browser.close();
    stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
  for (const [name, figure] of Object.entries(figures)) console.log(`# ${name}: ${figure}`);
  writeFileSync(join(shots, "weights.json"), `${JSON.stringify(figures, null, 2)}\n`);
}

await finish(main);
