// Prints the forms that offices ask for with a real browser, and looks at the paper: A4 on its side,
// every word within the margins, nothing cut or behind a scroll bar, the head of a table on each of
// its pages, sums in capitals where a form has them.
//
//     node report.mjs FUND YISHAN SHOTS_DIR
//
// Needs pdftotext (poppler-utils) beside the browser.
import { chromium } from "playwright-core";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { BROWSER, FLAGS, check, expect, finish, home } from "./harness.mjs";

const [fund, yishan, shots] = process.argv.slice(2).map((path) => resolve(path));
if (!shots) {
  console.error("usage: node report.mjs FUND YISHAN SHOTS_DIR");
  process.exit(2);
}
/** A4 on its side and the margins of print.css, in points; paper and rounding take up to one. */
const [WIDTH, HEIGHT, BESIDE, ABOVE] = [841.89, 595.28, 12 * (72 / 25.4), 9 * (72 / 25.4)];
const near = (a, b) => Math.abs(a - b) <= 1;
/** The width between the margins in CSS pixels, rounded down. */
const WITHIN = Math.floor((297 - 2 * 12) * (96 / 25.4));
const CAPITALS = /（大写）：人民币负?[零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整]+/u;
const FORMS = ["业务活动表", "资产负债表", "现金流量表", "募捐活动与专项收支表", "更正清单", "信息公开到期表"];
/** No check may hang the run. */
const PATIENCE = 60_000;

const folder = home("report");

/** The words of each page with their places, as another program reads the file. */
function words(pdf) {
  const text = execFileSync("pdftotext", ["-bbox", pdf, "-"], { encoding: "utf8", maxBuffer: 1 << 26 });
  return text.split("<page ").slice(1).map((page) => {
    const [, width, height] = /^width="([\d.]+)" height="([\d.]+)"/.exec(page).map(Number);
    const all = page.matchAll(/<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)</g);
    return { width, height, words: [...all].map(([, left, top, right, bottom, word]) => ({ left: +left, top: +top, right: +right, bottom: +bottom, word })) };
  });
}

/** The text of a page without blanks: which words a line is split into is no matter. */
const text = ({ words }) => words.map(({ word }) => word).join("").replace(/\s/g, "");

async function printed(page, name) {
  const pdf = join(shots, `report-${name}.pdf`);
  writeFileSync(pdf, await page.pdf({ preferCSSPageSize: true, printBackground: true }));
  return words(pdf);
}

/** What is wider or higher than its box, as it is laid out for the paper. */
const cut = (page) => page.evaluate(() => {
  const all = [...document.querySelectorAll("body, body *")].filter((one) => one.clientWidth > 0);
  const wide = all.filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1 && getComputedStyle(one).overflowY !== "visible");
  const beyond = all.filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1);
  return [...wide, ...beyond].map((one) => one.outerHTML.slice(0, 120));
});

/** What stands outside the paper's margins; a word's box is as high as its font can be, so its middle counts. */
function outside({ width, height, words }) {
  const off = ({ left, top, right, bottom }) => left < BESIDE - 1 || right > width - BESIDE + 1 || top + bottom < 2 * ABOVE || top + bottom > 2 * (height - ABOVE);
  return words.filter(off).map(({ word }) => word);
}

async function open(browser, period) {
  const html = execFileSync(yishan, ["-C", fund, "report", period, "--to", "html"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const file = join(folder, `${period}.html`);
  writeFileSync(file, html);
  const context = await browser.newContext({ viewport: { width: WITHIN, height: 700 } });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  await page.emulateMedia({ media: "print" });
  await page.goto(pathToFileURL(file).href);
  return page;
}

async function forms(browser, period) {
  const page = await open(browser, period);
  const pages = await printed(page, period);
  await check(`${period}: each form is one page, A4 on its side`, () => {
    const odd = pages.filter(({ width, height }) => !near(width, WIDTH) || !near(height, HEIGHT));
    expect(odd.length === 0, `a page of ${odd[0]?.width} to ${odd[0]?.height} points`);
    const begun = FORMS.map((form) => pages.findIndex((one) => text(one).startsWith(form)));
    expect(begun.join() === "0,1,2,3,4,5" && pages.length === FORMS.length, `the forms begin on pages ${begun} of ${pages.length}`);
    expect(pages.every((one) => text(one).includes("盖章")), "a page has no place for the seal");
  });
  await check(`${period}: every word is within the margins, and nothing is cut or scrolls`, async () => {
    const off = pages.flatMap(outside);
    expect(off.length === 0, `outside: ${off.slice(0, 8).join(" ")}`);
    const boxes = await cut(page);
    expect(boxes.length === 0, boxes.slice(0, 3).join("; "));
  });
  await check(`${period}: what came in and what is held are written out in capitals`, () => {
    for (const form of FORMS.slice(0, 2)) {
      const of = pages.find((one) => text(one).startsWith(form));
      expect(CAPITALS.test(text(of)), `${form} has no amount in capitals`);
    }
  });
  await page.context().close();
}

/** Whatever the fund: a table that takes several pages has its head on each, and no row is torn. */
async function long(browser) {
  const page = await open(browser, "2026-04");
  const rows = await page.evaluate(() => {
    for (const section of [...document.querySelectorAll("section")].slice(1)) section.remove();
    const body = document.querySelector("tbody");
    const row = [...body.rows].find((one) => one.cells.length > 2);
    for (let number = 0; number < 120; number += 1) {
      const copy = row.cloneNode(true);
      copy.cells[0].textContent = `第${number}行`;
      body.append(copy);
    }
    return body.rows.length;
  });
  const pages = await printed(page, "long");
  await check(`a table of ${rows} rows has its head on each of its pages`, () => {
    const with_rows = pages.filter((one) => /第\d+行/.test(text(one)));
    expect(with_rows.length > 3, `${with_rows.length} pages`);
    const headless = with_rows.filter((one) => !text(one).includes("本期非限定性"));
    expect(headless.length === 0, `${headless.length} of ${with_rows.length} pages have none`);
    const seen = pages.flatMap((one) => text(one).match(/第\d+行/g) ?? []);
    expect(seen.length === 120 && new Set(seen).size === 120, `${seen.length} rows of 120`);
    expect(pages.flatMap(outside).length === 0, "a word is outside the margins");
  });
  await page.context().close();
}

await finish(async () => {
  mkdirSync(shots, { recursive: true });
  const browser = await chromium.launch({ executablePath: BROWSER, args: FLAGS });
  try {
    for (const period of ["2026-04-30", "2026-04", "2026Q2", "2026"]) await forms(browser, period);
    await long(browser);
  } finally {
    await browser.close();
  }
});
