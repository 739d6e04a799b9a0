// The five verdicts on a published folder, each with what is asked and the host that leads to it; the same
// in every browser.

import { readFileSync } from "node:fs";

/** The place of the gift that a receipt is about. */
export const place = (receipt) => readFileSync(receipt, "utf8").split("\n")[1];

/** What is asked of which host, for a gift of the folder. */
export function VERDICTS(gift) {
  const away = (path) => path !== "style.css" && !path.endsWith(".js") && !path.endsWith(".html");
  return [
    { verdict: "recorded", what: gift, host: {} },
    { verdict: "waiting", what: "999999999/0", host: {} },
    { verdict: "unknown", what: "4200009999202611223344556677", host: {} },
    { verdict: "unchecked", what: gift, host: { status: (path) => (away(path) ? 500 : 200) } },
    // One bit of every hash of the leaves: no entry fits its tree any more.
    { verdict: "false", what: gift, host: { body: (path, body) => (/^tile\/0\//.test(path) ? body.map((byte, at) => (at % 32 === 0 ? byte ^ 1 : byte)) : body) } },
  ];
}
