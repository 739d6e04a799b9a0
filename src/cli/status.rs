//! `status`: where the fund stands, what waits, and the command that comes next.

use super::approve::waits;
use super::cashbox;
use super::error::Error;
use super::fund::Fund;
use super::reconcile;
use super::say::{Say, say};
use super::shell::{Report, Shell};
use crate::domain::books::{Books, Step};
use crate::domain::english::agreed;
use crate::domain::line::allocate::{Proposed, State};
use crate::domain::line::found;
use crate::domain::line::funds::year_of;
use crate::domain::line::goods::slip::State as Slip;
use crate::domain::line::student::lot::WAIT_DAYS;
use crate::domain::line::student::{Stage, Student};
use crate::domain::money::Fen;
use crate::domain::refusal::Both;
use crate::domain::text::{Id, Place};
use crate::domain::time::Day;
use crate::ledger::{Ledger, Mode};
use serde_json::json;

/// Show where the fund stands and what to do next
#[derive(clap::Args)]
pub(super) struct Args {}

/// How many waiting things of one kind are listed.
const LISTED: usize = 10;

pub(super) fn run(_: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let fund = Fund::open(shell)?;
    let ledger = fund.ledger(shell, Mode::Read)?;
    let (lang, books) = (shell.lang, ledger.books());
    let found = books.founded()?;
    let (name, size, origin) = (found.name.as_str(), ledger.size(), ledger.origin());
    let (held, free) = (books.sums.now.held.total().grouped(), books.sums.now.free.grouped());
    let mut text = vec![
        lang.pick(
            format!("{name}（{origin}）  {size} 条记录"),
            format!("{name} ({origin})  {}", agreed!("{size} entries")),
        ),
        lang.pick(
            format!("账上 {held} 元，未安排 {free} 元"),
            format!("{held} yuan held, {free} free"),
        ),
        closed(&ledger).text(lang).to_owned(),
    ];
    text.extend(
        alone(found.policy.solo, found.policy.quorum).map(|said| said.text(lang).to_owned()),
    );
    let today = shell.now(found.zone)?.wall.day();
    let mut todo = todo(books, shell.common.officer);
    todo.extend(reports(books, today));
    todo.extend(unclosed(books, today));
    todo.extend(unpublished(&fund, &ledger));
    todo.extend(overdue(books, today));
    todo.extend(boxes(books, today));
    todo.extend(unreconciled(books, today));
    todo.extend(open_year(books, today));
    todo.extend(stranded(books));
    for (what, command) in &todo {
        text.push(format!("- {}", what.text(lang)));
        text.extend((!command.is_empty()).then(|| format!("    {}", shell.typed(command))));
    }
    let next: Vec<_> = todo
        .iter()
        .map(|(what, command)| json!({"text": what.text(lang), "command": shell.typed(command)}))
        .collect();
    let day = books.closed().map(|(day, _)| day.to_string());
    let json = json!({"name": name, "origin": origin.as_str(), "entries": size, "closed": day, "next": next});
    Ok(Report::new(text.join("\n"), json))
}

/// That one person can do what takes two, where they can.
pub(super) fn alone(solo: bool, quorum: u64) -> Option<Say> {
    let (Both(zh, en), Both(why_zh, why_en)) = found::alone(solo, quorum)?;
    Some(say!("{zh}：{why_zh}", "{en}: {why_en}"))
}

/// Openings of boxes that wait for a second count or for the bank, each with its command.
fn boxes(books: &Books, today: Day) -> Vec<(Say, String)> {
    let waiting = books.boxes.openings.iter().filter(|(_, opening)| opening.waits());
    let told = waiting.take(LISTED).map(|(of, opening)| {
        let (cash_box, fen, left, due) =
            (opening.cash_box, opening.fen, opening.left(), opening.due);
        if opening.booked.is_none() {
            let what = say!(
                "{of} 开箱 {cash_box} 点算 {fen:#} 元，待第二人复点",
                "{of} opened {cash_box}, {fen:#} yuan, waiting for a second count"
            );
            return (what, format!("yishan cashbox collect {of} --amount … --to …"));
        }
        let what = if opening.is_overdue(today) {
            cashbox::overdue(*of, left, due)
        } else {
            say!(
                "{of} 开箱 {cash_box} 还有 {left:#} 元没存，最迟 {due} 存入银行",
                "{left:#} yuan of the opening {of} of {cash_box} are to be in the bank by {due}"
            )
        };
        (what, format!("yishan cashbox deposit {of} --to …"))
    });
    told.collect()
}

/// A year that is over, has closed days and is not closed itself.
fn open_year(books: &Books, today: Day) -> Option<(Say, String)> {
    let year = books.next_year().filter(|year| *year < year_of(today))?;
    let what = say!("{year} 年已过完，还没有结账", "{year} is over and not closed yet");
    Some((what, format!("yishan close --year {year}")))
}

/// Bank accounts that were not reconciled for over a month.
fn unreconciled(books: &Books, today: Day) -> Vec<(Say, String)> {
    let due = reconcile::due(books, today).into_iter().take(LISTED);
    due.map(|(account, last)| {
        let command = format!("yishan statement … --account {account}");
        (reconcile::overdue(account, last), command)
    })
    .collect()
}

/// Visited students whom no lot takes: every close since was signed by who visited them.
fn stranded(books: &Books) -> Option<(Say, String)> {
    let (closed, _) = books.closed()?;
    let waiting = books.students.waiting.iter();
    let long = waiting.filter(|(_, w)| closed.since(w.since) >= WAIT_DAYS).count();
    let days = WAIT_DAYS;
    (long > 0).then(|| {
        (
            say!(
                "{long} 名学生家访后等抽签已过 {days} 天：日结的经办人家访过他们，不能由这次日结抽签；请由没有家访过的人日结",
                "{long} visited students have waited over {days} days for a lot: whoever signs the closes visited them, and such a close draws no lot for them; let an officer close who did not"
            ),
            "yishan close --as …".to_owned(),
        )
    })
}

fn closed(ledger: &Ledger) -> Say {
    let signed = ledger.last_checkpoint().map_or(0, |kept| kept.size);
    match ledger.books().closed() {
        Some((day, entry)) => {
            let since = ledger.size().saturating_sub(entry + 1);
            let entries = agreed!("{since} entries");
            say!(
                "最近日结 {day}，此后 {since} 条记录；检查点签到第 {signed} 条",
                "last closed {day}, {entries} since; checkpoints signed up to {signed}"
            )
        }
        None => say!(
            "还没有日结；检查点签到第 {signed} 条",
            "no day closed yet; checkpoints signed up to {signed}"
        ),
    }
}

/// Wishes that are overdue today, each with the command that takes it up.
fn overdue(books: &Books, today: Day) -> Vec<(Say, String)> {
    let terms = books.wishes.terms();
    let wishes = books.wishes.wishes.iter();
    let late = wishes.filter_map(|(id, wish)| Some((id, wish.due(&terms)?)));
    let late = late.filter(|(_, due)| *due < today).take(LISTED).map(|(id, due)| {
        (
            say!("心愿 {id} 逾期，期限是 {due}", "the wish {id} was due {due}"),
            format!("yishan wish escalate {id} --to …"),
        )
    });
    late.collect()
}

/// Entries that no close counts yet. A day is closed once: what is recorded after its close is
/// counted by the next.
fn unclosed(books: &Books, today: Day) -> Option<(Say, String)> {
    let (day, entry) = books.closed().map_or((None, 0), |(day, entry)| (Some(day), entry + 1));
    let count = books.size.checked_sub(entry).filter(|count| *count > 0)?;
    if day.is_some_and(|day| day >= today) {
        let entries = agreed!("{count} entries");
        let what = say!(
            "今天已日结，此后的 {count} 条记录记入明天的日结",
            "today is closed; what was recorded since ({entries}) is counted by tomorrow's close"
        );
        return Some((what, String::new()));
    }
    Some((say!("有记录还没日结", "entries wait for a close"), "yishan close".to_owned()))
}

/// Closed days that nobody outside can read yet.
fn unpublished(fund: &Fund, ledger: &Ledger) -> Option<(Say, String)> {
    let (day, entry) = ledger.books().closed()?;
    // What else may be wrong with the folder is for `doctor` and `publish` to say.
    let shown = Fund::same_history_in(&fund.public(), ledger).ok()?.map_or(0, |kept| kept.size);
    let what = match shown {
        0 => say!("{day} 的日结还没公示", "the close of {day} is not published"),
        shown if shown <= entry => say!(
            "{day} 的日结还没公示，公示到第 {shown} 条",
            "the close of {day} is not published; what is ends with entry {shown}"
        ),
        _ => return None,
    };
    Some((what, "yishan publish".to_owned()))
}

/// Proposals that wait for others to agree; `asker` is not asked again.
fn proposals(books: &Books, asker: Option<Id>) -> Vec<(Say, String)> {
    let waiting = books.proposals.iter().filter(|(_, p)| p.state == State::Waiting).take(LISTED);
    let todo = waiting.map(|(of, proposal)| {
        let what = match proposal.what {
            Proposed::Allocation(student, fen) => say!(
                "{of} 拨款 {fen:#} 元给 {student}，待审批",
                "{of} allocates {fen:#} yuan to {student}, waiting for approval"
            ),
            Proposed::Expense(fen) => say!(
                "{of} 支出 {fen:#} 元，待审批",
                "{of} is an expense of {fen:#} yuan, waiting for approval"
            ),
            Proposed::Rededicate(fen) => say!(
                "{of} {fen:#} 元变更用途，待审批",
                "{of} changes the purpose of {fen:#} yuan, waiting for approval"
            ),
            Proposed::Appoint(officer) => say!(
                "{of} 任命 {officer}，待管理员同意",
                "{of} appoints {officer}, waiting for stewards"
            ),
            Proposed::Retire(officer) => say!(
                "{of} {officer} 卸任，待管理员同意",
                "{of} retires {officer}, waiting for stewards"
            ),
        };
        let (have, left) = waits(books, *of).unwrap_or_default();
        let done: Vec<_> = proposal.approvals.iter().map(ToString::to_string).collect();
        let (zh, en) = (what.zh, what.en);
        let what = match &*done.join(" ") {
            "" => say!("{zh}", "{en}"),
            done => say!(
                "{zh}（{done} 已同意，共 {have} 人，还需 {left} 人）",
                "{en} ({done} agreed, {have} in all, {left} more must)"
            ),
        };
        let did = |id: Id| id == proposal.by || proposal.approvals.contains(&id);
        let command = if asker.is_some_and(did) {
            format!("yishan approve {of} --as …")
        } else {
            format!("yishan approve {of}")
        };
        (what, command)
    });
    todo.collect()
}

/// What waits, each with the command that does it.
fn todo(books: &Books, asker: Option<Id>) -> Vec<(Say, String)> {
    let mut todo = Vec::new();
    if books.accounts.is_empty() {
        todo.push((
            say!("还没有账户", "there is no account yet"),
            "yishan account open wx --kind wechat".to_owned(),
        ));
    }
    todo.extend(proposals(books, asker));
    let due =
        books.proposals.iter().filter(|(_, p)| p.state == State::Approved && p.left() > Fen::ZERO);
    for (of, proposal) in due.take(LISTED) {
        let left = proposal.left();
        todo.push((
            say!("{of} 已批准，待付 {left:#} 元", "{of} is approved, {left:#} yuan to pay"),
            format!("yishan pay {of} --from …"),
        ));
    }
    let to_student = |of: &Place| {
        let what = books.proposals.get(of).map(|proposal| proposal.what);
        matches!(what, Some(Proposed::Allocation(..)))
    };
    let unconfirmed =
        books.payments.iter().filter(|(_, p)| p.acknowledged.is_none() && to_student(&p.of));
    for (of, _) in unconfirmed.take(LISTED) {
        todo.push((
            say!("{of} 已发放，待签收", "{of} is paid, waiting to be acknowledged"),
            format!("yishan acknowledge {of} --way …"),
        ));
    }
    todo.extend(slips(books));
    todo.extend(students(books));
    todo
}

/// The students who wait for their next stage, each with the command that does it.
fn students(books: &Books) -> Vec<(Say, String)> {
    let mut todo = Vec::new();
    let due = |s: &Student| s.stage != Stage::Left && s.check.is_some_and(|c| c.by.is_none());
    for (student, known) in books
        .students
        .known
        .iter()
        .filter(|(_, s)| s.stage < Stage::Admitted && !due(s))
        .take(LISTED)
    {
        let (what, command) = match known.stage {
            Stage::Nominated => (
                say!("{student} 待家访", "{student} waits for a visit"),
                format!("yishan student visit {student} --finding …"),
            ),
            _ => (
                say!("{student} 待入选", "{student} waits for admission"),
                format!("yishan student admit {student}"),
            ),
        };
        todo.push((what, command));
    }
    for (day, _) in books.students.lots.iter().filter(|(_, lot)| lot.drawn.is_none()).take(LISTED) {
        todo.push((
            say!("{day} 日结的抽签待公布", "the lot of the close of {day} is to be made known"),
            format!("yishan student draw --day {day}"),
        ));
    }
    for (student, _) in books.students.known.iter().filter(|(_, s)| due(s)).take(LISTED) {
        todo.push((
            say!("{student} 被抽中，待复访", "{student} was drawn and waits for a back-check"),
            format!("yishan student backcheck {student} --finding …"),
        ));
    }
    todo
}

/// How many days before a report is due it is asked for.
const REPORT_AHEAD: i64 = 30;

/// The report of each campaign that is due next or over; a paper of the campaign is a report of it.
fn reports(books: &Books, today: Day) -> Vec<(Say, String)> {
    let mut todo = Vec::new();
    for (id, known) in books.funds.campaigns.iter() {
        let opened = known.opened;
        let made = books.steps(opened).filter(|(_, step)| *step == Step::Paper).count();
        let Some(due) = known.reports_due().get(made).copied() else { continue };
        let command = format!("yishan document … --kind other --of {opened}");
        if due < today {
            let what = say!(
                "募捐活动 {id} 的报告应在 {due} 前公布，已逾期（慈善法第七十九条）",
                "a report of the campaign {id} was due by {due} (Charity Law §79)"
            );
            todo.push((what, command));
        } else if today.offset(REPORT_AHEAD).is_some_and(|soon| due <= soon) {
            let what = say!(
                "募捐活动 {id} 的报告应在 {due} 前公布（慈善法第七十九条）",
                "a report of the campaign {id} is due by {due} (Charity Law §79)"
            );
            todo.push((what, command));
        }
    }
    todo
}

/// Slips for goods that something must follow.
fn slips(books: &Books) -> impl Iterator<Item = (Say, String)> {
    let open = books.goods.slips.iter().filter_map(|(of, slip)| match slip.state {
        Slip::Waiting => Some((
            say!(
                "{of} 物资单据待第二人复核",
                "{of} is a slip for goods, waiting for a second officer"
            ),
            format!("yishan goods countersign {of}"),
        )),
        Slip::Travelling => Some((
            say!("{of} 物资在途，待签收", "{of} has goods on the way, waiting to be signed for"),
            format!("yishan goods arrive {of}"),
        )),
        _ => None,
    });
    open.take(LISTED)
}
