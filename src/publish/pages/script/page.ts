// Binds the checks to a page. The page is somebody else's; this is what it must have:
//
//     <section data-check data-base="../" data-vkey="…">   any element; one or more in a page
//       <p data-without-script>…</p>                        hidden once this script runs
//       <form hidden data-with-script>                      shown once this script runs
//         <input name="what">                               a number, code, place, day or address
//         <input name="file" type="file">                   optional: a receipt, or a photo of a QR code
//         <input name="base"> <input name="vkey">           optional: in place of the attributes
//         <button>…</button>
//       </form>
//       <button hidden data-with-script type="button" data-day="2026-11-22">…</button>   optional: add a day up again
//       <button hidden data-with-script type="button" data-replay>…</button>             optional: read the whole ledger
//       <div data-card data-state="idle" aria-live="polite"></div>
//       <div hidden data-calendar></div>                    optional: «my calendar», and many numbers at once
//     </section>
//     <section data-check data-tamper="amount" data-what="41/0" data-base="../" data-vkey="…">   a demonstration
//       <p data-without-script>…</p>
//       <button hidden data-with-script type="button" data-run="tampered">…</button>     check with the fault
//       <button hidden data-with-script type="button" data-run="untouched">…</button>    optional: and without
//       <div data-card data-state="idle" aria-live="polite"></div>
//     </section>
//     <template data-msg="verdict-recorded">…</template> …  the texts: words.zh.html or words.en.html, as they are
//     <template data-icon="recorded"><svg …></template> …   optional: an icon for each verdict, and `undone`
//     <script src="../check.js" defer></script>             with replay.js, qr.js, keep.js and cert.js beside it
//
// Attributes of the section: `data-base`, the published folder, relative to the page; `data-vkey`, the log's
// key; and, each optional, `data-witnesses` (vkeys between blanks) with `data-quorum`; `data-channels` (the
// fund's own channels, between blanks); `data-appointed` (officers who were no founders, between blanks:
// `handle:entry:line:offset:length`, the last two as in a shard). A fragment `#YS-…` of the page's address,
// with or without `.offset.length` behind the code, is checked at once, in the first section with a form.
//
// `data-tamper` is `amount` (then `data-what` is the place of a gift), `total` (a closed day) or `signature`
// (either). What is fetched is changed in the memory of a worker; nothing is remembered of it.
//
// `data-state` of the card is `idle`, `checking` or a verdict: `recorded`, `waiting`, `unknown`, `unchecked`,
// `false`; `data-reason` says why: of what is `recorded` also that it was `reversed`, `refunded` or
// `refunded-part` since. Inside it the script makes: p.check-demo, p.check-verdict, p.check-reason,
// dl.check-facts, ol.check-do, div.check-evidence (textarea, button, a), div.check-offers (buttons),
// div.check-certificate (form, img), details.check-steps (li.check-done, li.check-open),
// details.check-expert, progress.check-progress. Nothing in the page is evaluated, and no style is set:
// `default-src 'self'; img-src 'self' data:` is enough of a policy (data: is the photo that was chosen, and
// the certificate). No text leaves the phone but the paths that are asked for.

import { show, showBusy } from "./card.ts";
import type { Fund, Verdict } from "./check.ts";
import type { Hint } from "./find.ts";
import { sha256 } from "./hash.ts";
import { type Io, Unchecked, web } from "./io.ts";
import type { Job, Work } from "./job.ts";
import type { Host, Keep } from "./keep.ts";
import { storageMemory } from "./memory.ts";
import type { Progress } from "./replay.ts";
import type { Damage } from "./tamper.ts";

/** Where this script came from. */
const OWN = (document.currentScript as HTMLScriptElement).src;
/** The address of a file beside this script. */
export const beside = (name: string): string => new URL(name, OWN).href;

const today = (): string => {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
};
const memory = storageMemory(() => localStorage, today);

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

function appointed(text: string): Record<string, Hint> {
  const out: Record<string, Hint> = {};
  for (const [by, ...numbers] of words(text).map((one) => one.split(":"))) {
    const [entry, line, offset, length] = numbers.map(Number);
    out[by] = { entry, line, offset, length };
  }
  return out;
}

const unchecked = (why: unknown): Verdict => {
  const known = why instanceof Unchecked ? why : new Unchecked("browser", String(why));
  return { verdict: "unchecked", reason: `unchecked-${known.reason}`, values: { file: known.file }, steps: [] };
};

/** What a file beside this script offers as `yishan_NAME`; it is only fetched once it is wanted. */
async function extra<T>(name: string): Promise<T> {
  const host = self as unknown as Record<string, T>;
  if (!host[`yishan_${name}`]) {
    await new Promise((loaded, failed) => {
      const script = document.createElement("script");
      script.onload = loaded;
      script.onerror = () => failed(new Unchecked("offline", `${name}.js`));
      script.src = beside(`${name}.js`);
      document.head.append(script);
    });
  }
  return host[`yishan_${name}`];
}

/** One section of the page. */
class Section implements Host {
  readonly card: Element;
  readonly tools = { extra, sha256, web };
  private readonly form: HTMLFormElement | null;
  /** Only the newest check may show its verdict. */
  private turn = 0;

  constructor(readonly root: Element, private readonly work: Work) {
    this.card = root.querySelector("[data-card]")!;
    this.form = root.querySelector("form");
  }

  start(): void {
    this.root.querySelectorAll("[data-without-script]").forEach((one) => one.setAttribute("hidden", ""));
    this.root.querySelectorAll("[data-with-script]").forEach((one) => one.removeAttribute("hidden"));
    this.form?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.check(this.typed("what"));
    });
    const chosen = this.field("file");
    if (chosen) chosen.addEventListener("change", () => {
      const [file] = Array.from(chosen.files || []);
      // The same file may be chosen again, as after a bad network.
      chosen.value = "";
      if (file) this.run(() => this.file(file));
    });
    this.root.querySelectorAll("[data-day], [data-replay], [data-run]").forEach((button) =>
      button.addEventListener("click", () => {
        const [day, how] = [button.getAttribute("data-day") || undefined, button.getAttribute("data-run")];
        const job = how ? { given: this.attribute("what"), damage: (how === "tampered" ? this.attribute("tamper") : "none") as Damage } : { day };
        this.run((progress) => this.do(job, progress), !how);
      }));
    if (this.root.querySelector("[data-calendar]")) this.keep();
  }

  get hasForm(): boolean {
    return this.form !== null;
  }

  /** Checks what was typed or scanned. */
  check(given: string): void {
    const field = this.field("what");
    if (field) field.value = given.replace(/\.\d+\.\d+$/, "");
    this.run(() => this.do({ given }));
  }

  /** Checks something in the folder of this section, as `io` reads it. */
  do(job: Partial<Job>, progress: Progress = () => undefined, io?: Io): Promise<Verdict> {
    const fund = this.fund();
    const seen = job.damage ? undefined : memory.load((fund.vkey || "").split("+")[0]);
    return this.work({ ...job, base: this.base(), fund, seen }, memory, progress, io);
  }

  private field(name: string): HTMLInputElement | null {
    return this.root.querySelector(`input[name="${name}"]`);
  }

  /** What stands in a field, if there is one. */
  private typed(name: string): string {
    const field = this.field(name);
    return field ? field.value.trim() : "";
  }

  private attribute(name: string): string {
    return this.root.getAttribute(`data-${name}`) || "";
  }

  fund(): Fund {
    const witnesses = words(this.attribute("witnesses"));
    return {
      vkey: this.typed("vkey") || this.attribute("vkey") || undefined,
      witnesses,
      quorum: Number(this.attribute("quorum") || witnesses.length),
      channels: words(this.attribute("channels")),
      appointed: appointed(this.attribute("appointed")),
    };
  }

  /** The folder's address, which ends in a slash. */
  base(): string {
    const given = this.typed("base") || this.attribute("base") || "./";
    return new URL(given.replace(/[^/]$/, "$&/").replace(/index\.html\/$/, ""), document.baseURI).href;
  }

  private async run(work: (progress: Progress) => Promise<Verdict>, long = false): Promise<void> {
    const turn = ++this.turn;
    const mine = () => turn === this.turn;
    showBusy(this.card, long ? [0, 1] : undefined);
    const verdict = await work((done, all) => mine() && showBusy(this.card, [done, all])).catch(unchecked);
    if (!mine()) return;
    show(this.card, verdict);
    if (verdict.reason === "recorded" && verdict.found!.line.kind === "gift" && !verdict.demo) this.keep(verdict);
  }

  /** What a donor may keep: a certificate, a calendar. Where it cannot be fetched the check has been made all the same. */
  private keep(verdict?: Verdict): void {
    extra<Keep>("keep").then((keep) => keep(this, verdict), () => undefined);
  }

  /** A receipt, or a photo of a QR code. */
  private async file(file: File): Promise<Verdict> {
    if (!file.type.startsWith("image/")) {
      return this.do({ given: new Uint8Array(await new Response(file.slice(0, 2_000_000)).arrayBuffer()) });
    }
    const read = await extra<(file: File) => Promise<string | undefined>>("qr");
    const given = await read(file);
    return given === undefined ? { verdict: "unknown", reason: "unknown-photo", values: {}, steps: [] } : this.do({ given });
  }
}

/** Starts every section, and checks what the page's address brings. */
export function start(work: Work): void {
  const sections = Array.from(document.querySelectorAll("[data-check]"), (root) => new Section(root, work));
  sections.forEach((section) => section.start());
  const brought = () => {
    const fragment = location.hash.slice(1);
    if (/^ys/i.test(fragment)) sections.find((section) => section.hasForm)?.check(fragment);
  };
  addEventListener("hashchange", brought);
  brought();
}
