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
//     </section>
//     <template data-msg="verdict-recorded">…</template> …  the texts: words.zh.html or words.en.html, as they are
//     <template data-icon="recorded"><svg …></template> …   optional: an icon for each verdict
//     <script src="../check.js" defer></script>             with replay.js and qr.js beside it
//
// Attributes of the section: `data-base`, the published folder, relative to the page; `data-vkey`, the log's
// key; and, each optional, `data-witnesses` (vkeys between blanks) with `data-quorum`; `data-channels` (the
// fund's own channels, between blanks); `data-appointed` (officers who were no founders, between blanks:
// `handle:entry:line:offset:length`, the last two as in a shard). A fragment `#YS-…` of the page's address,
// with or without `.offset.length` behind the code, is checked at once, in the first section with a form.
//
// `data-state` of the card is `idle`, `checking` or a verdict: `recorded`, `waiting`, `unknown`, `unchecked`,
// `false`; `data-reason` says why. Inside it the script makes: p.check-verdict, p.check-reason,
// dl.check-facts, div.check-evidence (textarea, button), details.check-steps (li.check-done, li.check-open),
// details.check-expert, progress.check-progress. Nothing in the page is evaluated, and no style is set:
// `default-src 'self'; img-src 'self' data:` is enough of a policy (data: is the photo that was chosen).

import { showBusy, show } from "./card.ts";
import { type Fund, type Verdict, check } from "./check.ts";
import type { Hint } from "./find.ts";
import { web } from "./io.ts";
import { storageMemory } from "./memory.ts";
import type { Progress, Replay } from "./replay.ts";

/** Where this script came from. */
const OWN = (document.currentScript as HTMLScriptElement).src;
/** The address of a file beside this script. */
export const beside = (name: string): string => new URL(name, OWN).href;

const today = (): string => {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
};
const memory = storageMemory(() => localStorage, today);

const words = (text: string | null): string[] => (text || "").split(/\s+/).filter((word) => word !== "");

function appointed(text: string | null): Record<string, Hint> {
  const out: Record<string, Hint> = {};
  for (const [by, ...numbers] of words(text).map((one) => one.split(":"))) {
    const [entry, line, offset, length] = numbers.map(Number);
    out[by] = { entry, line, offset, length };
  }
  return out;
}

/** One section of the page. */
class Section {
  private readonly card: Element;
  private readonly form: HTMLFormElement | null;
  /** Only the newest check may show its verdict. */
  private turn = 0;

  constructor(private readonly root: Element, private readonly replay: Replay) {
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
      if (file) this.run(() => this.file(file));
    });
    this.root.querySelectorAll("[data-day], [data-replay]").forEach((button) =>
      button.addEventListener("click", () => {
        const fund = this.fund();
        const seen = memory.load((fund.vkey || "").split("+")[0]);
        const job = { day: button.getAttribute("data-day") || undefined, base: this.base(), fund, seen };
        this.run((progress) => this.replay(job, memory, progress), true);
      }));
  }

  get hasForm(): boolean {
    return this.form !== null;
  }

  /** Checks what was typed or scanned. */
  check(given: string): void {
    const field = this.field("what");
    if (field) field.value = given.replace(/\.\d+\.\d+$/, "");
    this.run(() => check(given, this.fund(), this.io(), memory));
  }

  private field(name: string): HTMLInputElement | null {
    return this.root.querySelector(`input[name="${name}"]`);
  }

  /** What stands in a field, if there is one. */
  private typed(name: string): string {
    const field = this.field(name);
    return field ? field.value.trim() : "";
  }

  private fund(): Fund {
    const get = (name: string) => this.root.getAttribute(`data-${name}`);
    const witnesses = words(get("witnesses"));
    return {
      vkey: this.typed("vkey") || get("vkey") || undefined,
      witnesses,
      quorum: Number(get("quorum") || witnesses.length),
      channels: words(get("channels")),
      appointed: appointed(get("appointed")),
    };
  }

  /** The folder's address, which ends in a slash. */
  private base(): string {
    const given = this.typed("base") || this.root.getAttribute("data-base") || "./";
    return new URL(given.replace(/[^/]$/, "$&/").replace(/index\.html\/$/, ""), document.baseURI).href;
  }

  private io() {
    return web(this.base());
  }

  private async run(work: (progress: Progress) => Promise<Verdict>, long = false): Promise<void> {
    const turn = ++this.turn;
    const mine = () => turn === this.turn;
    showBusy(this.card, long ? [0, 1] : undefined);
    let verdict: Verdict;
    try {
      verdict = await work((done, all) => mine() && showBusy(this.card, [done, all]));
    } catch (why) {
      verdict = { verdict: "unchecked", reason: "unchecked-browser", values: { file: String(why) }, steps: [] };
    }
    if (mine()) show(this.card, verdict);
  }

  /** A receipt, or a photo of a QR code. */
  private async file(file: File): Promise<Verdict> {
    if (!file.type.startsWith("image/")) {
      const bytes = new Uint8Array(await new Response(file.slice(0, 2_000_000)).arrayBuffer());
      return check(bytes, this.fund(), this.io(), memory);
    }
    const found = await readPhoto(file);
    if (found === undefined) return { verdict: "unknown", reason: "unknown-photo", values: {}, steps: [] };
    return check(found, this.fund(), this.io(), memory);
  }
}

/** The text of the QR code on a photo. What can read it is only fetched for this. */
async function readPhoto(file: File): Promise<string | undefined> {
  const host = self as unknown as { yishanQr?: (file: File) => Promise<string | undefined> };
  if (!host.yishanQr) {
    await new Promise((loaded, failed) => {
      const script = document.createElement("script");
      script.onload = loaded;
      script.onerror = failed;
      script.src = beside("qr.js");
      document.head.append(script);
    });
  }
  return host.yishanQr!(file);
}

/** Starts every section, and checks what the page's address brings. */
export function start(replay: Replay): void {
  const sections = Array.from(document.querySelectorAll("[data-check]"), (root) => new Section(root, replay));
  sections.forEach((section) => section.start());
  const brought = () => {
    const fragment = location.hash.slice(1);
    if (/^ys/i.test(fragment)) sections.find((section) => section.hasForm)?.check(fragment);
  };
  addEventListener("hashchange", brought);
  brought();
}
