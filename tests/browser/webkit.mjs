// WebKitGTK, the nearest there is to the engine of an iPhone: the golden vectors, and the five verdicts on
// a published folder.
//
//     xvfb-run -a node webkit.mjs SITE RECEIPT SHOTS

import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { address, serveTests, tell } from "./engine.mjs";
import { check, expect, finish } from "./harness.mjs";
import { serve } from "./serve.mjs";
import { VERDICTS, place } from "./verdicts.mjs";
import { Session, missing } from "./webdriver.mjs";

const [site, receipt, shots] = process.argv.slice(2).map((path) => resolve(path));
const FILES = ["vectors", "code", "check", "later", "tamper", "changes-of-files", "changes-of-receipts"];
const MUTATIONS = 500;

/** The page's card, once it has a verdict; a string, or nothing yet. */
const card = `() => {
  const card = document.querySelector("[data-card]");
  return card && !["idle", "checking"].includes(card.dataset.state) ? card.dataset.state : "";
}`;

async function engine(session) {
  const { base, stop } = await serveTests();
  try {
    await session.go(address(base, FILES, MUTATIONS));
    const told = JSON.parse(await session.until("() => globalThis.told ? JSON.stringify(globalThis.told) : ''", 280));
    expect(told.length > 35, `only ${told.length} tests`);
    await tell("webkit", told);
  } finally {
    stop();
  }
}

async function verdicts(session, lang) {
  const gift = place(receipt);
  for (const { verdict, what, host } of VERDICTS(gift)) {
    await check(`webkit, ${lang}: ${verdict}`, async () => {
      const { base, stop } = await serve(site, "/sub/path/", host);
      try {
        await session.go(`${base}${lang === "en" ? "en/" : ""}r/index.html`);
        await session.until("() => document.querySelector('[data-card]')?.dataset.state ?? ''", 10);
        await session.type("[name=what]", what);
        await session.click("form button");
        const told = await session.until(card);
        expect(told === verdict, `${told}: ${await session.run("() => document.querySelector('[data-card]').innerText")}`);
        await session.shot(join(shots, `webkit-${lang}-${verdict}.png`));
      } finally {
        stop();
      }
    });
  }
}

await finish(async () => {
  const why = missing();
  expect(!why, why);
  mkdirSync(shots, { recursive: true });
  expect(JSON.parse(readFileSync(join(site, "v1/status.json"), "utf8")).size > 0, "nothing is published");
  const session = await Session.webkit();
  try {
    console.log(`# ${session.version}`);
    await engine(session);
    for (const lang of ["zh", "en"]) await verdicts(session, lang);
  } finally {
    await session.end();
  }
});
