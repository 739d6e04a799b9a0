// «My calendar», and many numbers checked at once. What it keeps stays on this phone (`diary.ts`).

import { type Checked, checkAll, numbers, wordOf } from "./batch.ts";
import type { Verdict } from "./check.ts";
import { Diary, type Kept } from "./diary.ts";
import { type Io, once } from "./io.ts";
import { monthsOf, weeks } from "./month.ts";
import { button, element, say, yuan } from "./words.ts";

/** What the page lends it. */
export interface Tools {
  origin: string;
  storage: () => Storage;
  /** Reads the folder. */
  io: () => Io;
  /** Checks one number in the folder as `io` reads it. */
  check: (given: string, io: Io) => Promise<Verdict>;
}

/** The gift in a verdict, if it is recorded and stands. */
function giftOf({ reason, found }: Verdict): Kept | undefined {
  if (reason !== "recorded" || !found || found.line.kind !== "gift") return undefined;
  return { day: found.line.paid.slice(0, 10), fen: found.line.fen, place: found.place };
}

export class Calendar {
  private readonly diary: Diary;
  private readonly month = element("div", "month-of");
  private readonly told = element("p", "told");
  private readonly batch: Element;
  /** The month that is shown, `2026-11`. */
  private shown = "";

  constructor(place: Element, private readonly tools: Tools) {
    this.diary = new Diary(tools.storage, tools.origin);
    this.told.setAttribute("role", "status");
    this.batch = this.makeBatch();
    place.textContent = "";
    place.append(element("h2", "", say("calendar")), element("p", "", say("calendar-private")), this.told, this.month, this.batch);
    this.draw();
  }

  /** Keeps a gift that was checked. */
  add(verdict: Verdict): void {
    const gift = giftOf(verdict);
    if (!gift) return;
    this.told.textContent = say(`calendar-${this.diary.add(gift)}`, { day: gift.day, yuan: yuan(gift.fen) });
    this.shown = gift.day.slice(0, 7);
    this.draw();
  }

  /** The month, with what leads to the others and away from here. */
  private draw(): void {
    const gifts = this.diary.load();
    this.month.textContent = "";
    if (!gifts || gifts.length === 0) {
      this.month.append(element("p", "", say("calendar-empty")));
      if (!gifts) return;
    } else {
      const months = monthsOf(gifts);
      if (!months.includes(this.shown)) this.shown = months[months.length - 1];
      this.month.append(this.pager(months), this.table(gifts.filter(({ day }) => day.startsWith(this.shown))));
    }
    this.month.append(button("clear", say("calendar-clear"), () => {
      this.told.textContent = say(this.diary.clear() ? "calendar-cleared" : "calendar-refused");
      this.draw();
    }));
  }

  private pager(months: string[]): Element {
    const at = months.indexOf(this.shown);
    const to = (name: string, month: string | undefined) => {
      const made = button("page", say(name, { month: month || "" }), () => {
        this.shown = month!;
        this.draw();
      });
      made.disabled = !month;
      return made;
    };
    return element("p", "pager", "", to("calendar-before", months[at - 1]), to("calendar-after", months[at + 1]));
  }

  private table(gifts: Kept[]): Element {
    const days = new Map<number, number>();
    for (const { day, fen } of gifts) days.set(Number(day.slice(8)), (days.get(Number(day.slice(8))) || 0) + fen);
    const fen = gifts.reduce((sum, gift) => sum + gift.fen, 0);
    const caption = element("caption", "", say("calendar-sum", { month: this.shown, days: days.size, count: gifts.length, yuan: yuan(fen) }));
    const head = say("calendar-week").split("|").map((name) => {
      const cell = element("th", "", name);
      cell.setAttribute("scope", "col");
      return cell;
    });
    const rows = weeks(this.shown).map((week) => element("tr", "", "", ...week.map((day) => {
      const cell = element("td", days.has(day) ? "gave" : "", day === 0 ? "" : String(day));
      if (days.has(day)) cell.append(" ", element("strong", "", say("calendar-gave")));
      return cell;
    })));
    const list = gifts.map(({ day, fen, place }) => element("li", "", say("calendar-gift", { day, place, yuan: yuan(fen) })));
    return element("div", "", "", element("table", "month", "", caption, element("thead", "", "", element("tr", "", "", ...head)), element("tbody", "", "", ...rows)),
      element("details", "gifts", "", element("summary", "", say("calendar-list")), element("ul", "", "", ...list)));
  }

  /** The box for many numbers. */
  private makeBatch(): Element {
    const area = element<HTMLTextAreaElement>("textarea", "numbers");
    area.rows = 5;
    area.spellcheck = false;
    const label = element("label", "", say("batch"), area);
    const out = element("div", "batch-out");
    out.setAttribute("aria-live", "polite");
    const start = button("batch-start", say("batch-check"), async () => {
      start.disabled = true;
      await this.run(area.value, out).catch((why) => out.append(element("p", "", String(why))));
      start.disabled = false;
    });
    return element("div", "batch", "", element("h2", "", say("batch-title")), label, start, out);
  }

  private async run(pasted: string, out: Element): Promise<void> {
    const { list, over } = numbers(pasted);
    const bar = element<HTMLProgressElement>("progress", "progress");
    const sum = element("p", "batch-sum", say(list.length === 0 ? "batch-none" : "batch-start", { all: list.length }));
    const rows = element("ul", "batch-rows");
    let going = true;
    const stop = button("batch-stop", say("batch-stop"), () => (going = false));
    bar.setAttribute("aria-label", say("checking"));
    bar.max = list.length;
    bar.value = 0;
    out.textContent = "";
    out.append(sum, ...(list.length > 0 ? [bar, stop] : []), ...(over > 0 ? [element("p", "", say("batch-over", { all: list.length }))] : []), rows);
    const done: Checked[] = [];
    const io = once(this.tools.io());
    await checkAll(list, (given) => this.tools.check(given, io), (one, count) => {
      done.push(one);
      bar.value = count;
      rows.append(this.row(one));
      return going;
    });
    bar.remove();
    stop.remove();
    if (done.length > 0) this.conclude(done, list.length, sum, out);
  }

  private row({ given, verdict }: Checked): Element {
    const { found } = verdict;
    const what = found && found.line.fen ? say("yuan", { yuan: yuan(found.line.fen) }) : "";
    const row = element("li", "", `…${given.slice(-6)} `, element("strong", "", say(`verdict-${wordOf(verdict)}`)), new Text(` ${what}`));
    row.setAttribute("data-state", verdict.verdict);
    return row;
  }

  /** How many of each verdict, and the gifts into the calendar if there is one or is to be one. */
  private conclude(done: Checked[], all: number, sum: Element, out: Element): void {
    const counts = new Map<string, number>();
    for (const { verdict } of done) counts.set(wordOf(verdict), (counts.get(wordOf(verdict)) || 0) + 1);
    const words = Array.from(counts, ([word, count]) => say("batch-count", { count, word: say(`verdict-${word}`) }));
    sum.textContent = say(done.length < all ? "batch-stopped" : "batch-done", { done: done.length, all, sum: words.join(say("batch-comma")) });
    const gifts = done.filter(({ verdict }) => giftOf(verdict));
    if (gifts.length === 0) return;
    const keep = () => gifts.forEach(({ verdict }) => this.add(verdict));
    if (this.diary.load()) return keep();
    const offer = button("keep", say("batch-keep", { count: gifts.length }), () => {
      keep();
      offer.remove();
    });
    out.append(offer);
  }
}
