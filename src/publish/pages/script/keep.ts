// keep.js: what a donor may keep of a gift that is recorded, a certificate or a note in «my calendar»;
// fetched by the page after the verdict.

import type { Bytes } from "./bytes.ts";
import { Calendar } from "./calendar.ts";
import type { DrawCertificate } from "./cert.ts";
import type { Fund, Verdict } from "./check.ts";
import { Diary } from "./diary.ts";
import type { Io } from "./io.ts";
import type { Job } from "./job.ts";
import type { Progress } from "./replay.ts";
import { button, element, say } from "./words.ts";

/** The section of a page, and what it lends, so that nothing is fetched twice. */
export interface Host {
  readonly root: Element;
  readonly card: Element;
  readonly tools: { extra: <T>(name: string) => Promise<T>; sha256: (message: Bytes) => Bytes; web: (base: string) => Io };
  /** The folder's address, which ends in a slash. */
  base(): string;
  fund(): Fund;
  do(job: Partial<Job>, progress?: Progress, io?: Io): Promise<Verdict>;
}

/** Offers what can be kept of a gift; without one, the calendar. */
export type Keep = (host: Host, verdict?: Verdict) => void;

const calendars = new Map<Element, Calendar>();

function calendarOf(host: Host, place: Element): Calendar {
  const known = calendars.get(place) || new Calendar(place, {
    origin: originOf(host.fund()),
    storage: () => localStorage,
    io: () => host.tools.web(host.base()),
    check: (given, io) => host.do({ given }, undefined, io),
  });
  calendars.set(place, known);
  return known;
}

/** Whose calendar a page keeps, by the name of the log's key. */
const originOf = ({ vkey }: Fund): string => (vkey || "").split("+")[0];
const keeps = (fund: Fund): boolean => new Diary(() => localStorage, originOf(fund)).load() !== undefined;

/** A button that works once; what could not be fetched may be asked for again. */
const offer = (name: string, act: () => Promise<unknown> | void): HTMLButtonElement =>
  button("offer", say(name), (button) => {
    button.disabled = true;
    const failed = () => {
      button.disabled = false;
      button.textContent = say("offer-failed");
    };
    Promise.resolve(act()).then(() => button.remove(), failed);
  });

async function certificate({ card, tools, base }: { card: Element; tools: Host["tools"]; base: string }, { found, fund, point }: Verdict): Promise<void> {
  const { line, code, place } = found!;
  const english = document.documentElement.lang.startsWith("en");
  const draw = await tools.extra<DrawCertificate>("cert");
  draw(card, {
    fund: fund!.name, holder: fund!.holder, fen: line.fen, paid: line.paid, code, place, size: point!.size,
    root: tools.sha256(point!.root), address: `${base}${english ? "en/" : ""}r/index.html#${code}`,
  });
}

const keep: Keep = (host, verdict) => {
  const { root, card, tools } = host;
  const place = root.querySelector("[data-calendar]");
  if (!verdict) {
    if (!place) return;
    place.append(button("calendar-open", say("calendar-open"), () => calendarOf(host, place)));
    place.removeAttribute("hidden");
    return;
  }
  const offers = verdict.fund && verdict.point ? [offer("offer-certificate", () => certificate({ card, tools, base: host.base() }, verdict))] : [];
  if (place && !keeps(host.fund())) offers.push(offer("offer-calendar", () => calendarOf(host, place).add(verdict)));
  // Who keeps a calendar keeps this gift too.
  if (place && keeps(host.fund())) calendarOf(host, place).add(verdict);
  if (offers.length > 0) card.append(element("div", "offers", "", ...offers));
};

Object.assign(self, { yishan_keep: keep });
