// The numbers that follow from entries, as a day's close states them (ledger-spec.md, sections 6 to
// 8). What the rules forbid is not looked for here, apart from keys and signatures: that is the
// work of `yishan verify`. All that is needed for the numbers is booked.

import { fromBase64, record } from "./bytes.ts";
import { type Entry, LEVELS, type Line } from "./entry.ts";
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
  /** The fewest approvals that money needs. */
  least: number;
  state: "waiting" | "approved" | "rejected" | "released";
  paid: number;
}
interface Officer {
  key: string;
  until?: string;
  standing: "waiting" | "in" | "out";
}

/** Kinds of movement whose tally every close has. */
export const KINDS = ["gift", "refund", "interest", "fee", "transfer", "promise", "pay"];
/** Kinds of movement whose tally a close has when something moved. */
export const RARE = ["grant", "match", "proceeds", "entrust", "pass", "rededicate", "spend", "clawback", "collect", "surplus", "shortage"];

const none = (): Tallies => record([...KINDS, ...RARE], () => [0, 0]);
const noMoves = (): Moves => ({ done: none(), undone: none() });

/** Movements without the tallies that are left out while they are nothing. */
function spelled({ done, undone }: Moves): Moves {
  const some = (tallies: Tallies) =>
    record([...KINDS, ...RARE].filter((kind) => KINDS.includes(kind) || tallies[kind][0] > 0), (kind) => tallies[kind]);
  return { done: some(done), undone: some(undone) };
}

/** A sum that stays a whole number JavaScript knows exactly. */
function sum(a: number, b: number): number {
  if (!Number.isSafeInteger(a + b) || a + b < 0) throw new Refused("sum", String(a + b), "0 to 2^53 - 1");
  return a + b;
}

/** Lines that can be reversed and move no money. */
const GOODS = ["carry", "receive", "inspect", "disinfect", "dispatch", "arrive", "issue", "scrap", "sell", "stocktake", "statement", "unbox"];

const fund = (pot?: string) => (pot === undefined ? "free" : `pot:${pot}`);

/**
 * As what a line that moves money counts, and which books its fen are added to and taken from (section 7);
 * `about` is the line that it names, where that matters.
 */
export function posting(line: Line, about?: Line): [kind: string, add: string[], take: string[]] | undefined {
  const held = (account: string) => `held:${account}`;
  switch (line.kind) {
    case "gift":
    case "interest":
    case "grant":
    case "match":
    case "proceeds":
    case "clawback":
    case "collect":
      return [line.kind, [held(line.to), fund(line.for)], []];
    case "refund":
      return ["refund", [], [held(line.from), fund(about?.for)]];
    case "fee":
      return ["fee", [], [held(line.from), "free"]];
    case "deposit":
    case "transfer":
      return ["transfer", [held(line.to)], [held(line.from)]];
    case "difference": {
      const both = [held(line.account), fund(line.for)];
      return line.way === "surplus" ? [line.way, both, []] : [line.way, [], both];
    }
    case "allocate":
    case "expense":
      return ["promise", ["promised"], [fund(line.from)]];
    case "rededicate":
      return ["rededicate", [fund(line.to)], [fund(line.from)]];
    case "entrust":
      return ["entrust", [held(line.to), "agency"], []];
    case "pass":
      return ["pass", [], [held(line.from), "agency"]];
    case "unpair":
      return line.fen === undefined ? undefined : ["rededicate", ["free"], ["agency"]];
    case "pay":
      return [about?.kind === "expense" ? "spend" : "pay", [], ["promised", held(line.from)]];
    default:
      return undefined;
  }
}

export class Books {
  private origin = "";
  private policy: { quorum: number; limits: { from: number; need: number }[]; solo?: boolean } = { quorum: 1, limits: [] };
  private readonly officers = new Map<string, Officer>();
  private readonly keys = new Set<string>();
  private readonly levels = new Map<string, string>();
  private readonly proposals = new Map<string, Proposal>();
  private readonly refs = new Set<string>();
  private readonly reversed = new Set<string>();
  /** Fen by level and version, the first day of a level's first version, and fen promised by student and term. */
  private readonly standards = new Map<string, number>();
  private readonly since = new Map<string, string>();
  private readonly shares = new Map<string, number>();
  private readonly books = new Map([["free", 0], ["promised", 0], ["agency", 0]]);
  private readonly students = record(LEVELS, () => 0);
  private moved = noMoves();
  private readonly ever = noMoves();
  private opening = this.balance();
  private from = 0;
  private today = "";
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
    const today = (this.today = entry.at.slice(0, 10));
    if (officer?.standing !== "in" || (officer.until ?? today) < today) throw new Refused("officer", by, "somebody in office");
    if (!isSignedBy(entry, this.origin, officer.key)) throw new Refused("signature", entry.sig, `one of ${by}`);
    for (const [at, line] of lines.entries()) {
      if (this.officers.get(by)?.standing !== "in") throw new Refused("officer", by, "somebody in office still");
      if (typeof line.of === "string" && Number(line.of.split("/")[0]) >= entry.seq) throw new Refused("place", line.of, "an earlier entry's");
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
      case "standard":
        this.standards.set(line.level + line.version, line.fen);
        if (line.version === 1) this.since.set(line.level, line.from);
        break;
      case "allocate":
      case "expense":
      case "rededicate":
        this.propose(line, place, 0);
        this.proposal(place).least = this.promise(line, line.fen) ? 2 : 1;
        break;
      case "unpair":
        if (line.fen !== undefined) this.propose(line, place, 0);
        break;
      case "pot":
        if (this.books.has(`pot:${line.pot}`)) throw new Refused("pot", line.pot, "one not opened before");
        this.books.set(`pot:${line.pot}`, 0);
        break;
      case "approve":
        this.waiting(line.of).approvals += 1;
        this.settle(line.of);
        break;
      case "reject":
        this.reject(this.waiting(line.of));
        break;
      case "pay": {
        const proposal = this.approved(line.of);
        this.do(line, proposal.line);
        proposal.paid += line.fen;
        break;
      }
      case "refund":
        this.do(line, await this.earlier(line.of));
        break;
      case "clawback":
        await this.back(line, 1);
        this.do(line);
        break;
      case "reverse":
        await this.reverse(line.of);
        break;
      case "close":
        this.close(line);
        break;
      default:
        if (posting(line)) this.do(line);
    }
  }

  /** What came back of a payment is promised no more. */
  private async back({ of, fen }: Line, sign: number): Promise<void> {
    this.promise(await this.earlier((await this.earlier(of)).of), -sign * fen);
  }

  private do(line: Line, about?: Line): void {
    this.post(line, about, this.moved.done, this.ever.done);
  }

  private count(student: string, by: number): void {
    const level = this.levels.get(student);
    if (!level) throw new Refused("student", student, "one who was nominated");
    this.students[level] = sum(this.students[level], by);
  }

  private propose(line: Line, place: string, approvals: number): void {
    this.proposals.set(place, { line, approvals, least: 1, state: "waiting", paid: 0 });
    if (approvals > 0) this.settle(place);
  }

  /**
   * Counts what a student is promised within a term; whether it is above the standard, which a second officer looks at,
   * as at a promise within no term where there is a standard.
   */
  private promise({ student, within }: Line, fen: number): boolean {
    if (!within) return this.since.get(this.levels.get(student)!)! <= this.today && !this.policy.solo;
    const share = student + within.term;
    const all = (this.shares.get(share) ?? 0) + fen;
    this.shares.set(share, all);
    return all > this.standards.get(this.levels.get(student) + within.version)! && !this.policy.solo;
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
    const money = line.fen !== undefined;
    const need = money ? Math.max(proposal.least, limit?.need ?? 1) : this.policy.quorum;
    if (proposal.approvals < need) return;
    proposal.state = "approved";
    if (money) return this.do(line);
    const officer = this.officers.get(line.officer);
    const before = line.kind === "appoint" ? "waiting" : "in";
    if (officer?.standing !== before) throw new Refused("officer", line.officer, before);
    officer.standing = line.kind === "appoint" ? "in" : "out";
  }

  private reject(proposal: Proposal): void {
    proposal.state = "rejected";
    this.promise(proposal.line, -proposal.line.fen);
    const officer = proposal.line.kind === "appoint" ? this.officers.get(proposal.line.officer) : undefined;
    if (officer) officer.standing = "out";
  }

  /** Posts a line, or with `sign` -1 posts it back. */
  private post(line: Line, about: Line | undefined, day: Tallies, ever: Tallies, sign = 1, fen: number = line.fen): void {
    const [kind, add, take] = posting(line, about)!;
    const move = (book: string, by: number) => {
      const before = this.books.get(book);
      if (before === undefined) throw new Refused("book", book, "one that was opened");
      this.books.set(book, sum(before, by));
    };
    add.forEach((book) => move(book, sign * fen));
    take.forEach((book) => move(book, -sign * fen));
    for (const tallies of [day, ever]) tallies[kind] = [sum(tallies[kind][0], 1), sum(tallies[kind][1], fen)];
  }

  private async reverse(place: string): Promise<void> {
    const line = await this.earlier(place);
    const goods = GOODS.includes(line.kind) || (line.kind === "unpair" && line.fen === undefined);
    const moves = posting(line) && line.kind !== "rededicate";
    if (this.reversed.has(place) || !(goods || moves)) throw new Refused("reversal", place, "a line that moved money or goods, once");
    this.reversed.add(place);
    if (goods) return;
    const undo = (line: Line, fen?: number, about?: Line) => this.post(line, about, this.moved.undone, this.ever.undone, -1, fen);
    if (line.kind === "allocate" || line.kind === "expense") {
      const proposal = this.approved(place);
      proposal.state = "released";
      this.promise(line, proposal.paid - line.fen);
      return undo(line, line.fen - proposal.paid);
    }
    if (line.kind === "unpair") this.approved(place).state = "released";
    undo(line, line.fen, line.of === undefined ? undefined : await this.earlier(line.of));
    if (line.kind === "clawback") return this.back(line, -1);
    if (line.kind !== "pay") return;
    const proposal = this.proposal(line.of);
    proposal.paid -= line.fen;
    if (proposal.state !== "released") return;
    this.promise(proposal.line, -line.fen);
    undo(proposal.line, line.fen);
  }

  private all(prefix: string): Record<string, number> {
    const names = [...this.books.keys()].filter((book) => book.startsWith(prefix)).map((book) => book.slice(prefix.length));
    return record(names.sort(), (name) => this.books.get(prefix + name)!);
  }

  private balance(): object {
    const [pots, agency] = [this.all("pot:"), this.books.get("agency")!];
    return {
      held: this.all("held:"), free: this.books.get("free")!, promised: this.books.get("promised")!,
      ...(Object.keys(pots).length > 0 && { pots }), ...(agency > 0 && { agency }),
    };
  }

  /** The numbers as they are, spelled as a close spells them. */
  sums() {
    return { now: this.balance(), opening: this.opening, day: spelled(this.moved), ever: spelled(this.ever) };
  }

  /** A close must state exactly these numbers. */
  private close(line: Line): void {
    const own: Record<string, unknown> = {
      from: this.from, opening: this.opening, moved: spelled(this.moved), closing: this.balance(), ever: spelled(this.ever), students: this.students,
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
