// check.js: binds to a page. A line it looks up itself; what takes long or is wanted seldom a worker does,
// so that the page stays quick and small.

import { type Verdict, checkLine } from "./check.ts";
import { readInput } from "./input.ts";
import { Unchecked, web } from "./io.ts";
import type { Work } from "./job.ts";
import { beside, start } from "./page.ts";

const leave: Work = (job, memory, progress) => new Promise<Verdict>((done, failed) => {
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
  // Without a message the file itself could not be had.
  worker.onerror = ({ message }) => end(() => failed(message || new Unchecked("offline", "replay.js")));
  worker.postMessage(job);
});

start((job, memory, progress, io = web(job.base)) => {
  const input = job.given === undefined || job.damage ? undefined : readInput(job.given);
  if (!input || input.kind === "day" || input.kind === "receipt") return leave(job, memory, progress);
  return checkLine(input, job.fund, io, memory);
});
