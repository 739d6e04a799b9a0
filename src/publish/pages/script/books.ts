// The numbers that follow from entries, as a day's close states them (ledger-spec.md, sections 6 to
// 8). What the rules forbid is not looked for here, apart from keys and signatures: that is the
// work of `yishan verify`. All that is needed for the numbers is booked.

import { fromBase64, record } from "./bytes.ts";
import { type Entry, KINDS, LEVELS, type Line } from "./entry.ts";
import { isOfficerKey } from "./signature.ts";
import { isSignedBy } from "./voucher.ts";

/** Why an entry does not belong where it stands. */
export class Refused extends Error {
  constructor(readonly what: string, readonly found: string, readonly expected: string) {
    super(`${what}: ${found} instead of ${expected}`);
  }
}

type Tallies = Record<string, [count: number, fen: number]>;
interface Moves {
  done: Tallies;
  undone: Tallies;
}
interface Proposal {
  line: Line;
  approvals: number;
  state: "waiting" | "approved" | "rejected" | "released";
  paid: number;
}
interface Officer {
  key: string;
  until?: string;
  standing: "waiting" | "in" | "out";
}

const none = (): Tallies => record(KINDS, () => [0, 0]);
const noMoves = (): Moves => ({ done: none(), undone: none() });

/** A sum that stays a whole number JavaScript knows exactly. */
function sum(a: number, b: number): number {
  if (!Number.isSafeInteger(a + b) || a + b < 0) throw new Refused("sum", String(a + b), "0 to 2^53 - 1");
  return a + b;
}

/** Lines that can be reversed and move no money. */
const GOODS = ["carry", "receive", "inspect", "disinfect", "dispatch", "arrive", "issue", "scrap", "stocktake", "statement"];

/** As what a line that moves money counts, and which books its fen are added to and taken from (section 7). */
export function posting(line: Line): [kind: string, add: string[], take: string[]] | undefined {
  const held = (account: string) => `held:${account}`;
  switch (line.kind) {
    case "gift":
    case "interest":
      return [line.kind, [held(line.to), "free"], []];
    case "refund":
    case "fee":
      return [line.kind, [], [held(line.from), "free"]];
    case "transfer":
      return [line.kind, [held(line.to)], [held(line.from)]];
    case "allocate":
      return ["promise", ["promised"], ["free"]];
    case "pay":
      return ["pay", [], ["promised", held(line.from)]];
    default:
      return undefined;
  }
}

export class Books {
  private origin = "";
  private policy: { quorum: number; limits: { from: number; need: number }[] } = { quorum: 1, limits: [] };
  private readonly officers = new Map<string, Officer>();
  private readonly keys = new Set<string>();
  private readonly levels = new Map<string, string>();
  private readonly proposals = new Map<string, Proposal>();
  private readonly refs = new Set<string>();
  private readonly reversed = new Set<string>();
  private readonly books = new Map([["free", 0], ["promised", 0]]);
  private readonly students = record(LEVELS, () => 0);
  private moved = noMoves();
  private readonly ever = noMoves();
  private opening = this.balance();
  private from = 0;
  /** The last day closed. */
  day = "";

  /** `earlier` finds a line of an earlier entry. */
  constructor(private readonly earlier: (place: string) => Promise<Line>) {}

  /** How many references were used. */
  get payments(): number {
    return this.refs.size;
  }

  /** Books an entry after the ones before it; throws `Refused`. */
  async enter(entry: Entry): Promise<void> {
    const { by, lines } = entry.voucher;
    const [first] = lines;
    const alone = lines.find(({ kind }) => kind === "found" || kind === "close");
    if (alone && lines.length > 1) throw new Refused("lines", `${alone.kind} among ${lines.length}`, "nothing beside it");
    if ((entry.seq === 0) !== (first.kind === "found")) throw new Refused("founding", first.kind, "the first entry alone");
    if (first.kind === "found") this.found(first);
    const officer = this.officers.get(by);
    const today = entry.at.slice(0, 10);
    if (officer?.standing !== "in" || (officer.until ?? today) < today) throw new Refused("officer", by, "somebody in office");
    if (!isSignedBy(entry, this.origin, officer.key)) throw new Refused("signature", entry.sig, `one of ${by}`);
    for (const [at, line] of lines.entries()) {
      if (this.officers.get(by)?.standing !== "in") throw new Refused("officer", by, "somebody in office still");
      if (line.of !== undefined && Number(line.of.split("/")[0]) >= entry.seq) throw new Refused("place", line.of, "an earlier entry's");
      await this.book(line, `${entry.seq}/${at}`);
    }
    if (first.kind === "close") this.from = entry.seq + 1;
  }

  private found({ origin, policy, officers }: Line): void {
    this.origin = origin;
    this.policy = policy;
    for (const { id, key } of officers) this.place(id, { key, standing: "in" });
  }

  private place(id: string, officer: Officer): void {
    if (this.keys.has(officer.key) || !isOfficerKey(fromBase64(officer.key))) throw new Refused("key", officer.key, "a sound one of their own");
    if ((this.officers.get(id)?.standing ?? "out") !== "out") throw new Refused("officer", id, "somebody not in office");
    this.keys.add(officer.key);
    this.officers.set(id, officer);
  }

  private async book(line: Line, place: string): Promise<void> {
    if (line.ref !== undefined && this.refs.has(line.ref)) throw new Refused("reference", line.ref, "one not used before");
    if (line.ref !== undefined) this.refs.add(line.ref);
    switch (line.kind) {
      case "open":
        if (this.books.has(`held:${line.account}`)) throw new Refused("account", line.account, "one not opened before");
        this.books.set(`held:${line.account}`, 0);
        break;
      case "nominate":
        this.levels.set(line.student, line.level);
        break;
      case "admit":
      case "leave":
        this.count(line.student, line.kind === "admit" ? 1 : -1);
        break;
      case "appoint":
        this.place(line.officer, { key: line.key, until: line.until, standing: "waiting" });
        this.propose(line, place, 1);
        break;
      case "retire":
        this.propose(line, place, 1);
        break;
      case "allocate":
        this.propose(line, place, 0);
        break;
      case "approve":
        this.waiting(line.of).approvals += 1;
        this.settle(line.of);
        break;
      case "reject":
        this.reject(this.waiting(line.of));
        break;
      case "pay":
        this.post(line, this.moved.done, this.ever.done);
        this.approved(line.of).paid += line.fen;
        break;
      case "reverse":
        await this.reverse(line.of);
        break;
      case "close":
        this.close(line);
        break;
      default:
        if (posting(line)) this.post(line, this.moved.done, this.ever.done);
    }
  }

  private count(student: string, by: number): void {
    const level = this.levels.get(student);
    if (!level) throw new Refused("student", student, "one who was nominated");
    this.students[level] = sum(this.students[level], by);
  }

  private propose(line: Line, place: string, approvals: number): void {
    this.proposals.set(place, { line, approvals, state: "waiting", paid: 0 });
    if (approvals > 0) this.settle(place);
  }

  private proposal(place: string): Proposal {
    const proposal = this.proposals.get(place);
    if (!proposal) throw new Refused("proposal", place, "an earlier one");
    return proposal;
  }

  private waiting(place: string): Proposal {
    const proposal = this.proposal(place);
    if (proposal.state !== "waiting") throw new Refused("proposal", proposal.state, "waiting");
    return proposal;
  }

  private approved(place: string): Proposal {
    const proposal = this.proposal(place);
    if (proposal.state !== "approved") throw new Refused("proposal", proposal.state, "approved");
    return proposal;
  }

  /** An approved proposal takes effect. */
  private settle(place: string): void {
    const proposal = this.proposal(place);
    const { line } = proposal;
    const limit = this.policy.limits.filter(({ from }) => from <= line.fen).pop();
    const need = line.kind === "allocate" ? (limit?.need ?? 1) : this.policy.quorum;
    if (proposal.approvals < need) return;
    proposal.state = "approved";
    if (line.kind === "allocate") return this.post(line, this.moved.done, this.ever.done);
    const officer = this.officers.get(line.officer);
    const before = line.kind === "appoint" ? "waiting" : "in";
    if (officer?.standing !== before) throw new Refused("officer", line.officer, before);
    officer.standing = line.kind === "appoint" ? "in" : "out";
  }

  private reject(proposal: Proposal): void {
    proposal.state = "rejected";
    const officer = proposal.line.kind === "appoint" ? this.officers.get(proposal.line.officer) : undefined;
    if (officer) officer.standing = "out";
  }

  /** Posts a line, or with `sign` -1 posts it back. */
  private post(line: Line, day: Tallies, ever: Tallies, sign = 1, fen: number = line.fen): void {
    const [kind, add, take] = posting(line)!;
    const move = (book: string, by: number) => {
      const before = this.books.get(book);
      if (before === undefined) throw new Refused("account", book, "one that was opened");
      this.books.set(book, sum(before, by));
    };
    add.forEach((book) => move(book, sign * fen));
    take.forEach((book) => move(book, -sign * fen));
    for (const tallies of [day, ever]) tallies[kind] = [sum(tallies[kind][0], 1), sum(tallies[kind][1], fen)];
  }

  private async reverse(place: string): Promise<void> {
    const line = await this.earlier(place);
    const goods = GOODS.includes(line.kind);
    if (this.reversed.has(place) || !(goods || posting(line))) throw new Refused("reversal", place, "a line that moved money or goods, once");
    this.reversed.add(place);
    if (goods) return;
    const undo = (line: Line, fen?: number) => this.post(line, this.moved.undone, this.ever.undone, -1, fen);
    if (line.kind === "allocate") {
      const proposal = this.approved(place);
      proposal.state = "released";
      return undo(line, line.fen - proposal.paid);
    }
    undo(line);
    if (line.kind !== "pay") return;
    const proposal = this.proposal(line.of);
    proposal.paid -= line.fen;
    if (proposal.state === "released") undo(proposal.line, line.fen);
  }

  private balance(): { held: Record<string, number>; free: number; promised: number } {
    const accounts = [...this.books.keys()].filter((book) => book.startsWith("held:")).map((book) => book.slice(5));
    const held = record(accounts.sort(), (account) => this.books.get(`held:${account}`)!);
    return { held, free: this.books.get("free")!, promised: this.books.get("promised")! };
  }

  /** The numbers as they are, spelled as a close spells them. */
  sums() {
    return { now: this.balance(), opening: this.opening, day: this.moved, ever: this.ever };
  }

  /** A close must state exactly these numbers. */
  private close(line: Line): void {
    const own: Record<string, unknown> = {
      from: this.from, opening: this.opening, moved: this.moved, closing: this.balance(), ever: this.ever, students: this.students,
    };
    for (const [field, value] of Object.entries(own)) {
      const [stated, computed] = [JSON.stringify(line[field]), JSON.stringify(value)];
      if (stated !== computed) throw new Refused(`close ${line.day} ${field}`, stated, computed);
    }
    if (line.day <= this.day) throw new Refused("close", line.day, `a day after ${this.day}`);
    this.day = line.day;
    this.opening = this.balance();
    this.moved = noMoves();
  }
}
