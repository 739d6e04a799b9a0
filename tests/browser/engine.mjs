// The script's own tests in a browser's engine: the same files that Node runs, with small stand-ins for
// the few things of Node that they use.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { check, expect } from "./harness.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const TYPES = { ".mjs": "text/javascript", ".html": "text/html; charset=utf-8", ".json": "application/json" };
const IMPORTS = JSON.stringify({
  imports: {
    "node:assert/strict": "/tests/browser/engine/assert.mjs",
    "node:fs": "/tests/browser/engine/fs.mjs",
    "node:test": "/tests/browser/engine/test.mjs",
  },
});
const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>tests</title><script type="importmap">${IMPORTS}</script>
<script type="module" src="/tests/browser/engine/run.mjs"></script></html>`;

/** The test files whose subject a page can have; the others look at files of the repository. */
export const FILES = ["vectors", "code", "check", "keep", "later", "tamper", "changes-of-files", "changes-of-receipts"];

/** Serves the tests, the golden vectors and the built core; nothing else. */
export async function serveTests() {
  const served = /^\/(tests\/browser\/(script|engine)\/[\w.-]+\.mjs|tests\/vectors\/[\w-]+\.txt|src\/publish\/pages\/script\/node_modules\/\.built\.mjs)$/;
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://host");
    if (pathname === "/") return response.writeHead(200, { "content-type": TYPES[".html"] }).end(PAGE);
    try {
      const file = normalize(join(ROOT, pathname));
      if (!served.test(pathname) || !file.startsWith(ROOT.endsWith(sep) ? ROOT : ROOT + sep)) throw new Error("not served");
      const body = await readFile(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/plain; charset=utf-8" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { base: `http://127.0.0.1:${server.address().port}/`, stop: () => server.close() };
}

/** The address at which `files` are run, with so many mutations. */
export const address = (base, files, mutations) => `${base}?files=${files.join(",")}&mutations=${mutations}`;

/** Counts what came of the tests in `engine`. */
export async function tell(engine, told) {
  for (const { name, why, skipped } of told) {
    await check(`${engine}: ${name}${skipped ? ` (skipped: ${skipped})` : ""}`, () => expect(!why, why));
  }
}
