// Checks gifts of a published folder in a real browser: on its own page, and with the checker in one file,
// from the disk.
//
//     node page.mjs SITE_DIR RECEIPT
//
// SITE_DIR is a folder as published; RECEIPT a receipt of it. Prints one line per check and a last line
// `N passed, N failed`.

import { chromium, devices } from "playwright-core";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { AXE, BROWSER, FLAGS, check, expect, finish } from "../harness.mjs";
import { serve } from "../serve.mjs";
import { keeping } from "./page-keep.mjs";

const [site, receipt] = process.argv.slice(2).map((path) => resolve(path));
const pages = fileURLToPath(new URL("../../../src/publish/pages/", import.meta.url));
const PATIENCE = 20_000;

/** A copy of the folder, to be damaged; what it says of itself. */
function folder(into) {
  cpSync(site, into, { recursive: true });
  return JSON.parse(readFileSync(join(site, "v1/status.json"), "utf8"));
}

/** The gifts that the folder's entries refund. */
function refunds(site) {
  const files = readdirSync(join(site, "tile/entries"), { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const texts = files.map((file) => readFileSync(join(file.parentPath ?? file.path, file.name), "latin1"));
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/"refund":\{"of":"([\d/]+)"/g)].map(([, place]) => place)))];
}

/** Where a gift is checked. */
const checks = { zh: "r/index.html", en: "en/r/index.html" };

/** Two gifts of the entry that the receipt is of, or of the one before: places that the receipt names. */
function gifts(file) {
  const [, , entry] = readFileSync(file, "utf8").split("\n");
  const { seq, voucher } = JSON.parse(entry);
  const places = voucher.lines.flatMap((line, at) => (line.gift ? [`${seq}/${at}`] : []));
  expect(places.length >= 2, "the receipt's entry has not two gifts");
  return [places[0], places.at(-1)];
}

async function open(browser, url, context = {}, script = undefined) {
  const { isMobile, hasTouch, ...pixel } = devices["Pixel 5"];
  const window = await browser.newContext({ ...pixel, isMobile, hasTouch, locale: "zh-CN", ...context });
  window.setDefaultTimeout(PATIENCE);
  if (script) await window.addInitScript(script);
  const page = await window.newPage();
  const [heard, asked] = [[], []];
  page.on("request", (request) => request.url().startsWith("http") && asked.push(request.url()));
  page.on("console", (message) => message.type() === "error" && heard.push(message.text()));
  page.on("pageerror", (error) => heard.push(error.message));
  // The policy that the pages promise to live with.
  await page.route("http://**/*.html", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "content-security-policy": "default-src 'self'; img-src 'self' data:" } });
  });
  await page.goto(url);
  return { window, page, heard, asked, url };
}

/** Waits for a verdict and returns it with its reason. */
async function verdict(page) {
  const card = page.locator("[data-card]");
  await page.waitForFunction(() => !["idle", "checking"].includes(document.querySelector("[data-card]").dataset.state));
  return [await card.getAttribute("data-state"), await card.getAttribute("data-reason")];
}

async function ask(page, what) {
  await page.fill("[name=what]", what);
  await page.click("form button");
  return verdict(page);
}

async function axe(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] }));
  expect(violations.length === 0, violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 120)}`).join("; "));
}

/** Nothing in the card is the bare name of a text. */
async function said(page) {
  const text = await page.locator("[data-card]").evaluate((card) => {
    card.querySelectorAll("details").forEach((one) => (one.open = true));
    return card.innerText;
  });
  expect(!/(?:^|\s)(?:verdict|step|fact|kind|limits|expert|value|fold|unknown|unchecked|waiting|false)-[a-z]/.test(text), text);
  expect(!/\{\w+\}/.test(text.replace(/\{"[^}]*\}/g, "")), `a value is missing: ${text}`);
  const plain = await page.locator("[data-card]").evaluate((card) => {
    const copy = card.cloneNode(true);
    copy.querySelectorAll(".check-expert").forEach((one) => one.remove());
    return copy.textContent;
  });
  expect(!/哈希|默克尔|签名|hash|merkle|signature/i.test(plain), plain);
  return text;
}

async function main() {
  expect(BROWSER, "no chromium here");
  const home = mkdtempSync(join(tmpdir(), "yishan-page-"));
  const status = folder(join(home, "site"));
  const place = readFileSync(receipt, "utf8").split("\n")[1];
  const { base, stop } = await serve(join(home, "site"), "/sub/path/");
  const browser = await chromium.launch({ executablePath: BROWSER, headless: true, args: FLAGS, timeout: 60_000, env: { ...process.env, HOME: home } });
  let code = "";
  try {
    for (const lang of ["zh", "en"]) {
      const one = await open(browser, base + checks[lang]);
      const { page, heard } = one;
      await check(`${lang}: a place is recorded, in two taps`, async () => {
        expect((await ask(page, place))[0] === "recorded", await page.innerText("[data-card]"));
        expect(await page.locator("[data-card] svg").count() === 1, "no icon");
        code = /YS-[\w-]+/.exec(await said(page))[0];
        await axe(page);
      });
      await check(`${lang}: the same by its code, and this device remembers`, async () => {
        expect((await ask(page, code.toLowerCase()))[0] === "recorded", "not recorded");
        expect(await page.locator("[data-step=grown]").count() === 1, "nothing was remembered");
      });
      for (const [what, reason] of [["YS-1-001-0000-0000-0", "unknown-typo"], ["4200009999202611223344556677", "unknown-number"], ["999999999/0", "waiting-beyond"], ["2199-01-01", "waiting-day"], ["?", "unknown-format"]]) {
        await check(`${lang}: ${what} is ${reason}`, async () => {
          const [, told] = await ask(page, what);
          expect(told === reason, told);
          await said(page);
          await axe(page);
        });
      }
      await check(`${lang}: a receipt file`, async () => {
        await page.setInputFiles("[name=file]", receipt);
        await page.waitForSelector("[data-step=receipt-proves]", { state: "attached" });
        expect((await verdict(page))[0] === "recorded", "not recorded");
        await said(page);
      });
      await check(`${lang}: a day added up, and the whole ledger read in a worker`, async () => {
        await page.click("[data-day]");
        expect((await verdict(page))[1] === "day-agrees", await page.innerText("[data-card]"));
        await said(page);
        await page.click("[data-replay]");
        expect((await verdict(page))[1] === "replay-agrees", await page.innerText("[data-card]"));
        await said(page);
      });
      await check(`${lang}: without a network nothing is called false`, async () => {
        await one.window.setOffline(true);
        const [told] = await ask(page, place);
        await one.window.setOffline(false);
        expect(told === "unchecked", told);
        await axe(page);
      });
      await check(`${lang}: nothing was complained of`, async () => {
        // The browser itself notes that a day has no file, and that there was no network.
        const own = heard.filter((text) => !/ERR_INTERNET_DISCONNECTED|status of 404/.test(text));
        expect(own.length === 0, own.join("; "));
      });
      await one.window.close();
    }
    await keeping({
      checks, ask, verdict, axe, codes: gifts(receipt),
      open: (path, script) => open(browser, base + path, {}, script), close: (one) => one.window.close(),
    });
    await check("a gift that was refunded says so, and has no certificate", async () => {
      const given = refunds(join(home, "site"));
      expect(given.length > 0, "the folder has no refund");
      const one = await open(browser, base + checks.zh);
      for (const place of given.slice(0, 3)) {
        const [told, reason] = await ask(one.page, place);
        expect(told === "recorded" && /^refunded/.test(reason), `${place}: ${await one.page.innerText("[data-card]")}`);
        expect(/^已入账，后来退/.test(await said(one.page)), await one.page.innerText("[data-card]"));
        expect(await one.page.locator("[data-step=later-refund]").count() >= 1, "its entry is not proven");
        expect(await one.page.locator(".check-offers").count() === 0, "a certificate is offered");
      }
      await axe(one.page);
      await one.window.close();
    });
    await check("a scanned code is checked with no tap at all", async () => {
      const one = await open(browser, `${base}${checks.zh}#${code}`);
      expect((await verdict(one.page))[0] === "recorded", await one.page.innerText("[data-card]"));
      await one.window.close();
    });
    await check("a photo of a QR code is read", async () => {
      const { default: encode } = await import("../../../src/publish/pages/script/node_modules/qr/index.js");
      const one = await open(browser, base + checks.zh);
      const rows = encode(`https://fund.example/r/#${code}`, "raw", { ecc: "medium" });
      const picture = await one.page.evaluate((rows) => {
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = (rows.length + 8) * 6;
        const surface = canvas.getContext("2d");
        surface.fillStyle = "#fff";
        surface.fillRect(0, 0, canvas.width, canvas.width);
        surface.fillStyle = "#000";
        rows.forEach((row, y) => row.forEach((dark, x) => dark && surface.fillRect((x + 4) * 6, (y + 4) * 6, 6, 6)));
        return canvas.toDataURL("image/jpeg", 0.5).split(",")[1];
      }, rows.map((row) => [...row]));
      await one.page.setInputFiles("[name=file]", { name: "code.jpg", mimeType: "image/jpeg", buffer: Buffer.from(picture, "base64") });
      expect((await verdict(one.page))[0] === "recorded", await one.page.innerText("[data-card]"));
      expect(one.heard.length === 0, one.heard.join("; "));
      await one.window.close();
    });
    await check("one changed byte in the folder is not believed, and the evidence can be copied", async () => {
      const [entry] = place.split("/").map(Number);
      const index = Math.floor(entry / 256);
      const width = Math.min(256, status.size - 256 * index);
      const file = join(home, "site", `tile/0/00${index}${width === 256 ? "" : `.p/${width}`}`);
      const tile = readFileSync(file);
      const changed = Buffer.from(tile);
      changed[32 * (entry % 256)] ^= 1;
      writeFileSync(file, changed);
      const one = await open(browser, `${base}${checks.zh}#${code}`);
      expect((await verdict(one.page))[0] === "false", await one.page.innerText("[data-card]"));
      await said(one.page);
      expect(JSON.parse(await one.page.inputValue("textarea")).format === "yishan/evidence/v1", "no evidence");
      const [download] = await Promise.all([one.page.waitForEvent("download"), one.page.click(".check-save")]);
      expect(JSON.parse(readFileSync(await download.path(), "utf8")).format === "yishan/evidence/v1", "it cannot be saved");
      expect(await one.page.locator(".check-do li").count() >= 4, "nobody says what to do");
      await axe(one.page);
      await one.window.close();
      writeFileSync(file, tile);
    });
    for (const lang of ["zh", "en"]) {
      await check(`the checker in one file, ${lang}, works from the disk against any address`, () => fromDisk(browser, join(home, "site"), status, lang, code));
    }
  } finally {
    await browser.close();
    stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Another origin's page, so the host must allow reading, as a public folder should. */
async function fromDisk(browser, site, { vkey }, lang, code) {
  const server = createServer((request, response) => {
    const path = join(site, decodeURIComponent(new URL(request.url, "http://host").pathname));
    // A host that knows nothing of ranges, and lets a stranger's page read but not ask for them.
    if (request.method === "OPTIONS" || !existsSync(path)) return response.writeHead(404, { "access-control-allow-origin": "*" }).end();
    response.writeHead(200, { "access-control-allow-origin": "*" }).end(readFileSync(path));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  try {
    const one = await open(browser, `file://${join(pages, `checker.${lang}.html`)}`);
    await one.page.fill("[name=base]", `http://127.0.0.1:${server.address().port}`);
    await one.page.fill("[name=vkey]", vkey);
    expect((await ask(one.page, code))[0] === "recorded", await one.page.innerText("[data-card]"));
    await said(one.page);
    await axe(one.page);
    await one.page.click("[data-replay]");
    expect((await verdict(one.page))[1] === "replay-agrees", await one.page.innerText("[data-card]"));
    expect(one.heard.length === 0, one.heard.join("; "));
    await one.window.close();
  } finally {
    server.close();
  }
}

await finish(main);
