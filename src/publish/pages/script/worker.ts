// replay.js: adds up in a worker of the page.

import { type Job, replay } from "./replay.ts";

let told = 0;

self.onmessage = async ({ data: job }: { data: Job }) => {
  const memory = { load: () => job.seen, save: (...save: [string, string]) => self.postMessage({ save }) };
  const verdict = await replay(job, memory, (...progress) => {
    // A message for each entry would cost more than the entry.
    if (Date.now() - told < 100) return;
    told = Date.now();
    self.postMessage({ progress });
  });
  self.postMessage({ verdict });
};
