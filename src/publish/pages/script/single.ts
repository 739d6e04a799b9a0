// The script of the checkers in one file, which cannot start a worker: it does everything in the page.

import { work } from "./job.ts";
import { start } from "./page.ts";
import "./cert.ts";
import "./keep.ts";
import "./qr.ts";

start(work);
