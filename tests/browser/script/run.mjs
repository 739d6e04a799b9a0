// Builds the page's script again and passes its tests.
//
//     node run.mjs
//
// Installs what it is built with, checks the types, compares what is committed with what is built, and
// runs every test here. The last line is `N passed, N failed`; exit code 1 if any failed.

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const source = fileURLToPath(new URL("../../../src/publish/pages/script/", import.meta.url));

let [passed, failed] = [0, 0];

/** Runs one command and prints its line; says whether it did what it should. */
function step(name, folder, ...command) {
  const { status, stdout, stderr } = spawnSync(command[0], command.slice(1), { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 });
  if (status === 0) passed += 1;
  else failed += 1;
  console.log(`${status === 0 ? "ok     " : "FAILED "} ${name}`);
  if (status !== 0) console.log(`${stdout}${stderr}`);
  return status === 0;
}

/** `node --test` counts by itself. */
function tests() {
  const files = readdirSync(here).filter((name) => name.endsWith(".test.mjs"));
  const { stdout } = spawnSync(process.execPath, ["--test", "--test-reporter=tap", ...files], { cwd: here, encoding: "utf8", maxBuffer: 1 << 28 });
  const count = (what) => Number(new RegExp(`^# ${what} (\\d+)$`, "m").exec(stdout)?.[1] ?? 0);
  passed += count("pass");
  failed += count("fail") + (count("tests") === 0 ? 1 : 0);
  console.log(stdout.split("\n").filter((line) => /^(not ok|ok|# \\?#)/.test(line)).join("\n"));
  if (count("fail") > 0) console.log(stdout);
}

step("install", source, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
  && step("types", source, process.execPath, "node_modules/typescript/bin/tsc", "--noEmit")
  && step("built as committed", source, process.execPath, "build.mjs", "--check")
  && step("the core for the tests", source, process.execPath, "build.mjs", "--core")
  && tests();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
