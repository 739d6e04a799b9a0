//! What a bill would add, for people and for machines.

use crate::cli::shell::table;
use crate::domain::english::agreed;
use crate::domain::money::Fen;
use crate::domain::text::{Id, Lang};
use crate::import::plan::{DayTotal, Item, Verdict};
use crate::import::{Bill, Plan, Row};
use serde_json::{Value, json};

/// How many rows of one verdict are listed.
const LISTED: usize = 20;
/// How many new rows are listed: they are counted by day as well.
const NEW_LISTED: usize = 5;

/// What becomes of a row, in the order in which it is shown.
const KINDS: [(&str, &str, &str, usize); 6] = [
    ("doubtful", "存疑", "doubtful", LISTED),
    ("amended", "有变", "amended", LISTED),
    ("new", "新增", "new", NEW_LISTED),
    ("void", "作废", "void", LISTED),
    ("skipped", "暂缓", "skipped", LISTED),
    ("duplicate", "重复", "duplicate", 0),
];

/// Where in [`KINDS`] a verdict stands.
fn place(verdict: &Verdict) -> usize {
    match verdict {
        Verdict::Doubtful(_) => 0,
        Verdict::Amended(_) => 1,
        Verdict::New => 2,
        Verdict::Void(_) => 3,
        Verdict::Skipped => 4,
        Verdict::Duplicate(_) => 5,
    }
}

fn kind(verdict: &Verdict) -> &'static str {
    KINDS.get(place(verdict)).map_or("", |(word, ..)| word)
}

fn reason(verdict: &Verdict, zh: bool) -> String {
    match verdict {
        Verdict::New | Verdict::Skipped => String::new(),
        Verdict::Duplicate(place) => place.to_string(),
        Verdict::Amended(amended) => {
            let what: Vec<_> = amended.what.iter().map(|w| w.text(zh)).collect();
            format!("{} {}", amended.place, what.join(if zh { "；" } else { "; " }))
        }
        Verdict::Doubtful(doubt) => doubt.text(zh),
        Verdict::Void(why) => why.text(zh),
    }
}

/// The bill as a person checks it before it is written.
pub(super) fn text(
    bill: &Bill<'_>,
    plan: &Plan,
    (account, kind): (Id, &str),
    lang: Lang,
) -> String {
    let zh = lang == Lang::Zh;
    let (file, format, rows) = (&bill.file, bill.format.text(zh), bill.counted());
    let mut out = vec![lang.pick(
        format!("账单 {file}：{format}，{rows} 行，入账户 {account}（{kind}）"),
        agreed!("bill {file}: {format}, {rows} rows, into {account} ({kind})"),
    )];
    if let Some((from, to)) = bill.period {
        out.push(lang.pick(format!("  期间 {from} 至 {to}"), format!("  from {from} to {to}")));
    }
    out.extend(declared(bill, lang));
    for ((_, name_zh, name_en, _), count) in KINDS.into_iter().zip(counts(plan)) {
        if count > 0 {
            out.push(
                lang.pick(format!("  {name_zh} {count} 行"), agreed!("  {name_en}: {count} rows")),
            );
        }
    }
    out.extend(excluded(plan, lang));
    out.extend(
        bill.warnings
            .iter()
            .chain(plan.warnings.iter().filter(|w| !bill.warnings.contains(w)))
            .map(|w| {
                let warning = w.text(zh);
                lang.pick(format!("  注意：{warning}"), format!("  note: {warning}"))
            }),
    );
    out.extend(rows_listed(bill, plan, lang));
    out.extend(days(bill, plan, lang));
    out.join("\n")
}

fn declared(bill: &Bill<'_>, lang: Lang) -> Option<String> {
    let (income, spending) = (bill.declared.income?, bill.declared.spending?);
    let (n, fen, m, sum) = (income.0, income.1.grouped(), spending.0, spending.1.grouped());
    Some(lang.pick(
        format!("  账单自述：收入 {n} 笔 {fen} 元，支出 {m} 笔 {sum} 元"),
        format!("  the bill declares: income {n} for {fen} yuan, spending {m} for {sum} yuan"),
    ))
}

/// The rows that are no business of the fund: how many and how much, nothing else.
fn excluded(plan: &Plan, lang: Lang) -> Option<String> {
    let out = &plan.excluded;
    let (n, income, spending, neutral) =
        (out.count(), out.income.1.grouped(), out.spending.1.grouped(), out.neutral.1.grouped());
    (n > 0).then(|| {
        lang.pick(
            format!("  与基金无关 {n} 行，只记笔数与合计：收入 {income}，支出 {spending}，其他 {neutral} 元"),
            agreed!("  no business of the fund: {n} rows, counted and summed only: {income} in, {spending} out, {neutral} else"),
        )
    })
}

/// How many rows came to each verdict, in the order of [`KINDS`].
fn counts(plan: &Plan) -> [usize; 6] {
    let mut counts = [0; KINDS.len()];
    for verdict in plan.verdicts() {
        if let Some(count) = counts.get_mut(place(verdict)) {
            *count += 1;
        }
    }
    counts
}

fn rows_listed(bill: &Bill<'_>, plan: &Plan, lang: Lang) -> Vec<String> {
    let zh = lang == Lang::Zh;
    let mut out = Vec::new();
    for ((word, name_zh, name_en, most), count) in KINDS.into_iter().zip(counts(plan)) {
        let (listed, name) = (count.min(most), lang.pick(name_zh, name_en));
        let items = plan.items_with(bill, |verdict| kind(verdict) == word);
        for Item { row, verdict, .. } in items.take(listed) {
            let Row { number, time, fen, kind, party, .. } = row;
            let reason = reason(verdict, zh);
            let line = lang.pick(
                format!("  {name} 第 {number} 行  {time}  {fen:#} 元  {kind}  {party}  {reason}"),
                format!("  {name} row {number}  {time}  {fen:#} yuan  {kind}  {party}  {reason}"),
            );
            out.push(line.trim_end().to_owned());
        }
        let more = count - listed;
        if more > 0 && most > 0 {
            out.push(
                lang.pick(
                    format!("  {name} … 另有 {more} 行"),
                    format!("  {name} … and {more} more"),
                ),
            );
        }
    }
    out
}

/// The new lines by the day they were paid.
fn days(bill: &Bill<'_>, plan: &Plan, lang: Lang) -> Option<String> {
    let by_day = plan.days(bill);
    if by_day.is_empty() {
        return None;
    }
    let row = |name: String, total: DayTotal| {
        let mut cells = vec![name];
        for (count, fen) in [total.gifts, total.refunds, total.withdrawn] {
            cells.extend([count.to_string(), fen.grouped()]);
        }
        cells.push(total.fees.grouped());
        cells
    };
    let mut rows: Vec<_> = by_day.iter().map(|(day, total)| row(day.to_string(), *total)).collect();
    if rows.len() > 1 {
        rows.push(row(lang.pick("合计", "in all").to_owned(), DayTotal::sum(by_day.values())));
    }
    let head = lang.pick(
        ["新增", "捐款", "元", "退款", "元", "提现", "元", "手续费"],
        ["new", "gifts", "yuan", "refunds", "yuan", "withdrawn", "yuan", "fees"],
    );
    Some(table(&head, rows, &[1, 2, 3, 4, 5, 6, 7]))
}

/// The same for machines, without names, numbers or messages of the bill. Amounts are fen.
pub(super) fn json(bill: &Bill<'_>, plan: &Plan) -> Value {
    let tally = |(count, fen): (u64, Fen)| json!({"count": count, "fen": fen.get()});
    let total = |t: DayTotal| json!({"gifts": tally(t.gifts), "refunds": tally(t.refunds), "withdrawn": tally(t.withdrawn), "fees": t.fees.get()});
    let [doubtful, amended, new, void, skipped, duplicate] = counts(plan);
    let told = |verdict: &Verdict| !matches!(verdict, Verdict::New | Verdict::Duplicate(_));
    let rows: Vec<_> = plan
        .items_with(bill, told)
        .map(|Item { row, verdict, .. }| {
            json!({
                "row": row.number, "time": row.time.to_string(), "fen": row.fen.get(),
                "verdict": kind(verdict), "reason": reason(verdict, false),
            })
        })
        .collect();
    let by_day = plan.days(bill);
    let sum = DayTotal::sum(by_day.values());
    let days: serde_json::Map<_, _> =
        by_day.into_iter().map(|(day, t)| (day.to_string(), total(t))).collect();
    let warnings: Vec<_> = plan.warnings.iter().map(|w| w.text(false)).collect();
    json!({
        "file": bill.file, "sha256": bill.digest(), "format": bill.format.text(false), "rows": bill.counted(),
        "new": new, "duplicate": duplicate, "amended": amended, "doubtful": doubtful,
        "void": void, "skipped": skipped,
        "excluded": {"income": tally(plan.excluded.income), "spending": tally(plan.excluded.spending), "neutral": tally(plan.excluded.neutral)},
        "total": total(sum), "days": days, "shown": rows, "warnings": warnings,
    })
}
