// Lighthouse, as on a phone, on a page of every template: accessibility, best practices and search of at
// least 95 each. Performance is a figure of this machine at this moment: told, measured again where it is
// below 95 while there is time, and never a failure.
//
//     node lighthouse.mjs SITE OUT

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { BROWSER, FLAGS, check, expect, finish, home } from "./harness.mjs";
import { serve } from "./serve.mjs";
import { templates } from "./templates.mjs";

const [site, out] = process.argv.slice(2).map((path) => resolve(path));
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const WANTED = 95;
/** How long slow pages are measured again, all together, in milliseconds. */
const AGAIN = 60_000;

/** A browser that Lighthouse drives; its port, and how to end it. */
async function browser() {
  const own = home("lighthouse");
  const flags = [...FLAGS, "--headless", "--remote-debugging-port=0", `--user-data-dir=${own}`, "about:blank"];
  const child = spawn(BROWSER, flags, { stdio: "ignore", detached: true, env: { ...process.env, HOME: own } });
  const end = () => {
    try {
      process.kill(-child.pid);
    } catch {
      // It has ended by itself.
    }
  };
  for (let tries = 0; tries < 240; tries++) {
    await new Promise((later) => setTimeout(later, 250));
    try {
      const [port] = readFileSync(join(own, "DevToolsActivePort"), "utf8").split("\n");
      return { port: Number(port), end };
    } catch {
      // Not ready yet.
    }
  }
  end();
  throw new Error("the browser did not start");
}

/** One audit: each category out of 100, and what failed in it. */
async function audit(lighthouse, url, port) {
  const flags = { port, onlyCategories: CATEGORIES, formFactor: "mobile", logLevel: "error", locale: "en", output: "json" };
  const { lhr } = await lighthouse(url, flags);
  expect(!lhr.runtimeError, `${lhr.runtimeError?.code}: ${lhr.runtimeError?.message}`);
  const scores = CATEGORIES.map((name) => [name, Math.round(100 * (lhr.categories[name].score ?? 0))]);
  const missed = (name) => lhr.categories[name].auditRefs
    .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 0.9)
    .map(({ id }) => `${id}: ${JSON.stringify(lhr.audits[id].details?.items?.[0] ?? "").slice(0, 200)}`);
  return { scores: Object.fromEntries(scores), missed };
}

async function main() {
  expect(BROWSER, "no chromium here");
  const { default: lighthouse } = await import("lighthouse");
  mkdirSync(out, { recursive: true });
  const { base, stop } = await serve(site, "/", { good: true });
  const { port, end } = await browser();
  const told = {};
  let left = AGAIN;
  try {
    for (const path of templates(site)) {
      await check(`lighthouse: ${path}`, async () => {
        const { scores, missed } = await audit(lighthouse, base + path, port);
        const speeds = [scores.performance];
        while (speeds.length < 3 && Math.max(...speeds) < WANTED && left > 0) {
          const begun = performance.now();
          speeds.push((await audit(lighthouse, base + path, port)).scores.performance);
          left -= performance.now() - begun;
        }
        scores.performance = speeds.sort((a, b) => a - b)[Math.floor(speeds.length / 2)];
        told[path] = scores;
        console.log(`# ${path}: ${CATEGORIES.map((name) => `${name} ${scores[name]}`).join(", ")}`);
        const low = CATEGORIES.slice(1).filter((name) => scores[name] < WANTED);
        expect(low.length === 0, low.map((name) => `${name} ${scores[name]} (${missed(name).join("; ")})`).join(", "));
      });
    }
  } finally {
    end();
    stop();
    writeFileSync(join(out, "lighthouse.json"), `${JSON.stringify(told, null, 2)}\n`);
  }
  expect(Object.keys(told).length > 3, `only ${Object.keys(told).length} pages`);
}

await finish(main);
