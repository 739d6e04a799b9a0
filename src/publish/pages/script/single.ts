// The script of the checkers in one file, which cannot start a worker: it adds up in the page.

import { start } from "./page.ts";
import "./qr.ts";
import { replay } from "./replay.ts";

start(replay);
