// The pages of a published folder, one for each template: those with a day, a month or a number in their
// name are alike, so the newest of them stands for all.

import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Every page below `folder`, as paths from it; the English ones are twins, and left out. */
function* pages(folder, under = "") {
  for (const item of readdirSync(join(folder, under), { withFileTypes: true })) {
    const path = under ? `${under}/${item.name}` : item.name;
    if (item.isDirectory() && path !== "en" && path !== "tile" && path !== "find") yield* pages(folder, path);
    else if (item.name === "index.html") yield path;
  }
}

/** One page for each template, in Chinese. */
export function templates(site) {
  const newest = new Map();
  for (const path of [...pages(site)].sort()) newest.set(path.replace(/\d+/g, "0"), path);
  return [...newest.values()].sort();
}
