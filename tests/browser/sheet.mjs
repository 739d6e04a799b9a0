// One page that shows every picture the browser tests took, and the figures they measured.
//
//     node sheet.mjs SHOTS

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const shots = resolve(process.argv[2]);
const names = readdirSync(shots).sort();
const text = (value) => String(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const figures = names.filter((name) => name.endsWith(".json"))
  .map((name) => `<h2>${text(name)}</h2>\n<pre>${text(readFileSync(join(shots, name), "utf8"))}</pre>\n`);
const pictures = names.filter((name) => name.endsWith(".png"))
  .map((name) => `<figure><a href="${text(name)}"><img loading="lazy" src="${text(name)}" alt="${text(name)}"></a><figcaption>${text(name.slice(0, -4))}</figcaption></figure>\n`);
const style = "body{font:14px sans-serif;margin:16px}main{display:flex;flex-wrap:wrap;gap:16px}figure{margin:0;width:220px}img{width:100%;max-height:420px;object-fit:cover;object-position:top;border:1px solid #999}pre{overflow:auto}";
writeFileSync(join(shots, "index.html"), `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>What the browser tests saw</title>
<style>${style}</style>
<h1>What the browser tests saw: ${pictures.length} pictures</h1>
${figures.join("")}<main>
${pictures.join("")}</main>
</html>
`);
console.log(`${pictures.length} pictures: ${join(shots, "index.html")}`);
if (pictures.length === 0) process.exit(1);
