// What is published for programs is what v1/schema.json says, by somebody else's validator (ajv):
// every v1 file of a folder, what `yishan verify --json` prints, and reports. Then each object is spoilt in
// every way the schema forbids, and must be refused.
//
//     node schema.mjs SITE YISHAN KEY FUND [ANOTHER SITE…]
//
// Together the folders have every file that the schema describes.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import Ajv2020 from "ajv/dist/2020.js";
import { check, expect, finish } from "./harness.mjs";

const [site, yishan, key, fund, ...others] = process.argv.slice(2);
const read = (name, from = site) => JSON.parse(fs.readFileSync(path.join(from, name), "utf8"));
const schema = read("v1/schema.json");
const pointer = (name) => `#/$defs/${name}`;

/** The schema in which no object has a field that it does not name. */
function closed(node) {
  if (Array.isArray(node)) return node.map(closed);
  if (node === null || typeof node !== "object") return node;
  const copy = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, closed(value)]));
  if (copy.properties && copy.additionalProperties === undefined) copy.additionalProperties = false;
  return copy;
}

const open = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
open.addSchema(schema, "v1");
const strict = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
strict.addSchema(closed({ ...schema, $defs: { ...schema.$defs } }), "v1");

function holds(ajv, name, object) {
  const check = ajv.getSchema(`v1${pointer(name)}`);
  return check(object) ? "" : JSON.stringify(check.errors.slice(0, 3));
}

/** Every object within `value`, with the way to it. */
function* objects(value, way = []) {
  if (value === null || typeof value !== "object") return;
  if (!Array.isArray(value)) yield way;
  for (const [name, inner] of Object.entries(value)) yield* objects(inner, [...way, name]);
}

function spoilt(object, way, change) {
  const copy = structuredClone(object);
  change(way.reduce((value, name) => value[name], copy));
  return copy;
}

/** The part of the schema that says what `value` is: references followed, and of several the one of its kind. */
function within(node, value) {
  if (node?.$ref) return within(schema.$defs[node.$ref.split("/").at(-1)], value);
  const kind = Array.isArray(value) ? "array" : typeof value;
  return node?.anyOf?.map((one) => within(one, value)).find((one) => one.type === kind) ?? node ?? {};
}

/** What the schema says of the value that lies at `way` within an object of this name. */
function said_of(name, object, way) {
  let [node, value] = [within(schema.$defs[name], object), object];
  for (const part of way) {
    value = value[part];
    node = within(node.items ?? node.properties?.[part] ?? node.additionalProperties, value);
  }
  return node;
}

/** The ways to spoil one field: without it if it may not be missing, or with what no count and no amount is. */
function changes(field, value, required) {
  const spoil = required.includes(field) ? [(at) => delete at[field]] : [];
  if (typeof value === "number") {
    for (const other of [-1, 0.5, 2 ** 53, String(value)]) spoil.push((at) => (at[field] = other));
  }
  return spoil;
}

/** The object is what the schema says and nothing more; spoilt in any field, it is not. */
function test(title, name, object) {
  return check(`${title} is what the schema says, and nothing else`, () => {
    expect(name in schema.$defs, `the schema does not describe ${name}`);
    const why = holds(open, name, object) || holds(strict, name, object);
    expect(!why, why);
    expect(open.getSchema("v1")(object), "no part of the whole schema takes it");
    let refused = 0;
    for (const way of objects(object)) {
      const { required = [] } = said_of(name, object, way);
      const fields = way.reduce((value, part) => value[part], object);
      for (const [field, value] of Object.entries(fields)) {
        for (const change of changes(field, value, required)) {
          const taken = !holds(open, name, spoilt(object, way, change));
          expect(!taken, `${[...way, field].join("/")} may be spoilt`);
          refused += 1;
        }
      }
    }
    expect(refused > 10, `only ${refused} spoilt objects`);
  });
}

/** Every file of a folder for programs but the schema, from `v1/` on. */
const files = (from = site) => fs.readdirSync(path.join(from, "v1"), { recursive: true }).filter((file) => file.endsWith(".json") && file !== "schema.json").sort();

/** The part of the schema that describes a file. */
function described(file) {
  if (path.dirname(file) === "days") return "month_days";
  return file === "students.json" ? "students_file" : path.basename(file, ".json");
}

/** What the command prints with --json, whatever it ends with. */
function said(...args) {
  const run = spawnSync(yishan, [...args, "--json"], { encoding: "utf8", maxBuffer: 1 << 26 });
  return JSON.parse(run.stdout);
}

/** A copy of the folder with one byte more in one file, and what verifying it says. */
function tampered() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "yishan-schema-"));
  try {
    const copy = path.join(folder, "site");
    fs.cpSync(site, copy, { recursive: true });
    fs.appendFileSync(path.join(copy, "v1/days.json"), " ");
    return said("verify", copy, "--key", key, "--evidence", path.join(folder, "evidence.json"));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

await finish(async () => {
  for (const from of [site, ...others]) {
    for (const file of files(from)) await test(`${path.basename(from)}/v1/${file}`, described(file), read(`v1/${file}`, from));
  }
  await check("every file that the schema describes was there", () => {
    const named = Object.entries(schema.$defs).filter(([, { description = "" }]) => description.startsWith("v1/")).map(([name]) => name);
    const there = new Set([site, ...others].flatMap((from) => files(from)).map(described));
    const missing = named.filter((name) => !there.has(name));
    expect(named.length > 10 && missing.length === 0, `${named.length} described, missing: ${missing}`);
  });
  await check("the list of months names each file of a month", () => {
    const named = read("v1/days.json").months.map(({ file }) => file);
    const there = files().filter((file) => described(file) === "month_days");
    expect(named.length > 0 && named.join() === there.join(), `${named} and ${there}`);
  });
  await test("yishan verify --json", "verify", said("verify", site, "--key", key));
  for (const period of ["2026-04-30", "2026-04", "2026Q2", "2026"]) {
    const run = spawnSync(yishan, ["-C", fund, "report", period, "--to", "json"], { encoding: "utf8", maxBuffer: 1 << 26 });
    await test(`yishan report ${period} --to json`, "report", JSON.parse(run.stdout));
  }
  await test("yishan report --json", "report", said("-C", fund, "report"));
  await check("what is found false is reported as the schema says", () => {
    const report = tampered();
    expect(report.verdict === "false", report.verdict);
    const why = holds(strict, "verify", report);
    expect(!why, why);
  });
  for (const args of [["verify", "--list-checks"], ["-C", path.join(site, "none"), "status"]]) {
    await check(`yishan ${args[0]} --json answers as every command does`, () => {
      const why = holds(open, "answer", said(...args));
      expect(!why, why);
    });
  }
});
