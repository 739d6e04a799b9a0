// What the checking page does beyond a verdict, in a real browser: certificate, calendar, many numbers,
// the demonstration, and browsers that cannot do it.

import { check, expect } from "../harness.mjs";

const card = (page) => page.innerText("[data-card]");
const kept = (page) => page.evaluate(() => Object.keys(localStorage).filter((name) => name.includes("/calendar/")));

/** A certificate: a picture that fits one screen, whose code leads back to the gift; the name goes nowhere. */
async function certificate({ page, asked }, place, ask, verdict) {
  await ask(page, place);
  const [code] = /YS-[\w-]+/.exec(await card(page));
  await page.click(".check-offer >> nth=0");
  await page.waitForSelector(".check-certificate img[src^='data:image/png;base64,']");
  const before = asked.length;
  await page.fill(".check-name", "王<b>小明\u202e");
  await page.click(".check-redraw");
  const { width, height, bytes } = await page.evaluate(() => {
    const image = document.querySelector(".check-certificate img");
    return { width: image.naturalWidth, height: image.naturalHeight, bytes: image.src.split(",")[1] };
  });
  expect(width <= 1080 && height <= 1440, `${width} by ${height}`);
  const picture = Buffer.from(bytes, "base64");
  expect(picture.length <= 150_000, `${picture.length} bytes`);
  const box = await page.locator(".check-certificate img").boundingBox();
  const screen = page.viewportSize();
  expect(box.height <= screen.height && box.width <= screen.width, `${box.width} by ${box.height} on ${screen.width} by ${screen.height}`);
  expect(asked.length === before, `asked for ${asked.slice(before)}`);
  expect(!asked.some((url) => decodeURIComponent(url).includes("小明")), "the name was sent");
  await page.setInputFiles("[name=file]", { name: "certificate.png", mimeType: "image/png", buffer: picture });
  await page.waitForFunction(() => !document.querySelector(".check-certificate"));
  expect((await verdict(page))[0] === "recorded" && (await card(page)).includes(code), await card(page));
}

/** The calendar begins when it is asked to, keeps what is checked after that, and forgets all of it. */
async function calendar({ page, url }, [first, second], ask, axe) {
  await ask(page, first);
  await page.waitForSelector(".check-offers");
  expect((await kept(page)).length === 0, "it was kept without being asked for");
  await page.click(".check-offer >> nth=1");
  await page.waitForSelector(".check-gave");
  await page.goto("about:blank");
  await page.goto(url);
  await ask(page, second);
  await page.waitForSelector(".check-gave");
  const [name] = await kept(page);
  const gifts = await page.evaluate((name) => JSON.parse(localStorage.getItem(name)), name);
  expect(gifts.length === 2, JSON.stringify(gifts));
  expect(gifts.every((gift) => Object.keys(gift).join() === "day,fen,place"), JSON.stringify(gifts));
  expect(/✓/.test(await page.innerText(".check-month")), "no sign");
  await axe(page);
  await page.setViewportSize({ width: 320, height: 640 });
  await page.evaluate(() => document.documentElement.style.setProperty("font-size", "225%"));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide <= 0, `at twice the text size it scrolls sideways by ${wide} px`);
  await page.click(".check-clear");
  expect((await kept(page)).length === 0 && (await page.locator(".check-gave").count()) === 0, "something is left");
}

/** Many numbers, some of them hostile, one after the other. */
async function batch({ page }, codes, axe) {
  await page.click(".check-calendar-open");
  const hostile = ['<img src=x onerror="window.hurt=1">', "9".repeat(300), "{yuan}", "\u202e4200000000000000000000000000", "-1", "1e400/0"];
  await page.fill(".check-numbers", [...codes, codes[0], "", ...hostile].join("\n"));
  await page.click(".check-batch-start");
  await page.waitForSelector(".check-keep");
  const states = await page.$$eval(".check-batch-rows li", (rows) => rows.map((row) => row.dataset.state));
  expect(states.filter((state) => state === "recorded").length === codes.length, states.join());
  expect(states.slice(codes.length).every((state) => state === "unknown"), states.join());
  expect(await page.evaluate(() => window.hurt === undefined && document.querySelectorAll(".check-batch-rows img").length === 0), "markup was taken");
  await axe(page);
  await page.click(".check-keep");
  await page.waitForSelector(".check-gave");
}

/** The page of the demonstration: what its buttons spoil is noticed, and what they leave alone is not. */
async function tampering({ page, heard }, axe) {
  for (const damage of ["amount", "signature", "total"]) {
    const section = page.locator(`[data-tamper=${damage}]`);
    const shown = section.locator("[data-card]");
    const run = async (how, state) => {
      await section.locator(`[data-run=${how}]`).click();
      await page.waitForFunction(([damage, state]) => document.querySelector(`[data-tamper=${damage}] [data-card]`).dataset.state === state, [damage, state]);
      return shown.innerText();
    };
    const told = await run("tampered", "false");
    expect(/演示|Demonstration/.test(told), told);
    expect(damage === "signature" || /¥[\d,.]+\D+¥[\d,.]+/.test(told), told);
    expect((await shown.locator("textarea, .check-do, .check-offers").count()) === 0, "it looks like an earnest one");
    await run("untouched", "recorded");
    expect((await shown.locator(".check-demo").count()) === 1, "not said to be a demonstration");
  }
  expect(await page.evaluate(() => localStorage.length) === 0, "something was remembered");
  await axe(page);
  expect(heard.length === 0, heard.join("; "));
}

/** Where the browser keeps nothing for a page, checking works and the calendar says so. */
async function without({ page }, code, ask) {
  expect((await ask(page, code))[0] === "recorded", await card(page));
  await page.click(".check-offer >> nth=1");
  await page.waitForSelector(".check-told:not(:empty)");
  expect(/没有记成|was not noted/.test(await page.innerText(".check-told")), await page.innerText("[data-calendar]"));
}

/** All of it, in both languages. `open(path, script)` opens a page after running `script` in it. */
export async function keeping({ open, close, checks, codes, ask, verdict, axe }) {
  for (const lang of ["zh", "en"]) {
    const on = async (name, path, run, script) => check(`${lang}: ${name}`, async () => {
      const one = await open(path, script);
      await run(one).finally(() => close(one));
    });
    await on("a certificate is drawn, and read again", checks[lang], (one) => certificate(one, codes[0], ask, verdict));
    await on("a calendar is kept on this phone alone", checks[lang], (one) => calendar(one, codes, ask, axe));
    await on("many numbers are checked one after the other", checks[lang], (one) => batch(one, codes, axe));
    await on("what is changed on purpose is noticed, and nothing is kept", checks[lang].replace("r/index", "tamper/index"), (one) => tampering(one, axe));
    await on("a private window checks, and keeps nothing", checks[lang], (one) => without(one, codes[0], ask), () => {
      Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } });
    });
    await on("a full storage is no fault", checks[lang], (one) => without(one, codes[0], ask), () => {
      Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
    });
    await on("a browser without fetch is told so", checks[lang], async ({ page }) => {
      expect((await ask(page, codes[0]))[0] === "unchecked", await card(page));
    }, () => delete window.fetch);
    await on("a browser that cannot read the script is left with the sentence that says so", checks[lang], async ({ page }) => {
      await page.route("**/check.js", (route) => route.fulfill({ contentType: "text/javascript", body: "const n = 2n ** ;" }));
      await page.reload();
      expect(await page.isVisible("[data-without-script]") && !(await page.isVisible("form")), "nothing is said");
    });
  }
}
