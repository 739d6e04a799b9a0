// What every test in a real browser needs: the browser, axe, and checks that are counted.

import { createRequire } from "node:module";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const BROWSER = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
export const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** A home of a browser's own, removed when the process ends. What a browser writes while it dies is no failure of a page. */
export function home(name) {
  const path = mkdtempSync(join(tmpdir(), `yishan-${name}-`));
  process.once("exit", () => {
    try {
      rmSync(path, { recursive: true, force: true, maxRetries: 5 });
    } catch {
      // The system clears its own folder.
    }
  });
  return path;
}

let passed = 0;
let failed = 0;

/** Runs one check and prints its line; what it throws is why it failed. */
export async function check(name, run) {
  try {
    await run();
    passed += 1;
    console.log(`ok      ${name}`);
  } catch (why) {
    failed += 1;
    console.log(`FAILED  ${name}: ${String(why.message ?? why).slice(0, 600)}`);
  }
}

export function expect(truth, why) {
  if (!truth) throw new Error(why);
}

/** Runs all checks, prints how many passed and failed, and ends the process: 1 if any failed. */
export async function finish(main) {
  await main().catch((why) => {
    failed += 1;
    console.log(`FAILED  the browser: ${why.message}`);
  });
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}
