// check.js: binds to a page, and leaves adding up to a worker so that the page stays quick.

import type { Verdict } from "./check.ts";
import { beside, start } from "./page.ts";

start((job, memory, progress) => new Promise<Verdict>((done, failed) => {
  const worker = new Worker(beside("replay.js"));
  const end = (tell: () => void) => {
    worker.terminate();
    tell();
  };
  worker.onmessage = ({ data }) => {
    if (data.progress) progress(data.progress[0], data.progress[1]);
    else if (data.save) memory.save(data.save[0], data.save[1]);
    else end(() => done(data.verdict));
  };
  worker.onerror = (event) => end(() => failed(event.message));
  worker.postMessage(job);
}));
