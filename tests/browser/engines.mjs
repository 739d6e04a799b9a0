// The script's tests and 10,000 damaged folders and receipts in Chromium's own engine, as a donor's phone
// would check them.
//
//     node engines.mjs [MUTATIONS]

import { chromium } from "playwright-core";
import { FILES, address, serveTests, tell } from "./engine.mjs";
import { BROWSER, FLAGS, expect, finish, home } from "./harness.mjs";

const mutations = Number(process.argv[2] ?? 10_000);
const PATIENCE = 300_000;

await finish(async () => {
  expect(BROWSER, "no chromium here");
  const { base, stop } = await serveTests();
  const browser = await chromium.launch({ executablePath: BROWSER, headless: true, args: FLAGS, timeout: 60_000, env: { ...process.env, HOME: home("engine") } });
  try {
    const page = await browser.newPage();
    page.on("console", (message) => message.text().startsWith("#") && console.log(message.text()));
    await page.goto(address(base, FILES, mutations));
    await page.waitForFunction(() => globalThis.told, undefined, { timeout: PATIENCE });
    const told = await page.evaluate(() => globalThis.told);
    expect(told.length > 40, `only ${told.length} tests`);
    await tell("chromium", told);
  } finally {
    await browser.close();
    stop();
  }
});
