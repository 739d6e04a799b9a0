// replay.js: does in a worker of the page what takes long, or is wanted seldom.

import { type Job, work } from "./job.ts";

let told = 0;

self.onmessage = async ({ data: job }: { data: Job }) => {
  const memory = { load: () => job.seen, save: (...save: [string, string]) => self.postMessage({ save }) };
  const verdict = await work(job, memory, (...progress) => {
    // A message for each entry would cost more than the entry.
    if (Date.now() - told < 100) return;
    told = Date.now();
    self.postMessage({ progress });
  });
  self.postMessage({ verdict });
};
