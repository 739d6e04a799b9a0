// The card with the verdict: one word, one sentence, what was found, what was checked.

import { toBase64 } from "./bytes.ts";
import type { Verdict } from "./check.ts";
import { button, clock, element, say, yuan } from "./words.ts";

type Row = [name: string, value: string];

function list(part: string, rows: Row[]): HTMLElement {
  const cells = rows.map(([name, value]) => [element("dt", "", say(name)), element("dd", "", value)]);
  return element("dl", part, "", ...cells.reduce<Node[]>((all, row) => all.concat(row), []));
}

const fold = (part: string, ...children: Node[]): HTMLElement =>
  element("details", part, "", element("summary", "", say(`fold-${part}`)), ...children);

/** What people see of a line. */
function facts({ found, point }: Verdict): Row[] {
  if (!found) return [];
  const { line, entry } = found;
  const rows: Row[] = [["fact-kind", say(`kind-${line.kind}`)]];
  if (line.kind === "close") {
    const [count, fen] = line.moved.done.gift;
    const held = Object.values<number>(line.closing.held).reduce((sum, one) => sum + one, 0);
    rows.push(["fact-day", line.day], ["fact-gifts", say("gifts", { count, yuan: yuan(fen) })], ["fact-held", say("yuan", { yuan: yuan(held) })]);
  }
  if (line.fen !== undefined) rows.push(["fact-amount", say("yuan", { yuan: yuan(line.fen) })]);
  if (line.paid) {
    rows.push(["fact-paid", clock(line.paid)]);
    if (line.to) rows.push(["fact-to", line.to]);
    if (line.from) rows.push(["fact-from", line.from]);
  }
  if (line.minutes) rows.push(["fact-served", say("served", line as never)]);
  for (const { place, line } of found.later) {
    rows.push([`fact-${line.kind}`, say(`later-${line.kind}`, { place, why: line.why, yuan: yuan(line.fen || 0) })]);
  }
  rows.push(["fact-at", clock(entry.at)], ["fact-by", entry.voucher.by]);
  rows.push(["fact-place", say("place", { entry: entry.seq, line: found.place.split("/")[1], size: point ? point.size : "" })], ["fact-code", found.code]);
  return rows;
}

/** What only experts want. */
function details({ found, point, values }: Verdict): Row[] {
  const rows: Row[] = Object.keys(values).map((key) => [`value-${key}`, String(values[key])]);
  if (found) rows.push(["expert-leaf", found.leaf], ["expert-line", found.entry.voucher.spelled[Number(found.place.split("/")[1])]], ["expert-voucher-sig", found.entry.sig]);
  if (point) rows.push(["expert-origin", point.origin], ["expert-size", String(point.size)], ["expert-root", toBase64(point.root)], ["expert-note", point.note]);
  return rows;
}

/** The evidence as text to keep, with a button that copies it and a link that saves it. */
function evidence(kept: Record<string, unknown>): HTMLElement {
  const area = element<HTMLTextAreaElement>("textarea", "evidence-text");
  area.readOnly = true;
  area.rows = 6;
  area.value = JSON.stringify(kept, null, 1);
  area.setAttribute("aria-label", say("evidence"));
  const copy = button("copy", say("copy"), (button) => {
    // The old way works in every web view; the new one asks for leave.
    area.select();
    button.textContent = say(document.execCommand("copy") ? "copied" : "copy-yourself");
  });
  const save = element<HTMLAnchorElement>("a", "save main", say("save"));
  save.download = "yishan-evidence.json";
  save.href = URL.createObjectURL(new Blob([area.value], { type: "application/json" }));
  return element("div", "evidence", "", element("p", "", say("evidence-keep")), area, copy, save);
}

/** What to do, and what not; the parts of the text stand between bars. */
function todo(name: string): HTMLElement[] {
  const parts = say(name).split("|");
  return parts.length > 1 ? [element("ol", "do", "", ...parts.map((part) => element("li", "", part)))] : [];
}

/** What a demonstration changed, and that nothing else did. */
function demo({ damage, before, after }: NonNullable<Verdict["demo"]>): HTMLElement {
  const sums: Record<string, string> = before === undefined ? {} : { before: yuan(before), after: yuan(after!) };
  return element("p", "demo", "", element("strong", "", say("demo")), new Text(say(`demo-${damage}`, sums)));
}

/** Shows that something is being checked, and how far it is. */
export function showBusy(card: Element, progress?: [done: number, all: number]): void {
  const bar = card.querySelector("progress");
  if (progress && bar) {
    [bar.value, bar.max] = progress;
    return;
  }
  card.setAttribute("data-state", "checking");
  card.setAttribute("aria-busy", "true");
  card.textContent = "";
  card.append(element("p", "verdict", say("checking")));
  if (progress) {
    const made = element("progress", "progress");
    made.setAttribute("aria-label", say("checking"));
    card.append(made);
  }
}

/** The headline: a gift that was undone since is no plain «recorded». */
const headline = ({ verdict, reason }: Verdict): string => (/^re(?:versed|funded)/.test(reason) ? reason : verdict);

/** Shows a verdict. */
export function show(card: Element, verdict: Verdict): void {
  card.textContent = "";
  card.setAttribute("data-state", verdict.verdict);
  card.setAttribute("data-reason", verdict.reason);
  card.removeAttribute("aria-busy");
  const word = headline(verdict);
  const icon = document.querySelector(`template[data-icon="${word === verdict.verdict ? word : "undone"}"]`) as HTMLTemplateElement | null;
  const head = element("p", "verdict", "", ...(icon ? [icon.content.cloneNode(true)] : []), element("strong", "", say(`verdict-${word}`)));
  const caught = verdict.demo && verdict.verdict === "false";
  if (verdict.demo) card.append(demo(verdict.demo));
  card.append(head, element("p", "reason", say(caught ? "demo-caught" : verdict.reason, verdict.values)));
  const rows = facts(verdict);
  if (rows.length > 0) card.append(list("facts", rows));
  if (!verdict.demo) {
    card.append(...todo(`do-${verdict.verdict}`));
    if (verdict.evidence) card.append(evidence(verdict.evidence));
  }
  if (verdict.steps.length > 0) card.append(steps(verdict));
  const expert = details(verdict);
  if (expert.length > 0) card.append(fold("expert", list("", expert)));
}

/** What was checked, and what was not. */
function steps({ steps, found, reason }: Verdict): HTMLElement {
  const items = steps.map(({ name, ok, values }) => {
    const item = element("li", ok ? "done" : "open", say(`step-${name}`, values));
    item.setAttribute("data-step", name);
    return item;
  });
  const about = found ? (found.line.ref ? "later" : "line") : reason;
  const limits = found || reason.endsWith("-agrees") ? [element("p", "limits", say(`limits-${about}`))] : [];
  return fold("steps", element("ul", "", "", ...items), ...limits);
}
